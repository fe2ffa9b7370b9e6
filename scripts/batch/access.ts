/**
 * Who may do what: bearer tokens, billing projects, and the job features that Batch keeps for the
 * user `ci`. What a caller may not see does not exist for them (404, never 403).
 */
import type { Billing } from './billing.ts';
import type { JobSpec } from './job-spec.ts';
import type { BatchRecord } from './record.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import { pythonSet } from './validation.ts';

export interface Identity {
  readonly token: string;
  readonly user: string;
}

/** Batch's own namespace: where the secrets are that it gives to every job. */
export const batchNamespace = 'default';
export const supportedRegions: readonly string[] = ['us-central1'];
/** Whose jobs may act as which Kubernetes accounts. */
const serviceAccounts: Readonly<Record<string, readonly string[]>> = {
  ci: ['ci-agent', 'admin'],
  test: ['test-batch-sa'],
};

export class Access {
  readonly #identities: readonly Identity[];
  readonly #billing: Billing;
  readonly #store: Store;

  constructor(identities: readonly Identity[], billing: Billing, store: Store) {
    this.#identities = identities;
    this.#billing = billing;
    this.#store = store;
  }

  /** @throws {Refusal} 401 */
  userOf(authorization: string | undefined): string {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const user = this.#identities.find((entry) => entry.token === token)?.user;
    if (user === undefined) throw new Refusal(401, 'Unauthorized');
    return user;
  }

  /** Reading, cancelling, deleting: for the users of the batch's billing project. */
  mayRead(user: string, batch: BatchRecord): boolean {
    return this.#billing.isMember(user, batch.spec.billing_project);
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
}

/** The name of the secret with a user's cloud key. */
export const keySecretOf = (user: string): string => `${user}-gsa-key`;

/** The job as Batch stores it: with the user's cloud key, and tokens where they were asked for. */
export function completedSpec(user: string, spec: JobSpec): JobSpec {
  const mounts = [
    { name: keySecretOf(user), mount_path: '/gsa-key' },
    ...(spec.mount_tokens
      ? [
          { name: `${user}-tokens`, mount_path: '/user-tokens' },
          { name: 'ssl-config-batch-user-code', mount_path: '/ssl-config' },
        ]
      : []),
  ];
  const variable = { name: 'GOOGLE_APPLICATION_CREDENTIALS', value: '/gsa-key/key.json' };
  return {
    ...spec,
    secrets: [
      ...(spec.secrets ?? []),
      ...mounts.map((mount) => ({ namespace: batchNamespace, ...mount })),
    ],
    env: spec.env.some(({ name }) => name === variable.name) ? spec.env : [...spec.env, variable],
  };
}

/** @throws {Refusal} 400 when the job asks for what this user may not have, or for no region. */
export function checkJob(user: string, spec: JobSpec): void {
  checkRegions(spec.regions);
  checkMounts(spec);
  const account = spec.service_account;
  if (account && !serviceAccounts[user]?.includes(account.name)) {
    throw new Refusal(
      400,
      `unauthorized service account ('${account.namespace}', '${account.name}') for user ${user}`,
    );
  }
  if (user === 'ci') return;
  const secrets = (spec.secrets ?? []).map(({ namespace, name }) => `('${namespace}', '${name}')`);
  if (secrets.length > 0) {
    throw new Refusal(400, `unauthorized secret [${secrets.join(', ')}] for user ${user}`);
  }
  if (spec.network === 'private') throw new Refusal(400, 'unauthorized network private');
  if (spec.unconfined) throw new Refusal(400, 'unauthorized use of unconfined=True');
}

function checkRegions(regions: readonly string[] | undefined): void {
  if (regions === undefined) return;
  if (regions.length === 0) throw new Refusal(400, 'regions must not be an empty array');
  const unknown = regions.filter((region) => !supportedRegions.includes(region));
  if (unknown.length === 0) return;
  throw new Refusal(
    400,
    `invalid regions specified: ${pythonSet(unknown)}. Choose from ${pythonSet(supportedRegions)}`,
  );
}

function checkMounts(spec: JobSpec): void {
  for (const { bucket, mount_path: path, read_only: readOnly } of spec.cloudfuse ?? []) {
    const flag = readOnly ? 'True' : 'False';
    const found = `{'bucket': '${bucket}', 'mount_path': '${path}', 'read_only': ${flag}}`;
    if (!readOnly) {
      throw new Refusal(400, `Only read-only cloudfuse requests are supported. Found ${found}`);
    }
    if (path === '/io') {
      throw new Refusal(
        400,
        `Cloudfuse requests with mount_path=/io are not supported. Found ${found}`,
      );
    }
  }
}
