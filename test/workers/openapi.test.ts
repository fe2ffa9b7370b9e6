// S10.1: the OpenAPI document tells the truth. Every answer that it describes is produced here once, and held against
// it; so is every answer of every other test in this folder (sluice.ts).
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failed, HEAD, landedPull, pullOf, sha, stateOf, unbuilt } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import { operationOf, operations, problemsOf } from './described.ts';
import { appWith, type Brought, session } from './doors.ts';
import { command, MAIN, ORIGIN, outside, quiet, request, STABLE, seed, stubOf } from './sluice.ts';

const API = '/api/v1alpha';
const BRANCH = `${API}/watched_branches/main`;
const SERVICE = `${API}/namespaces/alice/services`;

const alice = (services = {}) => ({ kind: 'developer', by: null, createdAt: 1, services }) as const;
const MANY = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`n${n}`, alice()]));

beforeEach(async () => {
  quiet();
  await seed(
    stubOf(MAIN),
    stateOf({
      polledAt: Date.now(),
      pulls: [pullOf(1, { build: failed(1) }), pullOf(2, { build: unbuilt }), pullOf(4)],
      landings: [landedPull(3)],
      authorized: [sha(2)],
      namespaces: { alice: alice({ web: 5 }) },
      deploy: {
        ...{ kind: 'failed', sha: HEAD, batch: 9, attempt: 1, jobs: 1 },
        ...{ failure: '1 of 1 jobs failed', failedJobs: ['x'] },
      },
    }),
  );
});
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

type Row = readonly [status: number, method: string, path: string, body?: unknown];

const READ: readonly Row[] = [
  [200, 'GET', '/healthcheck'],
  [200, 'GET', `${API}/version`],
  [200, 'GET', `${API}/watched_branches`],
  [200, 'GET', `${BRANCH}/prs`],
  [404, 'GET', `${API}/watched_branches/wild/prs`],
  [200, 'GET', `${BRANCH}/prs/1`],
  [200, 'GET', `${BRANCH}/prs/3`],
  [400, 'GET', `${BRANCH}/prs/nine`],
  [404, 'GET', `${BRANCH}/prs/9`],
  [200, 'GET', `${BRANCH}/prs/1/timeline`],
  [400, 'GET', `${BRANCH}/prs/x/timeline`],
  [404, 'GET', `${API}/watched_branches/wild/prs/1/timeline`],
  [200, 'GET', `${BRANCH}/prs/1/jobs`],
  [400, 'GET', `${BRANCH}/prs/x/jobs`],
  [404, 'GET', `${BRANCH}/prs/2/jobs`],
  [200, 'GET', `${BRANCH}/queue`],
  [404, 'GET', `${API}/watched_branches/wild/queue`],
  [200, 'GET', `${BRANCH}/events`],
  [400, 'GET', `${BRANCH}/events?after=-1`],
  [404, 'GET', `${API}/watched_branches/wild/events`],
  [200, 'GET', `${API}/deploy_status`],
  [200, 'GET', `${API}/retried_tests`],
  [400, 'GET', `${API}/retried_tests?limit=0`],
  [200, 'GET', `${API}/authorized_shas`],
  [200, 'GET', `${API}/developers`],
  [200, 'GET', `${API}/teams`],
  [200, 'GET', `${API}/developers/alice`],
  [404, 'GET', `${API}/developers/nobody`],
  ...['', '/open', '/reviewer', '/action_required'].flatMap((rest): Row[] => [
    [200, 'GET', `${API}/developers/alice/prs${rest}`],
    [404, 'GET', `${API}/developers/nobody/prs${rest}`],
  ]),
  [200, 'GET', `${API}/developers/alice/dev_deploys`],
  [200, 'GET', `${API}/developers/bob/dev_deploys`],
  [404, 'GET', `${API}/developers/nobody/dev_deploys`],
  [200, 'GET', `${API}/namespaces`],
  [200, 'GET', `${API}/namespaces/alice`],
  [404, 'GET', `${API}/namespaces/nobody`],
  [200, 'GET', `${SERVICE}/web`],
  [404, 'GET', `${SERVICE}/constructor`],
];

const order = { branch: 'acme/bakery:x', steps: ['all'], excluded_steps: [], user: 'alice' };
const COMMANDS: readonly Row[] = [
  [201, 'POST', `${API}/authorize_sha`, { sha: sha(1) }],
  [400, 'POST', `${API}/authorize_sha`, {}],
  [200, 'POST', `${BRANCH}/prs/1/retry`, { tactical: true }],
  [400, 'POST', `${BRANCH}/prs/2/retry`],
  [404, 'POST', `${API}/watched_branches/wild/prs/1/retry`],
  [200, 'POST', `${API}/freeze`],
  [400, 'POST', `${API}/freeze`, { until: 'tomorrow' }],
  [404, 'POST', `${API}/freeze`, { branch: 'wild' }],
  [400, 'POST', `${API}/unfreeze`, { branch: 7 }],
  [404, 'POST', `${API}/unfreeze`, { branch: 'wild' }],
  [409, 'POST', `${API}/unfreeze`],
  [200, 'POST', `${API}/update`],
  [400, 'POST', `${API}/dev_deploy_branch`, {}],
  [502, 'POST', `${API}/dev_deploy_branch`, order],
  [201, 'PUT', `${API}/namespaces/bob`],
  [200, 'PUT', `${API}/namespaces/alice`],
  [400, 'PUT', `${API}/namespaces/-`],
  [204, 'DELETE', `${API}/namespaces/alice`],
  [400, 'DELETE', `${API}/namespaces/default`],
  [201, 'PUT', `${SERVICE}/db`],
  [200, 'PUT', `${SERVICE}/web`],
  [400, 'PUT', `${SERVICE}/-`],
  [404, 'PUT', `${API}/namespaces/nobody/services/web`],
  [404, 'PATCH', `${API}/namespaces/nobody/services/web`, { rate_limit_rps: 5 }],
  [200, 'PATCH', `${SERVICE}/web`, { rate_limit_rps: 1.5 }],
  [400, 'PATCH', `${SERVICE}/web`, { rate_limit_rps: -1 }],
  [204, 'DELETE', `${SERVICE}/web`],
];

