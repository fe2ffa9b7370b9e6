// Starting a deploy: the branch's commit, its build.yaml, jobs, batch. A crash anywhere between only means
// starting over.
import type { ActionOf } from '../../schemas/action.ts';
import { actionKey } from '../core/action-key.ts';
import { digest } from '../core/digest.ts';
import { faulted, type Outcome } from '../core/outcome.ts';
import { NO_MARKS } from '../core/test-namespace.ts';
import { codeOfDeploy } from './code.ts';
import { compileAt, type Failure } from './compile-at.ts';
import type { Loop } from './loop.ts';
import { submitBatch } from './submit-batch.ts';

export async function startDeploy(loop: Loop, action: ActionOf<'start_deploy'>): Promise<Outcome> {
  const { config } = loop;
  const { sha, attempt } = action;
  const wanted = {
    scope: 'deploy',
    code: codeOfDeploy(config, sha),
    labels: [],
    steps: config.deploySteps,
    passedJobs: new Set<string>(),
    token: `deploy-${digest(config.name)}-${sha}-${attempt}`,
    namespaceMarks: NO_MARKS,
  } as const;
  const failed = (failure: Failure): Outcome =>
    failure.kind === 'unbuildable'
      ? { kind: 'deploy_unbuildable', action, why: failure.why }
      : faulted(action, failure.fault, failure.api);
  const compiled = await compileAt(loop, sha, wanted, null);
  if (!compiled.ok) return failed(compiled.error);
  const wish = {
    key: actionKey(config.name, action),
    name: `deploy ${config.name} ${sha.slice(0, 7)}`,
    purpose: { kind: 'deploy', sha, attempt },
    sourceBranch: null,
  } as const;
  const batch = await submitBatch(loop, wish, compiled.value);
  if (!batch.ok) return failed(batch.error);
  return { kind: 'deploy_started', action, batch: batch.value.id, jobs: batch.value.jobs };
}
