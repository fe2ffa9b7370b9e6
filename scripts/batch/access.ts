/**
 * Who may do what: bearer tokens, billing projects, and the job features that Batch keeps for the
 * user `ci`. What a caller may not see does not exist for them (404, never 403).
 */
import type { BatchSpec, JobSpec } from './job-spec.ts';
import type { BatchRecord } from './record.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Store } from './store.ts';

export interface AccessRules {
  readonly tokens: readonly { token: string; user: string }[];
  readonly billingProjects: readonly { name: string; users: readonly string[] }[];
}

export const supportedRegions: readonly string[] = ['us-central1'];
/** Whose jobs may act as which Kubernetes accounts. */
const serviceAccounts: Readonly<Record<string, readonly string[]>> = {
  ci: ['ci-agent', 'admin'],
  test: ['test-batch-sa'],
};

export class Access {
  readonly #rules: AccessRules;
  readonly #store: Store;

  constructor(rules: AccessRules, store: Store) {
    this.#rules = rules;
    this.#store = store;
  }

  /** @throws {Refusal} 401 */
  userOf(authorization: string | undefined): string {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const user = this.#rules.tokens.find((entry) => entry.token === token)?.user;
    if (user === undefined) throw new Refusal(401, 'Unauthorized');
    return user;
  }

  /** Reading, cancelling, deleting: for the users of the batch's billing project. */
  mayRead(user: string, batch: BatchRecord): boolean {
    return this.#isMember(user, batch.spec.billing_project);
  }

  /** @throws {Refusal} 404 */
  readable(user: string, batchId: number): BatchRecord {
    const batch = this.#store.batch(batchId);
    if (!batch || !this.mayRead(user, batch)) throw notFound();
    return batch;
  }

  /** Adding to a batch: for the user who made it. @throws {Refusal} 404 */
  own(user: string, batchId: number): BatchRecord {
    const batch = this.#store.batch(batchId);
    if (!batch || batch.user !== user) throw notFound();
    return batch;
  }

  /** @throws {Refusal} 403 */
  checkBillingProject(user: string, spec: BatchSpec): void {
    if (this.#isMember(user, spec.billing_project)) return;
    throw new Refusal(403, `Unknown Hail Batch billing project ${spec.billing_project}.`);
  }

  #isMember(user: string, name: string): boolean {
    const project = this.#rules.billingProjects.find((candidate) => candidate.name === name);
    return project?.users.includes(user) ?? false;
  }
}

/** @throws {Refusal} 400 when the job asks for what this user may not have, or for no region. */
export function checkJobPermissions(user: string, spec: JobSpec): void {
  const unknown = (spec.regions ?? []).filter((region) => !supportedRegions.includes(region));
  if (unknown.length > 0 || spec.regions?.length === 0) {
    throw new Refusal(
      400,
      `invalid regions specified: ${pythonSet(unknown)}. ` +
        `Choose from ${pythonSet(supportedRegions)}`,
    );
  }
  const account = spec.service_account;
  if (account && !serviceAccounts[user]?.includes(account.name)) {
    throw new Refusal(
      400,
      `unauthorized service account ('${account.namespace}', '${account.name}')`,
    );
  }
  if (user === 'ci') return;
  const secret = spec.secrets?.[0];
  if (secret) {
    throw new Refusal(400, `unauthorized secret ('${secret.namespace}', '${secret.name}')`);
  }
  if (spec.network === 'private') throw new Refusal(400, 'unauthorized network private');
  if (spec.unconfined) throw new Refusal(400, 'unauthorized use of unconfined');
}

function pythonSet(items: readonly string[]): string {
  return items.length === 0 ? 'set()' : `{${items.map((item) => `'${item}'`).join(', ')}}`;
}
