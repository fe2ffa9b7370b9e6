// One line of a branch's event log: what it did or noticed, when, and why. Served as JSON.
import { z } from 'zod';
import { Instant, PullNumber } from './ids.ts';

export const EventKind = z.enum([
  'pull.opened',
  'pull.updated',
  'pull.closed',
  'pull.authorized',
  'pull.candidate',
  'pull.parked',
  'pull.assigned',
  'pull.commented',
  'test.started',
  'test.passed',
  'test.failed',
  'test.unbuildable',
  'test.discarded',
  'test.cancelled',
  'land.started',
  'land.landed',
  'land.verified',
  'land.closed',
  'branch.moved',
  'branch.frozen',
  'branch.unfrozen',
  'deploy.started',
  'deploy.succeeded',
  'deploy.failed',
  'deploy.gone',
  'namespace.found',
  'namespace.deleted',
  'namespace.left',
  'namespace.added',
  'namespace.removed',
  'namespace.limited',
  'command.given',
  'alert.sent',
  'diagnosis.fault',
  'diagnosis.mended',
  'check.posted',
  'call.failed',
  'pass.crashed',
]);
export type EventKind = z.infer<typeof EventKind>;

/** What happened, before it has a place in the log. `text` is one sentence for people. */
export const News = z
  .object({
    kind: EventKind,
    pr: PullNumber.nullable(),
    text: z.string(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).readonly(),
  })
  .readonly();
export type News = z.infer<typeof News>;

export const Event = z
  .object({
    seq: z.number().int(),
    at: Instant,
    kind: EventKind,
    pr: PullNumber.nullable(),
    text: z.string(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).readonly(),
  })
  .readonly();
export type Event = z.infer<typeof Event>;