const produced = new Set<string>();

async function ask([, method, path, body]: Row, headers: HeadersInit = {}): Promise<number> {
  const authorization = `Bearer ${testEnvironment.MANAGE_TOKEN}`;
  const answer = await request(path, {
    method,
    headers: { authorization, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const { pathname } = new URL(path, 'https://sluice.test');
  produced.add(`${operationOf(method, pathname)?.name} ${answer.status}`);
  return answer.status;
}

describe('S10.1 every answer that OpenAPI describes', () => {
  it.each<[Row]>([...READ, ...COMMANDS].map((row) => [row]))('%j', async (row) => {
    if (row[2].endsWith('/dev_deploys')) outside(async () => Response.json({ batches: [] }));
    expect(await ask(row)).toBe(row[0]);
  });

  it.each([`${API}/watched_branches`, `${BRANCH}/prs`])(
    'of what has not changed: %s',
    async (path) => {
      await command('/freeze');
      const tag = (await request(path)).headers.get('etag') ?? '';
      expect(await ask([304, 'GET', path], { 'if-none-match': tag })).toBe(304);
    },
  );

  it('of Batch, which is down', async () => {
    expect(await ask([502, 'GET', `${API}/developers/alice/dev_deploys`])).toBe(502);
  });

  it('of a command that makes no sense now', async () => {
    await command('/freeze');
    expect(await ask([409, 'POST', `${API}/freeze`])).toBe(409);
    expect(await ask([200, 'POST', `${API}/unfreeze`])).toBe(200);
    await Promise.all(
      [MAIN, STABLE].map((name) =>
        seed(stubOf(name), stateOf({ branch: name, polledAt: Date.now(), namespaces: MANY })),
      ),
    );
    expect(await ask([409, 'PUT', `${API}/namespaces/bob`])).toBe(409);
  });

  it.each(operations.filter(({ hasBody }) => hasBody))(
    'of a body that is too large, or cannot be JSON: $name',
    async ({ method, path }) => {
      const place = [method.toUpperCase(), somewhere(path)] as const;
      expect(await ask([413, ...place, ' '.repeat(1024 * 1024 + 1)])).toBe(413);
      const form = { 'content-type': 'multipart/form-data; boundary=x' };
      expect(await ask([415, ...place, '--x--'], form)).toBe(415);
    },
  );

  it('of somebody who is unknown, who may not, or who asks too often', async () => {
    const mallory = await session('mallory');
    const app = appWith({});
    const limited = appWith({}, { limiter: { admits: async () => false } });
    for (const { name, method, path, security } of operations) {
      const asked = (headers: Brought = {}) =>
        new Request(`${ORIGIN}${somewhere(path)}`, { method: method.toUpperCase(), headers });
      const isOpen = security.length === 0;
      const answers = [
        [429, await limited.request(asked())],
        ...(isOpen ? [] : [[401, await app.request(asked())] as const]),
        ...(isOpen ? [] : [[403, await app.request(asked(mallory))] as const]),
      ] as const;
      for (const [status, answer] of answers) {
        expect([name, answer.status]).toEqual([name, status]);
        expect(await problemsOf(asked(), answer)).toEqual([]);
        produced.add(`${name} ${status}`);
      }
    }
  });

  it('is produced somewhere above', () => {
    // Of any of them after a roll-back, which test/workers/branch-object.test.ts has.
    const anytime = ['503'];
    const described = operations
      .filter(({ path }) => !path.includes('{owner}'))
      .flatMap(({ name, responses }) =>
        Object.keys(responses)
          .filter((status) => !anytime.includes(status))
          .map((status) => `${name} ${status}`),
      );
    expect(described.filter((one) => !produced.has(one))).toEqual([
      // Against a real GitHub and a real Batch, in test/clients/dev-deploy.test.ts.
      `post ${API}/dev_deploy_branch 200`,
    ]);
  });

  it('is of every route of the JSON API, and of nothing else', () => {
    const routes = new Set(
      appWith({})
        .routes.filter(({ method, path }) => method !== 'ALL' && isOfApi(path))
        .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`),
    );
    expect(operations.map(({ name }) => name).toSorted()).toEqual([...routes].toSorted());
  });
});

/** What GitHub and Batch alone call, or who wants to know what the API is like, is no part of it. */
const isOfApi = (path: string): boolean =>
  path === '/healthcheck' || (path.startsWith(API) && path !== `${API}/batch_callback`);

/** What the path leads to in the branch above. */
const somewhere = (path: string): string =>
  path
    .replace('{owner}/{repo}/{branch}', 'acme/bakery/main')
    .replace('{branch}', 'main')
    .replace('{number}', '1')
    .replace('{namespace}', 'alice')
    .replace('{service}', 'web')
    .replace('{user}', 'alice');
