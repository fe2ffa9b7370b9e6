// What the JSON API says of what keeps a pull request from landing, and of its place in the queue.
import { z } from 'zod';

const Time = z.iso.datetime();

/** One condition of landing, with a tick or a cross. */
export const ConditionStatus = z
  .object({
    /** For machines; a required check's begins with `check `. */
    name: z.string(),
    title: z.string(),
    met: z.boolean(),
    text: z.string(),
    who: z.string().nullable(),
    next: z.string().nullable(),
  })
  .meta({ id: 'Condition' });
export type ConditionStatus = z.infer<typeof ConditionStatus>;

/** When it lands if all goes well, by how long tests have taken. */
export const EstimateStatus = z
  .object({ lands_at_earliest: Time, lands_at_latest: Time })
  .meta({ id: 'Estimate' });
export type EstimateStatus = z.infer<typeof EstimateStatus>;

/** A pull request that goes before another. */
export const AheadStatus = z.object({
  number: z.number().int(),
  title: z.string(),
  is_merge_candidate: z.boolean(),
});
export type AheadStatus = z.infer<typeof AheadStatus>;

/** A pull request's place in the queue. */
export const PlaceStatus = z.object({
  /** 1: it is the next to land. */
  position: z.number().int().positive(),
  /** In a list of pull requests only the first five. */
  ahead: z.array(AheadStatus),
  /** null: nothing is known, or the branch is frozen until somebody says otherwise. */
  estimate: EstimateStatus.nullable(),
});
export type PlaceStatus = z.infer<typeof PlaceStatus>;

/** What would land if all went well, in that order. */
export const QueueStatus = z
  .object({
    branch_fqn: z.string(),
    queue: z.array(
      z.object({
        position: z.number().int().positive(),
        number: z.number().int(),
        title: z.string(),
        author: z.string(),
        is_merge_candidate: z.boolean(),
        estimate: EstimateStatus.nullable(),
      }),
    ),
  })
  .meta({ id: 'Queue' });
export type QueueStatus = z.infer<typeof QueueStatus>;
