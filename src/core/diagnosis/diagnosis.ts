// When a branch looks at what GitHub lets it do, and what it remembers of that: once for each new version or settings,
// then once a day, once an hour while anything is wrong. Pure. It holds nothing back: what GitHub refuses, it refuses.
import type { Finding, Trouble } from '../../../schemas/diagnosis.ts';
import type { BranchState } from '../../../schemas/state.ts';
import type { BranchConfig } from '../config.ts';
import { digest } from '../digest.ts';
import type { Fault } from '../fault.ts';
import { isQuiet } from '../sweep.ts';
import { VERSION } from '../version.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As many as somebody reads, and as much of each: GitHub's words may be a proxy's whole page. */
const KEPT = 30;
const TEXT_MAX = 600;

const lookedBy = (config: BranchConfig): string => digest(JSON.stringify([VERSION, config]));

export function isDiagnosisDue(state: BranchState, config: BranchConfig, now: number): boolean {
  const { diagnosis } = state;
  // A time beyond the next day was noted by a clock that was wrong.
  const waits = diagnosis !== null && diagnosis.nextAt > now && diagnosis.nextAt <= now + DAY_MS;
  return !(waits && diagnosis.of === lookedBy(config)) && isQuiet(state, now);
}

export function diagnosed(
  state: BranchState,
  findings: readonly Finding[],
  config: BranchConfig,
  now: number,
): BranchState {
  const troubles = findings
    .filter(isTrouble)
    .slice(0, KEPT)
    .map((trouble) => ({ ...trouble, text: trouble.text.slice(0, TEXT_MAX) }));
  const nextAt = now + (faultsIn(troubles).length > 0 ? HOUR_MS : DAY_MS);
  return { ...state, diagnosis: { at: now, nextAt, of: lookedBy(config), troubles } };
}

const isTrouble = (finding: Finding): finding is Trouble => finding.mark !== 'ok';

/** What was found before still stands. */
export function notDiagnosed(
  state: BranchState,
  fault: Fault,
  config: BranchConfig,
  now: number,
): BranchState {
  const nextAt = now + Math.max('retryAfterMs' in fault ? fault.retryAfterMs : 0, HOUR_MS);
  const { at, troubles } = state.diagnosis ?? { at: null, troubles: [] };
  return { ...state, diagnosis: { at, nextAt, of: lookedBy(config), troubles } };
}

export const faultsIn = (troubles: readonly Trouble[]): Trouble[] =>
  troubles.filter(({ mark }) => mark === 'fault');
