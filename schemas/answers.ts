// The small answers of the JSON API: what a command has done, and lists that come in pages.
import { z } from 'zod';
import { BatchId, Sha } from './ids.ts';
import { EventStatus, RetriedTest } from './status.ts';

export const FreezeAnswer = z.object({ frozen: z.boolean() });
export const DevDeployAnswer = z.object({ sha: Sha, batch_id: BatchId });
export const NamespaceAnswer = z.object({ namespace: z.string() });
export const ServiceAnswer = z.object({ namespace: z.string(), service: z.string() });

export const EventsAnswer = z.object({
  events: z.array(EventStatus),
  /** The `after` to go on with. */
  next: z.number().int(),
});

export const RetriedAnswer = z.object({
  /** Newest first. */
  rows: z.array(RetriedTest),
  /** The `cursor` to go on with; null: there were none. */
  cursor: z.number().int().nullable(),
  has_more: z.boolean(),
  /** Of the rows. */
  rates: z.array(
    z.object({
      job_name: z.string(),
      retried: z.number().int(),
      /** As a share of the tests that came to an end; null: none did. */
      rate: z.number().nullable(),
    }),
  ),
});

/** RFC 9457. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
