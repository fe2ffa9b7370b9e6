// Looks at Hail Batch as Sluice would use it, and changes nothing there: do the credentials work, as whom, may
// that user submit to the billing project, and may it have what the build.yaml asks for.
import { z } from 'zod';
import type { ConfigDocument } from '../../schemas/config.ts';
import type { Finding } from '../../schemas/diagnosis.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import type { BatchApi } from '../../src/clients/batch/api.ts';
import { BatchConnection } from '../../src/clients/batch/connection.ts';
import type { Credentials } from '../../src/clients/credentials.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { Result } from '../../src/core/result.ts';
import { judgeWishes } from './wishes.ts';

export interface BatchPatient {
  readonly settings: ConfigDocument;
  readonly credentials: Credentials;
  /** The jobs of the build.yaml; null when none was named. */
  readonly jobs: readonly JobSpec[] | null;
  /** Where to ask who we are; null: where it is beside this Batch. */
  readonly authUrl: string | null;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

const UserInfo = z.object({ username: z.string() });
const BillingProject = z.object({
  status: z.string(),
  users: z.array(z.string()),
  limit: z.number().nullish(),
  accrued_cost: z.number().nullish(),
});

export async function examineBatch(patient: BatchPatient): Promise<Finding[]> {
  const { settings, jobs } = patient;
  const api = connect(patient, settings.batch.url);
  // Anything that wants an account, and no more than that.
  const accepted = await api.request('GET', '/billing_projects', z.array(z.unknown()));
  if (!accepted.ok) return [refusedCredentials(settings.batch.url, accepted.error)];
  const [who, billing, cloud, regions] = await Promise.all([
    examineUser(patient),
    examineBilling(api, settings),
    examineCloud(api, settings),
    examineRegions(api, settings),
  ]);
  return [
    { mark: 'ok', what: 'credentials', text: `${settings.batch.url} takes them` },
    ...who.findings,
    ...[billing, cloud, regions],
    ...(jobs === null ? [noBuild] : judgeBuild(jobs, who.user)),
  ];
}

const connect = ({ credentials, fetch, now }: BatchPatient, url: string): BatchApi =>
  new BatchConnection({ url, credentials, fetch, now });

function refusedCredentials(url: string, fault: Fault): Finding {
  const unreachable = fault.kind === 'unknown' || fault.kind === 'unreadable';
  return {
    mark: 'fault',
    what: unreachable ? 'batch.url' : 'credentials',
    text: `${url}: ${fault.message}`,
    todo: unreachable
      ? 'Is this the address of Batch, and can it be reached from here?'
      : 'Give BATCH_TOKEN a token of the account, or BATCH_KEY its key file.',
  };
}

const noBuild: Finding = {
  mark: 'unknown',
  what: 'build.yaml',
  text: 'not named; --build FILE tells whether the user may have what it asks for',
};

const nothingAsked: Finding = {
  mark: 'ok',
  what: 'build.yaml',
  text: "its jobs ask for nothing that is not everybody's",
};

function judgeBuild(jobs: readonly JobSpec[], user: string | null): Finding[] {
  const wishes = judgeWishes(jobs, user);
  return wishes.length > 0 ? wishes : [nothingAsked];
}

async function examineUser(
  patient: BatchPatient,
): Promise<{ user: string | null; findings: Finding[] }> {
  const { settings } = patient;
  const url = patient.authUrl ?? authUrlOf(settings.batch.url);
  const answer = await connect(patient, url).request('GET', '/userinfo', UserInfo);
  if (!answer.ok) {
    const text = `${url} does not say who we are: ${answer.error.message}`;
    const todo = 'Name the auth service with --auth-url.';
    return { user: null, findings: [{ mark: 'unknown', what: 'user', text, todo }] };
  }
  const user = answer.value.username;
  const wanted = settings.batch.user;
  const finding: Finding =
    user === wanted
      ? { mark: 'ok', what: 'user', text: `${user}, as batch.user says` }
      : {
          mark: 'fault',
          what: 'user',
          text: `${user}, but batch.user is ${wanted}: Sluice would not find its own batches`,
          todo: `Set batch.user to ${user}, or use the credentials of ${wanted}.`,
        };
  return { user, findings: [finding] };
}

/** Hail's services stand beside each other, as hosts or as paths. */
export function authUrlOf(batchUrl: string): string {
  const url = new URL(batchUrl);
  if (url.hostname.startsWith('batch.')) url.hostname = url.hostname.replace('batch.', 'auth.');
  else url.pathname = url.pathname.replace(/\/batch$/, '/auth');
  return url.toString().replace(/\/$/, '');
}

async function examineBilling(api: BatchApi, { batch }: ConfigDocument): Promise<Finding> {
  const what = 'billing project';
  const name = batch.billing_project;
  const path = `/billing_projects/${encodeURIComponent(name)}`;
  const answer = await api.request('GET', path, BillingProject);
  if (!answer.ok) {
    const todo = 'Have the user added to it, or set batch.billing_project to another.';
    return { mark: 'fault', what, text: `${name}: ${answer.error.message}`, todo };
  }
  const { status, limit, accrued_cost: spent } = answer.value;
  if (status !== 'open') return { mark: 'fault', what, text: `${name} is ${status}` };
  const spentText = spent == null ? '' : `, $${spent.toFixed(2)} spent`;
  if (limit == null)
    return { mark: 'ok', what, text: `${name}, open${spentText}, without a limit` };
  const text = `${name}, open${spentText} of $${limit.toFixed(2)}`;
  return (spent ?? 0) < limit
    ? { mark: 'ok', what, text }
    : { mark: 'fault', what, text, todo: 'Batch refuses batches until the limit is raised.' };
}

async function examineCloud(api: BatchApi, { cloud }: ConfigDocument): Promise<Finding> {
  const read = await api.tail('/cloud', 100);
  if (!read.ok) return unread('cloud', read);
  const actual = read.value.trim();
  if (actual === cloud) return { mark: 'ok', what: 'cloud', text: `${cloud}, as the settings say` };
  return {
    mark: 'fault',
    what: 'cloud',
    text: `Batch runs in ${actual}, but cloud is ${cloud}: the wrong steps would be left out`,
    todo: `Set cloud to ${actual}.`,
  };
}

async function examineRegions(api: BatchApi, settings: ConfigDocument): Promise<Finding> {
  const what = 'regions';
  const read = await api.request('GET', '/supported_regions', z.array(z.string()));
  if (!read.ok) return unread(what, read);
  const wanted = [settings.region, ...settings.regions];
  const missing = wanted.filter((region) => !read.value.includes(region));
  if (missing.length === 0) return { mark: 'ok', what, text: wanted.join(', ') };
  return {
    mark: 'fault',
    what,
    text: `Batch has no ${missing.join(', ')}; it has ${read.value.join(', ')}`,
    todo: 'Set region and regions to some of these.',
  };
}

const unread = (what: string, read: Extract<Result<unknown, Fault>, { ok: false }>): Finding => ({
  mark: 'unknown',
  what,
  text: `Batch does not say: ${read.error.message}`,
});
