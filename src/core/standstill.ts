// A dead man's handle: somebody waits for nobody but us, and nothing moves. Whatever is the matter, by whichever fault,
// a person is told once it has lasted; when something moves, the time begins anew.
import type { BranchState } from '../../schemas/state.ts';
import { raise } from './alert.ts';
import type { BranchConfig } from './config.ts';
import type { Plan } from './decide.ts';
import { digest } from './digest.ts';
import { explain } from './explain.ts';
import { mark } from './flags.ts';
import { freezeAt } from './freeze.ts';
import type { Reason, ReasonKind } from './reason.ts';

/** With none but these a pull request waits for nothing that a person would have to do to it. */
const OURS: ReadonlySet<ReasonKind> = new Set([
  ...(['test_queued', 'test_starting', 'test_running', 'batch_unread', 'stale_test'] as const),
  ...(['behind', 'landing', 'landing_in_doubt', 'call_failing'] as const),
  ...(['deploying', 'branch_not_read', 'frozen'] as const),
]);

const isOurs = (reasons: readonly Reason[]): boolean => reasons.every(({ kind }) => OURS.has(kind));

/** What a decision shows of who waits, and since when. */
export function watchQueue(
  state: BranchState,
  { blocked }: Pick<Plan, 'blocked'>,
  config: BranchConfig,
  now: number,
): BranchState {
  const ours = blocked.filter(({ reasons }) => isOurs(reasons));
  const waiting = Object.fromEntries(ours.map(({ pr }) => [pr, state.waiting[pr] ?? now]));
  const same = Object.keys(waiting).join() === Object.keys(state.waiting).join();
  const watched = same ? state : { ...state, waiting };
  const [first] = ours;
  // Whoever froze the branch wants it to stand still.
  if (!first || freezeAt(state, now))
    return watched.standstill === null ? watched : { ...watched, standstill: null };
  const of = digest(JSON.stringify(movable(state, ours)));
  const known = watched.standstill;
  if (known?.of !== of) return { ...watched, standstill: { of, since: now, told: false } };
  const at = standstillAt(watched, config);
  return at === null || now < at ? watched : tellOf(watched, ours, config, now);
}

/** When somebody is to be told, if nothing moves before; null: nobody waits, or it was told. */
export function standstillAt(
  { standstill }: BranchState,
  { alerts: { standstillMs } }: BranchConfig,
): number | null {
  if (standstill === null || standstill.told || standstillMs === null) return null;
  return standstill.since + standstillMs;
}

/** What must change now and then while these wait; what others do is no help to them. */
const movable = (
  { head, deploy, landings, pulls }: BranchState,
  waiting: Plan['blocked'],
): unknown => [
  ...[head, deploy.kind, 'batch' in deploy ? deploy.batch : null, landings[0]?.testedSha],
  ...waiting.map(({ pr }) => {
    const build = pulls[pr]?.build;
    if (!build) return [pr];
    const batch = 'batch' in build ? build.batch : null;
    return [pr, build.kind, batch, 'finished' in build ? build.finished : null];
  }),
];

function tellOf(
  state: BranchState,
  waiting: Plan['blocked'],
  config: BranchConfig,
  now: number,
): BranchState {
  const { standstill } = state;
  const [first] = waiting;
  if (!standstill || !first) return state;
  const minutes = Math.round((now - standstill.since) / 60_000);
  const others = waiting.length > 1 ? ` and ${waiting.length - 1} more` : '';
  const why = first.reasons[0] ? ` #${first.pr}: ${explain(first.reasons[0], config).text}` : '';
  const text = `Nothing has moved on ${state.branch} for ${minutes} minutes, while #${first.pr}${others} waits to land.${why}`;
  const flags = mark(state.flags, { flag: 'state' });
  return raise(
    { ...state, flags, standstill: { ...standstill, told: true } },
    {
      cause: `standstill since ${standstill.since}`,
      kind: 'standstill',
      text,
      at: now,
      pr: first.pr,
    },
  );
}
