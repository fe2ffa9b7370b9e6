// A batch that may have been made and whose number we never learned: its creation began, and no answer
// came back. Until Batch was read again nothing else may be started: it could be one too many.
import type { BranchState, OutboxRow } from '../../schemas/state.ts';

const isInDoubt = ({ action, state }: OutboxRow): boolean =>
  (action.kind === 'start_test' || action.kind === 'start_deploy') && state !== 'failed';

export const startsInDoubt = ({ outbox }: BranchState): string[] =>
  Object.keys(outbox).filter((key) => {
    const row = outbox[key];
    return row !== undefined && isInDoubt(row);
  });

/** Batch was read: what was made is known now, and what is not there was not made. */
export function withoutDoubt(outbox: BranchState['outbox']): BranchState['outbox'] {
  const rows = Object.entries(outbox);
  if (!rows.some(([, row]) => isInDoubt(row))) return outbox;
  return Object.fromEntries(
    rows.map(([key, row]) => [key, isInDoubt(row) ? { ...row, state: 'failed' } : row]),
  );
}
