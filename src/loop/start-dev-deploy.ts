// A developer's own deploy: any branch of any repository, into the developer's namespace. Nothing of it is
// remembered; its batch says whose it is.

import type { BatchId, Sha } from '../../schemas/ids.ts';
import type { BranchConfig } from '../core/config.ts';
import { deployedAttributes } from '../core/deployed-attributes.ts';
import type { DevDeploy, DevDeployRefusal } from '../core/dev-deploy.ts';
import { err, ok, type Result } from '../core/result.ts';
import { NO_MARKS } from '../core/test-namespace.ts';
import { codeOfDeploy } from './code.ts';
import { compileAt, type Failure } from './compile-at.ts';
import type { Loop } from './loop.ts';
import type { DevBatches } from './ports.ts';
import { refusedByBatch } from './submit-batch.ts';

/** What it works with: like a pass's, of a branch that nobody watches. */
export type DevLoop = Pick<Loop, 'github' | 'compiler'> & {
  readonly config: BranchConfig;
  readonly devBatches: DevBatches;
};

export async function startDevDeploy(
  loop: DevLoop,
  { user, steps, excludedSteps, extra, key }: DevDeploy,
): Promise<Result<{ sha: Sha; batch: BatchId }, DevDeployRefusal>> {
  const { config } = loop;
  const read = await loop.github.readPulls([]);
  if (!read.ok) return err(refusal({ kind: 'fault', fault: read.error, api: 'github' }));
  const sha = read.value.head;
  if (sha === null)
    return err({ kind: 'mistake', message: `branch: there is no ${config.name} at GitHub` });
  const wanted = {
    scope: 'dev',
    code: { ...extra, ...codeOfDeploy(config, sha), user },
    labels: [],
    steps,
    excludedSteps,
    devNamespace: user,
    passedJobs: new Set<string>(),
    token: `dev-${user}-${key}`,
    namespaceMarks: NO_MARKS,
  } as const;
  const compiled = await compileAt(loop, sha, wanted, null);
  if (!compiled.ok) return err(refusal(compiled.error));
  const created = await loop.devBatches.create({
    key: `${config.name} dev ${user} ${key}`,
    name: `${user} deploys ${config.name} ${sha.slice(0, 7)}`,
    attributes: {
      ...{ dev_deploy: '1', batch_type: 'hailctl/dev_deploy/deploy_batch' },
      ...{ user, sha, target_branch: config.name },
      ...deployedAttributes(compiled.value.deployed),
    },
    jobs: compiled.value.jobs,
  });
  if (!created.ok)
    return err(
      refusal(
        refusedByBatch(created.error) ?? { kind: 'fault', fault: created.error, api: 'batch' },
      ),
    );
  return ok({ sha, batch: created.value });
}

const refusal = (failure: Failure): DevDeployRefusal => {
  const isMistake = failure.kind === 'unbuildable';
  const { message } = isMistake ? failure.why : failure.fault;
  return {
    kind: isMistake ? 'mistake' : 'fault',
    message: `starting the deploy failed: ${message}`,
  };
};
