// What jobs ask of Batch that it does not give to everybody. Batch compares the user's name with `ci` letter by
// letter, so no other account will do.

import type { Finding } from '../../schemas/diagnosis.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';

const PRIVILEGED_USER = 'ci';
/** Batch runs jobs as these and no others. */
const SERVICE_ACCOUNTS = ['ci-agent', 'admin'];

const WISHES: readonly [string, (job: JobSpec) => boolean][] = [
  ['secrets', ({ secrets = [] }) => secrets.length > 0],
  ['the private network', ({ network }) => network === 'private'],
  ['to run unconfined', ({ unconfined }) => unconfined === true],
  [
    `service account ${SERVICE_ACCOUNTS.join(' or ')}`,
    ({ service_account: account }) =>
      account !== undefined && SERVICE_ACCOUNTS.includes(account.name),
  ],
];

/** @param user null when it is not known */
export function judgeWishes(jobs: readonly JobSpec[], user: string | null): Finding[] {
  return [
    ...WISHES.flatMap(([wish, asks]) => {
      // A job of both scopes is there twice.
      const names = [...new Set(jobs.filter(asks).map(nameOf))];
      return names.length === 0 ? [] : [privilege(wish, names, user)];
    }),
    ...foreignAccounts(jobs),
  ];
}

function privilege(wish: string, names: readonly string[], user: string | null): Finding {
  const text = `${listed(names)} ${names.length === 1 ? 'asks' : 'ask'} for ${wish}`;
  if (user === null)
    return { mark: 'unknown', what: 'build.yaml', text: `${text}: is that the user's to have?` };
  if (user === PRIVILEGED_USER)
    return { mark: 'ok', what: 'build.yaml', text: `${text}, which ${user} may have` };
  return {
    mark: 'fault',
    what: 'build.yaml',
    text: `${text}, which Batch gives to the user ${PRIVILEGED_USER} alone, not to ${user}`,
    todo: `Use the account ${PRIVILEGED_USER}, or leave those steps out.`,
  };
}

function foreignAccounts(jobs: readonly JobSpec[]): Finding[] {
  const foreign = jobs.flatMap((job) => {
    const name = job.service_account?.name;
    return name === undefined || SERVICE_ACCOUNTS.includes(name)
      ? []
      : [`${nameOf(job)} (${name})`];
  });
  if (foreign.length === 0) return [];
  return [
    {
      mark: 'fault',
      what: 'build.yaml',
      text: `${listed([...new Set(foreign)])}: Batch runs jobs only as service account ${SERVICE_ACCOUNTS.join(' or ')}`,
    },
  ];
}

const nameOf = ({ job_id, attributes }: JobSpec): string => attributes['name'] ?? `job ${job_id}`;

const SHOWN = 3;

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return [names.slice(0, SHOWN).join(', '), ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
}
