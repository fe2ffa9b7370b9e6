// What a pull request's test still keeps it from: judged from its newest build alone.
import type { Sha } from '../../schemas/ids.ts';
import type { PullRequest } from '../../schemas/state.ts';
import type { Reason } from './reason.ts';
import { unreachable } from './unreachable.ts';

interface Testing {
  readonly head: Sha | null;
  /** It may be tested at all; if not, other reasons say why. */
  readonly testable: boolean;
  /** Its test is to be started in this pass. */
  readonly starting: boolean;
  /** Test batches that run now, and how many may. */
  readonly running: number;
  readonly max: number;
}

export function testReasons({ build }: PullRequest, testing: Testing): Reason[] {
  if (testing.starting) return [{ kind: 'test_starting' }];
  const { head, running, max } = testing;
  switch (build.kind) {
    case 'unbuilt':
      return testing.testable ? [{ kind: 'test_queued', running, max }] : [];
    case 'running':
      return [{ kind: 'test_running', batch: build.batch, targetSha: build.targetSha }];
    case 'failed':
      return [{ kind: 'test_failed', batch: build.batch, failure: build.failure }];
    case 'unbuildable':
      return [{ kind: 'unbuildable', why: build.why }];
    case 'passed':
      return build.targetSha === head || head === null
        ? []
        : [{ kind: 'stale_test', testedOn: build.targetSha, branchAt: head }];
    default:
      return unreachable(build, 'testReasons');
  }
}
