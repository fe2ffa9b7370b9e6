// What was stored -> a branch's state. The state is a cache of GitHub and Batch (S2.4): a shape that
// cannot be read, by its version or by any of its rows, is thrown away, and one pass rebuilds it. What
// people told us is nowhere else, so it is kept as far as it can be read.
import { z } from 'zod';
import type { BranchName } from '../../schemas/ids.ts';
import { BranchRecord, type BranchState, PullRequest } from '../../schemas/state.ts';
import { newBranch } from './new-branch.ts';

export interface Stored {
  readonly record: unknown;
  /** By number, as JSON. */
  readonly pulls: Iterable<readonly [number, string]>;
}

/** @returns `startedOver` when it could not be read, and what is stored must be replaced */
export function readStored(
  stored: Stored,
  branch: BranchName,
): { readonly state: BranchState; readonly startedOver: boolean } {
  const record = BranchRecord.safeParse(stored.record);
  const pulls = readPulls(stored.pulls);
  if (record.success && record.data.branch === branch && pulls !== null)
    return { state: { ...record.data, pulls }, startedOver: false };
  return { state: { ...newBranch(branch), ...spoken(stored.record) }, startedOver: true };
}

const PullRow = z
  .string()
  .transform((json, context) => {
    try {
      return JSON.parse(json);
    } catch {
      // A row that was cut off is no different from one of another shape.
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(PullRequest);

/** @returns null when one of them cannot be read */
function readPulls(rows: Stored['pulls']): Record<number, PullRequest> | null {
  const pulls: Record<number, PullRequest> = {};
  for (const [number, json] of rows) {
    const pull = PullRow.safeParse(json);
    if (!pull.success) return null;
    pulls[number] = pull.data;
  }
  return pulls;
}

const { frozen, authorized, attempts, deployAttempts, namespaces } = BranchRecord.unwrap().shape;
const Spoken = z.object({
  frozen: frozen.catch(null),
  authorized: authorized.catch([]),
  attempts: attempts.catch({}),
  deployAttempts: deployAttempts.catch({}),
  namespaces: namespaces.catch({}),
});

function spoken(stored: unknown): Partial<BranchState> {
  const read = Spoken.safeParse(stored);
  return read.success ? read.data : {};
}
