/**
 * The first query language of Batch's lists: words separated by spaces, all of which must hold,
 * each negated by a leading `!`. Parsed whole before use: a bad one is refused whatever there is.
 */
import type { BatchRecord, JobRecord, JobState } from './record.ts';
import { Refusal } from './refusal.ts';

export type Predicate<T> = (candidate: T) => boolean;

/** The words for states that both languages share. */
export const batchStates: Readonly<Record<string, Predicate<BatchRecord>>> = {
  open: () => false,
  closed: () => true,
  complete: (batch) => batch.root.state === 'complete',
  running: (batch) => batch.root.state === 'running',
  cancelled: (batch) => batch.root.cancelled,
  failure: (batch) => batch.root.counts.failed > 0,
  success: (batch) =>
    batch.root.state === 'complete' && batch.root.counts.succeeded === batch.root.counts.jobs,
};

export const jobStates: Readonly<Record<string, readonly (JobState | 'Creating')[]>> = {
  pending: ['Pending'],
  ready: ['Ready'],
  creating: ['Creating'],
  running: ['Running'],
  live: ['Ready', 'Creating', 'Running'],
  cancelled: ['Cancelled'],
  error: ['Error'],
  failed: ['Failed'],
  bad: ['Error', 'Failed'],
  success: ['Success'],
  done: ['Cancelled', 'Error', 'Failed', 'Success'],
};

/** @throws {Refusal} 400 `Invalid search term: T.` */
export function parseBatchQueryV1(q: string): Predicate<BatchRecord> {
  return conjunction(q, (term) => {
    const attribute = attributeTerm(term);
    if (attribute) return (batch) => attribute(batch.spec.attributes ?? {});
    const [, key, value = ''] = /^(user|billing_project):(.*)$/.exec(term) ?? [];
    if (key === 'user') return (batch) => batch.user === value;
    if (key === 'billing_project') return (batch) => batch.spec.billing_project === value;
    return Object.hasOwn(batchStates, term) ? batchStates[term] : undefined;
  });
}

/** @throws {Refusal} 400 `Invalid search term: T.` */
export function parseJobQueryV1(q: string): Predicate<JobRecord> {
  return conjunction(q, (term) => {
    if (term.startsWith('job_id=')) return (job) => String(job.id) === term.slice(7);
    const attribute = attributeTerm(term);
    if (attribute) return (job) => attribute(job.spec.attributes ?? {});
    const states = Object.hasOwn(jobStates, term) ? jobStates[term] : undefined;
    return states && ((job) => states.includes(job.state));
  });
}

function conjunction<T>(
  q: string,
  parseTerm: (term: string) => Predicate<T> | undefined,
): Predicate<T> {
  const terms = q.split(/\s+/).filter((term) => term !== '');
  const predicates = terms.map((written) => {
    const negated = written.startsWith('!');
    const term = negated ? written.slice(1) : written;
    const holds = parseTerm(term);
    if (!holds) throw new Refusal(400, `Invalid search term: ${term}.`);
    return negated ? (candidate: T) => !holds(candidate) : holds;
  });
  return (candidate) => predicates.every((holds) => holds(candidate));
}

/** `K=V` (split at the first `=`, before anything else is looked at) and `has:K`. */
function attributeTerm(term: string): Predicate<Record<string, string>> | undefined {
  const at = term.indexOf('=');
  if (at >= 0) {
    return (attributes) => attributeValue(attributes, term.slice(0, at)) === term.slice(at + 1);
  }
  if (!term.startsWith('has:')) return undefined;
  return (attributes) => attributeValue(attributes, term.slice(4)) !== undefined;
}

function attributeValue(attributes: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}
