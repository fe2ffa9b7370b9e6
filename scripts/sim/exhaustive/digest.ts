// When two moments are the same: everything that a branch's future depends on, as a short text. Times count
// as distances from now and flags as dirty or clean, so that a story may come back to where it was.
import { hash } from 'node:crypto';
import type { BranchState } from '../../../schemas/state.ts';
import { isDirty } from '../../../src/core/flags.ts';

/** What is longer ago than a poll is no more than long ago. */
const LONG_AGO_SECONDS = -300;
const FIRST_INSTANT = 1_000_000_000_000;

/**
 * When Batch was read matters to namespaces alone, and who waits since when to alerts of a standstill; the small world has neither.
 * @param world what else there is, as JSON can tell it
 */
export function digestOf(
  { flags, batchesReadAt: _, waiting: __, standstill: ___, ...state }: BranchState,
  world: unknown,
  now: number,
): string {
  const { github, batch, state: decided } = flags;
  const dirt = {
    github: isDirty(github),
    everything: github.everything > github.settled,
    pulls: Object.keys(github.single),
    batch: isDirty(batch),
    list: batch.everything > batch.settled,
    batches: Object.keys(batch.single),
    state: isDirty(decided),
  };
  const fromNow = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && value > FIRST_INSTANT
      ? `${Math.max(LONG_AGO_SECONDS, Math.round((value - now) / 1_000))} s`
      : value;
  return hash('sha1', JSON.stringify([state, dirt, world], fromNow), 'base64');
}
