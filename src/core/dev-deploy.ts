// A developer's own deploy, as it is asked for and answered.
import type { BatchAnswer } from '../../schemas/batch-api.ts';
import type { BatchId, BranchName, Sha } from '../../schemas/ids.ts';
import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export interface DevDeploy {
  /** The developer, whose namespace has the same name. */
  readonly user: string;
  readonly steps: readonly string[];
  readonly excludedSteps: readonly string[];
  /** What templates see as `code`, in addition. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Same key again = same batch. */
  readonly key: string;
}

/** `mistake`: of who asked, or of the build.yaml's author; `fault`: of GitHub or Batch. */
export interface DevDeployRefusal {
  readonly kind: 'mistake' | 'fault';
  readonly message: string;
}

export interface DevDeploys {
  start(
    branch: BranchName,
    deploy: DevDeploy,
  ): Promise<Result<{ sha: Sha; batch: BatchId }, DevDeployRefusal>>;
  /** A developer's newest ten, newest first. */
  newest(user: string): Promise<Result<readonly BatchAnswer[], Fault>>;
}
