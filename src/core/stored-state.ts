// What was stored -> a branch's state. The state is a cache of GitHub and Batch (S2.4): an older shape that cannot be
// read, or one that is damaged in any of its rows, is thrown away, and one pass rebuilds it. What people told us is
// nowhere else, so it is kept as far as it can be read. A newer shape is refused: what it knows and we do not would be lost.
import { z } from 'zod';
import type { BranchName } from '../../schemas/ids.ts';
import { BranchRecord, type BranchState, PullRequest } from '../../schemas/state.ts';
import { newBranch } from './new-branch.ts';

export interface Stored {
  readonly record: unknown;
  /** By number, as JSON. */
  readonly pulls: Iterable<readonly [number, string]>;
}

/** The number of the shape that is written. It rises when older code must not touch what newer code has written. */
const SHAPE = BranchRecord.unwrap().shape.v.value;
const Numbered = z.object({ v: z.number() });

/** @returns null, or a sentence that says what to do about a shape of the future, as after a roll-back */
export function refusalOfNewer(record: unknown, branch: BranchName): string | null {
  const numbered = Numbered.safeParse(record);
  if (!numbered.success || numbered.data.v <= SHAPE) return null;
  return (
    `${branch} ${NEWER} (shape ${numbered.data.v}; this one knows ${SHAPE}). ` +
    'Nothing is touched and nothing is done: deploy that version again, or a newer one.'
  );
}

const NEWER = 'was stored by a newer version of Sluice';

/** Of an error it is the message alone that comes through from an object to its caller. */
export const isRefusalOfNewer = (message: string): boolean => message.includes(NEWER);

/** @returns `startedOver` when it could not be read, and what is stored must be replaced */
export function readStored(
  stored: Stored,
  branch: BranchName,
): { readonly state: BranchState; readonly startedOver: boolean } {
  const record = BranchRecord.safeParse(stored.record);
  const pulls = readPulls(stored.pulls);
  if (record.success && record.data.branch === branch && pulls !== null)
    return { state: { ...record.data, pulls }, startedOver: false };
  const kept = spoken(stored.record);
  const attempts = { ...kept.attempts, ...attemptsIn(stored.pulls) };
  return { state: { ...newBranch(branch), ...kept, attempts }, startedOver: true };
}

/** @returns null when one of them cannot be read */
function readPulls(rows: Stored['pulls']): Record<number, PullRequest> | null {
  const pulls: Record<number, PullRequest> = {};
  for (const [number, json] of rows) {
    const pull = PullRequest.safeParse(parsedJson(json));
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

const Attempted = PullRequest.unwrap().pick({ attempt: true });

/** S6.10: a test that somebody has asked for again must not be taken for the result, whatever else is forgotten. */
function attemptsIn(rows: Stored['pulls']): Record<number, number> {
  const attempts: Record<number, number> = {};
  for (const [number, json] of rows) {
    const row = Attempted.safeParse(parsedJson(json));
    if (row.success) attempts[number] = row.data.attempt;
  }
  return attempts;
}

/** Undefined for what is no JSON, as after half a write. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
