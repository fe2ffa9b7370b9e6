// Puts compiled jobs into a batch that says what it is for. Asking again finds the same batch, since its token is
// made from the key of the action that wants it.
import { BUILD_YAML } from '../compile/select-steps.ts';
import { attributesOf } from '../core/batch-attributes.ts';
import type { Fault } from '../core/fault.ts';
import type { BatchPurpose } from '../core/observation.ts';
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
  { batch, config }: Loop,
  { key, name, purpose, sourceBranch }: Wish,
  { jobs, namespace }: CompiledJobs,
): Promise<Result<{ id: number; jobs: number }, Failure>> {
  const attributes = attributesOf(purpose, {
    targetBranch: config.name,
    sourceBranch,
    jobs: jobs.length,
    namespace,
  });
  const created = await batch.create({ key, name, purpose, attributes, jobs });
  if (created.ok) return ok({ id: created.value, jobs: jobs.length });
  return err(refusedByBatch(created.error) ?? { kind: 'fault', fault: created.error });
}

/** Batch has read the jobs and will not take them: the author's to mend, in Batch's words. @returns null otherwise */
export function refusedByBatch(fault: Fault): Failure | null {
  if (fault.kind !== 'refused' || (fault.status !== 400 && fault.status !== 413)) return null;
  const message = `Batch refused the jobs of ${BUILD_YAML}: ${fault.message}`;
  return { kind: 'unbuildable', why: { kind: 'batch_refused', message } };
}
