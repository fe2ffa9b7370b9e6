// The deterministic name of an action: same key = same intent = same effect. The key of a test or
// deploy is also what Batch's idempotency token is made from, so it carries the attempt number.
import type { Action } from '../../schemas/action.ts';
import type { BranchName } from '../../schemas/ids.ts';
import { unreachable } from './unreachable.ts';

export function actionKey(branch: BranchName, action: Action): string {
  switch (action.kind) {
    case 'start_test':
      return `test ${branch} #${action.pr} ${action.sourceSha} on ${action.targetSha} attempt ${action.attempt}`;
    case 'start_deploy':
      return `deploy ${branch} ${action.sha} attempt ${action.attempt}`;
    case 'cancel_batch':
      return `cancel ${action.batch}`;
    case 'read_failures':
      return `failures of ${action.batch}`;
    case 'post_check':
      return `check #${action.pr} ${action.sha}`;
    case 'land':
    case 'settle_landing':
      return `land #${action.landing.pr} ${action.landing.testedSha} on ${action.landing.targetSha}`;
    case 'find_landing':
      return `find #${action.landing.pr} ${action.landing.testedSha}`;
    case 'verify_landing':
      return `verify #${action.landing.pr} ${action.landing.testedSha}`;
    case 'close_landed':
      return `close #${action.pr} ${action.landedSha}`;
    case 'assign':
      return `assign #${action.pr} of ${action.team}`;
    case 'comment':
      // Whatever it says: two calls at once could make two comments.
      return `comment #${action.pr}`;
    case 'drop_ref':
      return `drop ${action.ref}`;
    case 'delete_namespace':
      return `delete namespace ${action.namespace}`;
    case 'read_services':
      return `services of ${action.batch}`;
    case 'alert':
      return `alert ${action.channel}: ${action.alert.cause}`;
    default:
      return unreachable(action, 'actionKey');
  }
}

/** The APIs an action needs; a hold on any of them holds the action. */
export function apisOf(action: Action): readonly ('github' | 'batch' | 'kubernetes')[] {
  switch (action.kind) {
    case 'start_test':
    case 'start_deploy':
      return ['github', 'batch'];
    case 'cancel_batch':
    case 'read_failures':
      return ['batch'];
    case 'delete_namespace':
    case 'read_services':
      return ['kubernetes'];
    case 'alert':
      return [];
    default:
      return ['github'];
  }
}
