// Puts compiled jobs into a batch that says what it is for, with the namespace that it works in remembered first. Asking
// again finds the same batch, since its token is made from the key of the action that wants it; so the keys stay as they are.
import type { BatchId } from '../../schemas/ids.ts';
import { BUILD_YAML } from '../compile/select-steps.ts';
import { attributesOf } from '../core/batch-attributes.ts';
import { type Deployed, deployedAttributes } from '../core/deployed-attributes.ts';
import { type Fault, refusesJobs } from '../core/fault.ts';
import type { BatchPurpose } from '../core/observation.ts';
import {
  beginRollout,
  claimTest,
  registerDeploy,
  registerTest,
} from '../core/register-namespace.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Failure } from './compile-at.ts';
import type { CompiledJobs } from './compiler.ts';
import type { Loop } from './loop.ts';

export interface Wish {
  /** Same key again = same batch. */
  readonly key: string;
  readonly name: string;
  readonly purpose: BatchPurpose;
  readonly sourceBranch: string | null;
}

export async function submitBatch(
  loop: Loop,
  { key, name, purpose, sourceBranch }: Wish,
  { jobs, deployed }: CompiledJobs,
): Promise<Result<{ id: number; jobs: number }, Failure>> {
  const { batch, config } = loop;
  register(loop, purpose, deployed);
  const about = { targetBranch: config.name, sourceBranch, jobs: jobs.length };
  const attributes = { ...attributesOf(purpose, about), ...deployedAttributes(deployed) };
  const created = await batch.create({
    // One that got none of its jobs says how many it was to have: another number is another batch.
    key: `${key} with ${jobs.length}`,
    ...{ name, purpose, attributes, jobs },
  });
  if (!created.ok) {
    const fault = created.error;
    return err(refusedByBatch(fault) ?? { kind: 'fault', fault, api: 'batch' });
  }
  follow(loop, purpose, created.value, deployed);
  loop.store.keepJobs(
    created.value,
    jobs.map(({ job_id: job, attributes, in_update_parent_ids: parents }) => {
      return { job, name: attributes['name'] ?? `job ${job}`, parents };
    }),
  );
  return ok({ id: created.value, jobs: jobs.length });
}

/** S6.6: before there is a batch that could make it. */
function register(
  { store, clock, config }: Loop,
  purpose: BatchPurpose,
  deployed: Deployed | null,
): void {
  if (deployed === null) return;
  const now = clock.now();
  const { expireAfterMs } = config.namespaces;
  store.update((state) =>
    purpose.kind === 'test'
      ? registerTest(state, { pr: purpose.pr, deployed, now, expireAfterMs })
      : registerDeploy(state, deployed, now),
  );
}

/** What a crash leaves undone here, the next look at Batch makes up for. */
function follow(
  { store }: Loop,
  purpose: BatchPurpose,
  batch: BatchId,
  deployed: Deployed | null,
): void {
  if (purpose.kind === 'deploy') {
    // What was deployed before is no news of this one.
    if (deployed !== null || store.read().rollout !== null)
      store.update((state) => beginRollout(state, batch, deployed));
  } else if (deployed !== null)
    store.update((state) => claimTest(state, deployed.namespace, batch));
}

/** Batch has read the jobs and will not take them: the author's to mend, in Batch's words. @returns null otherwise */
export function refusedByBatch(fault: Fault): Failure | null {
  if (!refusesJobs(fault)) return null;
  const message = `Batch refused the jobs of ${BUILD_YAML}: ${fault.message}`;
  return { kind: 'unbuildable', why: { kind: 'batch_refused', message } };
}
