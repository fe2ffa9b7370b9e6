/**
 * The steps by which work enters: batch, update, job groups, jobs, commit. Each is idempotent as
 * Batch's are, so that a client may repeat any request after any failure. Not one transaction: a
 * batch whose jobs were refused stays behind, reading as complete and successful with no jobs.
 */
import { type Access, checkJob, completedSpec } from './access.ts';
import type { Billing } from './billing.ts';
import type { Engine } from './engine.ts';
import {
  type BatchSpec,
  type JobGroupSpec,
  type JobSpec,
  parseBatchSpec,
  parseBunch,
  parseJobGroups,
  parseUpdateSpec,
} from './job-spec.ts';
import {
  type BatchRecord,
  groupIdOf,
  isGroupCancelled,
  lineage,
  type NewGroup,
  type UpdateRecord,
} from './record.ts';
import { notFound, Refusal } from './refusal.ts';
import { placementOf } from './resources.ts';
import { parentsOf } from './scheduler.ts';

export interface Entry {
  readonly engine: Engine;
  readonly access: Access;
  readonly billing: Billing;
}

/** The root, a group in it, and a group in that. */
const nestingMost = 2;

/** Finds the batch with this token, or makes it. @throws {Refusal} 400, 403 */
export function createBatch({ engine, billing }: Entry, user: string, body: unknown): BatchRecord {
  const spec: BatchSpec = parseBatchSpec(body);
  billing.checkMaySubmit(user, spec.billing_project);
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
  const existing = batch.updates.find((update) => update.token === spec.token);
  if (existing) return existing;
  if (batch.root.cancelled) {
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
    nGroups: spec.n_job_groups,
    startGroup: last ? last.startGroupId + last.nGroups : 1,
  });
  return updateOf(batch, batch.updates.length);
}

/** Adds a bunch of groups. One that is there already is skipped. @throws {Refusal} 400 */
export function addGroups(
  { engine }: Entry,
  batch: BatchRecord,
  update: UpdateRecord,
  body: unknown,
): void {
  refuseCommitted(update);
  const specs = parseJobGroups(body);
  const ids = specs.map((spec) => spec.job_group_id);
  checkRange('job group', ids, { reserved: update.nGroups, update: update.id });
  const groups = specs.map((spec): NewGroup => {
    const { attributes, callback, cancel_after_n_failures } = spec;
    return {
      id: update.startGroupId + spec.job_group_id - 1,
      parent: parentGroupOf(update, spec),
      spec: { attributes, callback, cancel_after_n_failures },
    };
  });
  if (groups.length === 0 || groups.some(({ id }) => batch.groups.has(id))) return;
  checkParents(batch, groups);
  engine.record({ kind: 'groups', batch: batch.id, update: update.id, groups, ms: engine.now() });
}

/** Adds a bunch. One that is there already is accepted and skipped. @throws {Refusal} 400 */
export function addJobs(
  { engine }: Entry,
  batch: BatchRecord,
  update: UpdateRecord,
  body: unknown,
): void {
  refuseCommitted(update);
  const jobs = parseBunch(body);
  const ids = jobs.map((job) => job.job_id);
  checkRange('job', ids, { reserved: update.nJobs, update: update.id });
  const specs = jobs.map((spec) => {
    checkPlace(batch, update, spec);
    return completedSpec(batch.user, spec);
  });
  if (jobs.some((spec) => batch.jobs.has(update.startJobId + spec.job_id - 1))) return;
  const cancelled = jobs.find((spec) => isGroupCancelled(batch, groupIdOf(update, spec)));
  if (cancelled) {
    throw new Refusal(
      400,
      'bunch contains job where the job group has already been cancelled ' +
        `(batch ${batch.id}, job group ${groupIdOf(update, cancelled)})`,
    );
  }
  if (specs.length > 0) {
    engine.record({ kind: 'jobs', batch: batch.id, update: update.id, jobs: specs });
  }
}

/** Makes the update's jobs visible and lets them run. Twice is once. @throws {Refusal} 400 */
export function commitUpdate({ engine }: Entry, batch: BatchRecord, update: UpdateRecord): void {
  if (update.committed) return;
  if (batch.root.cancelled) {
    throw new Refusal(400, 'Cannot commit an update to a cancelled batch');
  }
  const counted = [
    ['job groups', update.nGroups, batch.groups],
    ['jobs', update.nJobs, batch.jobs],
  ] as const;
  for (const [what, expected, records] of counted) {
    const actual = [...records.values()].filter(({ updateId }) => updateId === update.id).length;
    if (actual === expected) continue;
    throw new Refusal(400, `wrong number of ${what}: expected ${expected}, actual ${actual}`);
  }
  engine.record({ kind: 'commit', batch: batch.id, update: update.id, ms: engine.now() });
}

/** @throws {Refusal} 404 */
export function updateOf(batch: BatchRecord, id: number): UpdateRecord {
  const update = batch.updates.find((candidate) => candidate.id === id);
  if (!update) throw notFound();
  return update;
}

function refuseCommitted(update: UpdateRecord): void {
  if (update.committed) throw new Refusal(400, `update ${update.id} is already committed`);
}

function checkRange(
  what: string,
  ids: readonly number[],
  { reserved, update }: { reserved: number; update: number },
): void {
  const [first = 1] = ids;
  const last = ids.at(-1) ?? 0;
  if (first >= 1 && last <= reserved) return;
  throw new Refusal(
    400,
    `${what} ids [${first}, ${last}] are out of range [1, ${reserved}] ` +
      `allocated by update ${update}`,
  );
}

function parentGroupOf(update: UpdateRecord, spec: JobGroupSpec): number {
  const { absolute_parent_id: absolute, in_update_parent_id: inUpdate } = spec;
  if (absolute !== null && absolute !== undefined) return absolute;
  if (inUpdate !== null && inUpdate !== undefined) return update.startGroupId + inUpdate - 1;
  throw new Refusal(
    400,
    `job group ${spec.job_group_id} needs either absolute_parent_id or in_update_parent_id`,
  );
}

/** A parent may be in the same bunch, before its children. */
function checkParents(batch: BatchRecord, groups: readonly NewGroup[]): void {
  const depths = new Map<number, number>();
  for (const { id, parent } of groups) {
    const ancestors = depths.get(parent) ?? lineage(batch, parent).length;
    const name = `(${batch.id}, ${id})`;
    if (ancestors === 0) {
      throw new Refusal(400, `the parent of job group ${name}, ${parent}, does not exist`);
    }
    if (ancestors > nestingMost) {
      throw new Refusal(400, 'job group exceeded the maximum level of nesting');
    }
    if (isGroupCancelled(batch, parent)) {
      throw new Refusal(
        400,
        `bunch contains job group where the parent has already been cancelled ${name}`,
      );
    }
    depths.set(id, ancestors + 1);
  }
}

function checkPlace(batch: BatchRecord, update: UpdateRecord, spec: JobSpec): void {
  const name = `(${batch.id}, ${update.startJobId + spec.job_id - 1})`;
  placementOf(spec, name);
  checkJob(batch.user, spec);
  const parents = parentsOf(update, spec);
  if (new Set(parents).size < parents.length) {
    throw new Refusal(400, `bunch contains job with duplicated parents ${name}`);
  }
  const group = groupIdOf(update, spec);
  if (!batch.groups.has(group)) {
    throw new Refusal(400, `the job group of job ${name}, ${group}, does not exist`);
  }
}
