// The test batches of one pull request, newest first, by its events: which attempt, why, from when to when, and what
// became of it.
import { z } from 'zod';
import { TestReason } from '../../schemas/action.ts';
import type { Event } from '../../schemas/event.ts';
import { BatchId } from '../../schemas/ids.ts';
import type { Build } from '../../schemas/state.ts';

export interface Attempt {
  readonly attempt: number;
  readonly batch: BatchId;
  readonly reason: TestReason;
  /** null: the event log does not go back so far. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** `cancelled`: nobody waited for it any more. */
  readonly state: 'running' | 'success' | 'failure' | 'cancelled';
}

const Told = z.object({ batch: BatchId, attempt: z.number(), reason: TestReason });

/** @param events oldest first. @param build the newest; undefined where the pull request is not open */
export function attemptsOf(events: readonly Event[], build: Build | undefined): Attempt[] {
  const rows = new Map<BatchId, Attempt>();
  const present = build && 'batch' in build ? build : null;
  if (present) rows.set(present.batch, { ...begun(present, null), state: STATES[present.kind] });
  for (const event of events) {
    const after = told(event, rows);
    if (after) rows.set(after.batch, after);
  }
  return [...rows.values()]
    .map((row) =>
      row.state === 'running' && row.batch !== present?.batch
        ? ({ ...row, state: 'cancelled' } as const)
        : row,
    )
    .toSorted((a, b) => b.batch - a.batch);
}

const STATES = { running: 'running', passed: 'success', failed: 'failure' } as const;

const begun = (
  { attempt, batch, reason }: z.infer<typeof Told>,
  startedAt: number | null,
): Attempt => ({ attempt, batch, reason, startedAt, endedAt: null, state: 'running' });

/** @returns what is known of a batch after the event; null: the event is about none that we know */
function told({ kind, at, data }: Event, rows: ReadonlyMap<BatchId, Attempt>): Attempt | null {
  const facts = Told.safeParse(data).data;
  if (kind === 'test.started') return facts ? begun(facts, at) : null;
  const row = rows.get(Number(data['batch'])) ?? (facts ? begun(facts, null) : null);
  if (!row) return null;
  switch (kind) {
    case 'test.passed':
      return { ...row, endedAt: at, state: 'success' };
    case 'test.failed':
      return { ...row, endedAt: at, state: 'failure' };
    case 'test.discarded':
    case 'test.cancelled':
      return row.state === 'running' ? { ...row, endedAt: at, state: 'cancelled' } : null;
    default:
      return null;
  }
}
