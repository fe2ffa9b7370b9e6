// Every reason why a pull request is not landing now, as one decision sees it.

import type { PullRequest } from '../../schemas/state.ts';
import { actionKey } from './action-key.ts';
import { type Context, isReady, startRow, testsRunning } from './context.ts';
import { landingCommits } from './judge-branch.ts';
import { policyReasons } from './judge-pull.ts';
import type { Reason, ReasonKind } from './reason.ts';
import type { Standing, Strategy } from './strategy.ts';
import { testReasons } from './test-reasons.ts';

/** A landing that failed waits a little before it is tried again. */
function landingReasons(pull: PullRequest, { state, config, now }: Context): Reason[] {
  const landing = landingCommits(pull, config);
  const row = landing && state.outbox[actionKey(config.name, { kind: 'land', landing })];
  if (!row?.error || row.notBefore <= now) return [{ kind: 'landing' }];
  return [{ kind: 'call_failing', what: 'landing', error: row.error, retryAt: row.notBefore }];
}

/** GitHub or Batch, which nothing can be asked of now. */
const holdOf = ({ state: { holds }, now }: Context) =>
  [holds.github, holds.batch].find((hold) => hold !== null && hold.notBefore > now) ?? null;

/** Before what is only waited for stands what is broken and for its author to mend; before that, why nothing is run of it. */
const RANKS: Partial<Record<ReasonKind, number>> = {
  ...{ pull_unread: 0, not_authorized: 0 },
  ...{ changes_requested: 1, check_failed: 1, test_failed: 1, unbuildable: 1 },
};
const WAITED_FOR = 2;
const rankOf = ({ kind }: Reason): number => RANKS[kind] ?? WAITED_FOR;

/** Most important first. */
export function reasonsFor(
  { pull, landableIfGreen, current, testable }: Standing,
  context: Context,
  wanted: ReturnType<Strategy>,
): Reason[] {
  const { state, config, now, branch, doubt } = context;
  const pr = pull.facts.number;
  if (wanted.land === pr) return landingReasons(pull, context);
  const starting = isReady(context) && wanted.tests.some((test) => test.pr === pr);
  const failing = (starting ? holdOf(context) : null) ?? startRow(pull, context);
  const isDelayed = failing !== null && failing.notBefore > now;
  const running = testsRunning(state).length;
  const reasons: Reason[] = [
    ...policyReasons(pull, state, config),
    ...testReasons(pull, {
      head: state.head,
      testable: testable && !isDelayed,
      starting: starting && !isDelayed,
      running,
      max: config.runningTestsMax,
    }),
  ];
  const unread = state.unread.find(
    ({ batch }) => pull.build.kind === 'running' && pull.build.batch === batch,
  );
  if (unread) reasons.push({ kind: 'batch_unread', ...unread });
  if (failing?.error)
    reasons.push({
      kind: 'call_failing',
      what: 'test',
      error: failing.error,
      retryAt: failing.notBefore,
    });
  if (pull.parked && pull.parked.until > now)
    reasons.push({ kind: 'parked', words: pull.parked.words, until: pull.parked.until });
  const hopeless = pull.build.kind === 'failed' || (current && pull.build.kind === 'unbuildable');
  const ahead = wanted.candidate !== null && wanted.candidate !== pr;
  if (ahead && landableIfGreen && !hopeless)
    reasons.push({ kind: 'behind', candidate: wanted.candidate });
  if (doubt) reasons.push({ kind: 'landing_in_doubt', pr: doubt.pr });
  // Last what keeps everybody waiting: its own reasons are what a person can do something about.
  reasons.push(...branch);
  const verifying = state.landings.find((landing) => !landing.verified);
  if (reasons.length === 0 && verifying)
    reasons.push({ kind: 'landing_in_doubt', pr: verifying.pr });
  if (reasons.length === 0 && wanted.land !== null)
    reasons.push({ kind: 'behind', candidate: wanted.land });
  return reasons.toSorted((a, b) => rankOf(a) - rankOf(b));
}
