// Which batch tests which pull request, or tested it as it landed; by one or by the other.
import type { BatchId, PullNumber } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';

type Known = Pick<BranchState, 'pulls' | 'landings'>;

/** @returns null where it has none that is known */
export function batchOfPull({ pulls, landings }: Known, number: number): BatchId | null {
  const build = pulls[number]?.build;
  if (build) return 'batch' in build ? build.batch : null;
  return landings.find(({ pr }) => pr === number)?.batch ?? null;
}

/** @returns null where it is of none that is known */
export function pullOfBatch({ pulls, landings }: Known, batch: BatchId): PullNumber | null {
  const open = Object.values(pulls).find(({ build }) => 'batch' in build && build.batch === batch);
  return open?.facts.number ?? landings.find((landing) => landing.batch === batch)?.pr ?? null;
}
