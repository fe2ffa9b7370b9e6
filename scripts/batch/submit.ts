/**
 * The steps by which work enters: batch, update, jobs, commit. Each is idempotent as Batch's are,
 * so that a client may repeat any request after any failure. Not one transaction: a batch whose
 * jobs were refused stays behind, reading as complete and successful with no jobs.
 */
import { type Access, checkJobPermissions } from './access.ts';
import type { Engine } from './engine.ts';
import {
  type BatchSpec,
  type JobSpec,
  parseBatchSpec,
  parseBunch,
  parseUpdateSpec,
} from './job-spec.ts';
import type { BatchRecord, UpdateRecord } from './record.ts';
import { notFound, Refusal } from './refusal.ts';
import { resourcesOf } from './resources.ts';
import { parentsOf } from './scheduler.ts';

export interface Entry {
  readonly engine: Engine;
  readonly access: Access;
}

/** Finds the batch with this token, or makes it. @throws {Refusal} 400, 403 */
export function createBatch({ engine, access }: Entry, user: string, body: unknown): BatchRecord {
  const spec: BatchSpec = parseBatchSpec(body);
  access.checkBillingProject(user, spec);
  refuseGroups(spec.n_job_groups);
  const existing = engine.store.batchByToken(user, spec.token);
  if (existing) return existing;
  const id = engine.store.nextBatchId();
  engine.record({ kind: 'batch', batch: id, user, spec, ms: engine.now() });
  const batch = engine.store.batches.get(id);
  if (!batch) throw new Error(`batch ${id} was not recorded`);
  return batch;
}

/** Finds the update with this token, or reserves ids for a new one. @throws {Refusal} 400 */
export function createUpdate({ engine }: Entry, batch: BatchRecord, body: unknown): UpdateRecord {
  const spec = parseUpdateSpec(body);
  refuseGroups(spec.n_job_groups);
  const existing = batch.updates.find((update) => update.token === spec.token);
  if (existing) return existing;
  if (batch.cancelled) {
    throw new Refusal(400, 'Cannot submit new jobs or job groups to a cancelled batch');
  }
  const last = batch.updates.at(-1);
  engine.record({
    kind: 'update',
    batch: batch.id,
    update: batch.updates.length + 1,
    token: spec.token,
    nJobs: spec.n_jobs,
    start: last ? last.startJobId + last.nJobs : 1,
  });
  return updateOf(batch, batch.updates.length);
}

/** Adds a bunch. One that is there already is accepted and skipped. @throws {Refusal} 400 */
export function addJobs(
  { engine }: Entry,
  batch: BatchRecord,
  update: UpdateRecord,
  body: unknown,
) {
  if (update.committed) throw new Refusal(400, `update ${update.id} is already committed`);
  const jobs = parseBunch(body);
  const first = jobs[0];
  const last = jobs.at(-1);
  if (!first || !last) return;
  if (first.job_id < 1 || last.job_id > update.nJobs) {
    throw new Refusal(
      400,
      `job ids [${first.job_id}, ${last.job_id}] are out of range [1, ${update.nJobs}] ` +
        `allocated by update ${update.id}`,
    );
  }
  for (const spec of jobs) checkJob(batch, update, spec);
  if (jobs.some((spec) => batch.jobs.has(update.startJobId + spec.job_id - 1))) return;
  if (batch.cancelled) {
    throw new Refusal(
      400,
      'bunch contains job where the job group has already been cancelled ' +
        `(batch ${batch.id}, job group 0)`,
    );
  }
  engine.record({ kind: 'jobs', batch: batch.id, update: update.id, jobs });
}

/** Makes the update's jobs visible and lets them run. Twice is once. @throws {Refusal} 400 */
export function commitUpdate({ engine }: Entry, batch: BatchRecord, update: UpdateRecord): void {
  if (update.committed) return;
  if (batch.cancelled) throw new Refusal(400, 'Cannot commit an update to a cancelled batch');
  const actual = [...batch.jobs.values()].filter((job) => job.updateId === update.id).length;
  if (actual !== update.nJobs) {
    throw new Refusal(400, `wrong number of jobs: expected ${update.nJobs}, actual ${actual}`);
  }
  engine.record({ kind: 'commit', batch: batch.id, update: update.id, ms: engine.now() });
}

/** @throws {Refusal} 404 */
export function updateOf(batch: BatchRecord, id: number): UpdateRecord {
  const update = batch.updates.find((candidate) => candidate.id === id);
  if (!update) throw notFound();
  return update;
}

function checkJob(batch: BatchRecord, update: UpdateRecord, spec: JobSpec): void {
  const id = update.startJobId + spec.job_id - 1;
  const name = `(${batch.id}, ${id})`;
  refuseGroups((spec.absolute_job_group_id ?? 0) + (spec.in_update_job_group_id ?? 0));
  checkJobPermissions(batch.user, spec);
  resourcesOf(spec, name);
  const parents = parentsOf(update, spec);
  if (new Set(parents).size < parents.length) {
    throw new Refusal(400, `bunch contains job with duplicated parents ${name}`);
  }
}

function refuseGroups(named: number): void {
  if (named !== 0) throw new Refusal(400, 'this local Batch has no job groups but the root, 0');
}
