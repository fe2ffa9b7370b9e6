// The acting half of a pass: carries out one action through the ports and says what came of it.
// Every action may be carried out again with the same effect; landings look before they leap.
import type { Action } from '../../schemas/action.ts';
import { authorizationKind } from '../core/authorization-comment.ts';
import type { Fault } from '../core/fault.ts';
import { isOfLanding } from '../core/fold-hold.ts';
import { faulted, type Outcome } from '../core/outcome.ts';
import type { Result } from '../core/result.ts';
import { unreachable } from '../core/unreachable.ts';
import { assign } from './assign.ts';
import { findLanding, land, settleLanding, verifyLanding } from './land.ts';
import type { Loop } from './loop.ts';
import { postCheck } from './post-check.ts';
import { startDeploy } from './start-deploy.ts';
import { startTest } from './start-test.ts';
import { deleteNamespace, readServices } from './work-in-cluster.ts';

/** @param again it was begun before, and may have had its effect */
export const act = (loop: Loop, action: Action, again: boolean): Promise<Outcome> =>
  carryOut(isOfLanding(action) ? { ...loop, github: loop.githubForLandings } : loop, action, again);

async function carryOut(loop: Loop, action: Action, again: boolean): Promise<Outcome> {
  const { github, batch, notifier, store } = loop;
  switch (action.kind) {
    case 'start_test':
      return startTest(loop, action);
    case 'start_deploy':
      return startDeploy(loop, action);
    case 'land':
      return land(loop, action);
    case 'settle_landing':
      return settleLanding(loop, action);
    case 'find_landing':
      return findLanding(loop, action);
    case 'verify_landing':
      return verifyLanding(loop, action);
    case 'cancel_batch':
      return done(action, await batch.cancel(action.batch), { kind: 'batch_cancelled', action });
    case 'read_failures': {
      const read = await batch.failures(action.batch);
      if (!read.ok) return faulted(action, read.error);
      const { jobs, unread } = read.value;
      store.keepFailures(action.batch, jobs);
      // What there is can be seen meanwhile.
      if (unread) return faulted(action, unread);
      return { kind: 'failures_read', action, jobs: jobs.map(({ name }) => name) };
    }
    case 'post_check':
      return postCheck(loop, action, again);
    case 'close_landed':
      return done(action, await github.closeLanded(action.pr, action.landedSha), {
        kind: 'closed',
        action,
      });
    case 'assign':
      return assign(loop, action);
    case 'comment': {
      const id = store.read().pulls[action.pr]?.comment?.id ?? null;
      const words = { kind: authorizationKind(loop.config), text: action.text };
      const said = await github.comment(action.pr, words, id);
      return said.ok ? { kind: 'commented', action, id: said.value } : faulted(action, said.error);
    }
    case 'drop_ref':
      return done(action, await github.dropRef(action.ref), { kind: 'ref_dropped', action });
    case 'delete_namespace':
      return deleteNamespace(loop, action);
    case 'read_services':
      return readServices(loop, action);
    case 'alert':
      return done(action, await notifier.alert(action.cause, action.text), {
        kind: 'alerted',
        action,
      });
    default:
      return unreachable(action, 'carryOut');
  }
}

const done = (action: Action, answer: Result<void, Fault>, outcome: Outcome): Outcome =>
  answer.ok ? outcome : faulted(action, answer.error);
