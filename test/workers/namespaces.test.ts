// Namespaces and services inside workerd: the JSON API with who may change what, the page, and the way to a cluster.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHands } from '../../durable-objects/hands.ts';
import { NamespaceStatus } from '../../schemas/cluster-status.ts';
import type { Namespaces } from '../../schemas/namespace.ts';
import { WatchedBranches } from '../../schemas/status.ts';
import { parseConfig } from '../../src/core/config.ts';
import { HEAD, NOON, namespaceOf, stateOf, testNamespace } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import {
  answerTo,
  MAIN,
  outside,
  pageAt,
  quiet,
  request,
  STABLE,
  seed,
  storedBy,
  stubOf,
} from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const API = '/api/v1alpha/namespaces';
const NAME = namespaceOf(1);
const json = async (path: string): Promise<unknown> => (await request(path)).json();
const send = (method: string, path: string, body?: unknown, token = testEnvironment.MANAGE_TOKEN) =>
  answerTo(`${API}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
/** Polled just now, so that nothing is read before the test has looked. */
const branch = (namespaces: Namespaces, change: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ polledAt: Date.now(), namespaces, ...change });

const noOwner = { repo: null, branch_fqn: null, pr: null, batch_id: null, batch_url: null };
const ALICE = {
  ...noOwner,
  namespace: 'alice',
  creation_time: expect.any(String),
  expiration_time: null,
  services: {},
  kind: 'developer',
  added_by: 'the manage token',
};
const TEST = {
  namespace: NAME,
  creation_time: '2026-11-23T12:00:00.000Z',
  expiration_time: '2026-11-24T12:00:00.000Z',
  services: { web: null },
  kind: 'test',
  branch_fqn: MAIN,
  repo: 'acme/bakery',
  pr: 1,
  batch_id: 101,
  batch_url: 'https://batch.test/batches/101',
  added_by: null,
};

describe('S10.1 namespaces', () => {
  it('are added, shown and removed', async () => {
    expect(await json(API)).toEqual([]);
    expect(await send('PUT', '/alice')).toEqual([201, '']);
    expect(await send('PUT', '/alice')).toEqual([200, '{"namespace":"alice"}']);
    expect(await json(API)).toEqual([ALICE]);
    const shown = await json(`${API}/alice`);
    expect(shown).toEqual(ALICE);
    expect(NamespaceStatus.parse(shown)).toEqual(shown);
    expect(await send('DELETE', '/alice')).toEqual([204, '']);
    expect(await send('DELETE', '/alice')).toEqual([204, '']);
    expect(await answerTo(`${API}/alice`)).toEqual([404, '404: there is no namespace alice']);
  });

  it('of developers are known to every branch, so that one may forget', async () => {
    await send('PUT', '/alice');
    await send('PUT', '/alice/services/web');
    await send('PATCH', '/alice/services/web', { rate_limit_rps: 5 });
    for (const name of [MAIN, STABLE])
      expect((await storedBy(stubOf(name)))?.namespaces['alice']).toMatchObject({
        by: 'the manage token',
        services: { web: 5 },
      });
    await seed(stubOf(MAIN), branch({}));
    expect(await json(API)).toEqual([{ ...ALICE, services: { web: 5 } }]);
  });

  it('of tests are shown with their batch; what is gone is not', async () => {
    const gone = testNamespace(2, { fate: { kind: 'deleted' } });
    const test = testNamespace(1, { services: { web: null } });
    await seed(stubOf(MAIN), branch({ [NAME]: test, [namespaceOf(2)]: gone }));
    expect(await json(API)).toEqual([TEST]);
  });

  it('that a branch deploys into say which', async () => {
    const row = { kind: 'deploy', createdAt: NOON, services: {} } as const;
    await seed(stubOf(STABLE), branch({ default: row }));
    expect(await json(API)).toMatchObject([{ kind: 'deploy', branch_fqn: STABLE, pr: null }]);
  });

  it.each([
    ['DELETE', '/default', '400: default is never removed'],
    ['PUT', '/Alice', '400: "Alice": expected the name of a namespace'],
    ['PUT', `/${'a'.repeat(64)}`, 'at most 63 lower case letters'],
  ])('%s %s is refused', async (method, path, words) => {
    const [status, text] = await send(method, path);
    expect(status).toBe(400);
    expect(text).toContain(words);
    expect(await json(API)).toEqual([]);
  });

  it.each([
    ['PUT', '/alice'],
    ['DELETE', '/alice'],
    ['PUT', '/alice/services/web'],
    ['PATCH', '/alice/services/web'],
    ['DELETE', '/alice/services/web'],
  ])('S10.3 %s %s wants the manage token', async (method, path) => {
    expect((await send(method, path, undefined, 'wrong-token-0123456789'))[0]).toBe(401);
    expect((await answerTo(`${API}${path}`, { method }))[0]).toBe(401);
  });
});

describe('S10.1 services of namespaces', () => {
  const WEB = '/alice/services/web';
  beforeEach(async () => {
    await send('PUT', '/alice');
  });

  it('are added, limited, shown and removed', async () => {
    expect(await send('PUT', WEB)).toEqual([201, '']);
    expect(await send('PUT', WEB)).toEqual([200, '{"namespace":"alice","service":"web"}']);
    expect(await send('PATCH', WEB, { rate_limit_rps: 2.5 })).toEqual([200, '']);
    const web = { namespace: 'alice', service: 'web', rate_limit_rps: 2.5 };
    expect(await json(`${API}${WEB}`)).toEqual(web);
    expect(await send('PUT', WEB)).toEqual([200, '{"namespace":"alice","service":"web"}']);
    expect(await json(`${API}/alice`)).toMatchObject({ services: { web: 2.5 } });
    await send('PATCH', WEB, { rate_limit_rps: null });
    expect(await json(`${API}${WEB}`)).toEqual({ ...web, rate_limit_rps: null });
    expect(await send('DELETE', WEB)).toEqual([204, '']);
    expect(await send('DELETE', WEB)).toEqual([204, '']);
    expect((await answerTo(`${API}${WEB}`))[0]).toBe(404);
  });

  it('of a test may be limited, too', async () => {
    const test = testNamespace(1, { services: { web: null } });
    await seed(stubOf(MAIN), branch({ [NAME]: test }));
    await send('PATCH', `/${NAME}/services/web`, { rate_limit_rps: 1 });
    expect(await json(`${API}/${NAME}`)).toMatchObject({ services: { web: 1 }, pr: 1 });
  });

  it.each([
    ['PUT', '/bob/services/web', undefined, 404, '404: there is no namespace bob'],
    ['PUT', '/alice/services/Web', undefined, 400, 'expected the name of a service'],
    ['PATCH', WEB, { rate_limit_rps: -1 }, 400, 'rate_limit_rps'],
    ['PATCH', WEB, { rate_limit_rps: '5' }, 400, 'rate_limit_rps'],
    ['PATCH', WEB, {}, 400, 'rate_limit_rps'],
    ['PATCH', WEB, [], 400, 'expected object'],
    ['PATCH', '/alice/services/nothing', { rate_limit_rps: 1 }, 200, ''],
  ])('%s %s %j', async (method, path, body, status, words) => {
    const [answered, text] = await send(method, path, body);
    expect(answered).toBe(status);
    expect(text).toContain(words);
    expect(await json(`${API}/alice`)).toMatchObject({ services: {} });
  });
});

describe('S10.2 the page of namespaces', () => {
  const page = async (): Promise<string> => (await pageAt('/namespaces')).text;

  it('says that there is none, and that no Kubernetes is configured', async () => {
    const text = await page();
    expect(text).toContain('No namespace is known.');
    expect(
      text.match(/No Kubernetes is configured: each test removes its own namespace/g),
    ).toHaveLength(1);
  });

  it('shows whose each is, until when, and what is in it', async () => {
    await send('PUT', '/alice');
    const services = { api: 3, web: null };
    await seed(
      stubOf(MAIN),
      branch({
        [NAME]: testNamespace(1, { services }),
        [namespaceOf(2)]: testNamespace(2, { stray: true, batch: null }),
        default: { kind: 'deploy', createdAt: NOON, services: {} },
      }),
    );
    const { text, html } = await pageAt('/namespaces');
    for (const at of ['2026-11-23T12:00:00.000Z', '2026-11-24T12:00:00.000Z'])
      expect(html).toContain(`<time datetime="${at}"`);
    for (const words of [
      'alice the manage token – ',
      'never',
      `${NAME} acme/bakery#1 101 api at most 3/s web no limit`,
      `${namespaceOf(2)} #2 of a branch that is watched no more`,
      'default acme/bakery:main, deployed',
    ])
      expect(text).toContain(words);
  });
});

describe('S8.4 what is live', () => {
  it('is told by the status API and the page of deploys, next to what was deployed', async () => {
    const web = { kind: 'Deployment', name: 'web' } as const;
    const live = { ...web, images: ['web:2'], wanted: 2, ready: 1, isRolledOut: false };
    const gone = { kind: 'StatefulSet', name: 'store' } as const;
    const till = { kind: 'Deployment', name: 'till', images: ['till:2'] } as const;
    const older = { ...till, images: ['till:1'], wanted: 1, ready: 1, isRolledOut: true };
    const rollout = {
      ...{ batch: 9, namespace: 'default', services: [web, gone, till] },
      read: { at: NOON, live: [live, older], error: null },
    };
    const deploy = { kind: 'succeeded', sha: HEAD, batch: 9, attempt: 1, jobs: 1 } as const;
    await seed(stubOf(MAIN), branch({}, { rollout, deploy }));
    const { branches } = WatchedBranches.parse(await json('/api/v1alpha/watched_branches'));
    const common = {
      namespace: 'default',
      deploy_batch_id: 9,
      read_at: '2026-11-23T12:00:00.000Z',
    };
    expect(branches[0]?.deployed_services).toEqual([
      {
        ...{ ...common, ...web, state: 'not_ready', deployed_images: [], images: ['web:2'] },
        ...{ ready_replicas: 1, wanted_replicas: 2 },
        text: '1 of 2 ready, and the newest is not rolled out',
      },
      {
        ...{ ...common, ...gone, state: 'missing', deployed_images: [], images: [] },
        ...{ ready_replicas: null, wanted_replicas: null },
        text: 'there is no StatefulSet store in default',
      },
      {
        ...{ ...common, ...till, state: 'other', deployed_images: ['till:2'], images: ['till:1'] },
        ...{ ready_replicas: 1, wanted_replicas: 1 },
        text: '1 of 1 ready, but till:2 was deployed',
      },
    ]);
    expect(branches[0]?.kubernetes).toMatchObject({ configured: false, read_at: null });
    const { text } = await pageAt('/deploys');
    expect(text).toContain('web in default not ready web:2 1 of 2 ready');
  });
});

describe('S6.6 the way to a cluster', () => {
  const kubernetes = { url: 'https://kubernetes.test' };
  const document = JSON.parse(testEnvironment.SLUICE_CONFIG);
  const parsed = parseConfig({
    ...testEnvironment,
    SLUICE_CONFIG: JSON.stringify({ ...document, kubernetes }),
    KUBERNETES_TOKEN: 'the token',
  });
  if (!parsed.ok) throw new Error(parsed.error.join());
  const [config] = parsed.value.branches;
  if (!config) throw new Error('no branch');
  const nothing = () => Response.json({ metadata: {}, items: [] });

  it('is the platform’s fetch, with the token', async () => {
    const world = outside(async () => nothing());
    const { kubernetes: port } = createHands(parsed.value, config, {});
    expect(await port?.listNamespaces()).toEqual({ ok: true, value: [] });
    const [url, init] = world.mock.calls[0] ?? [];
    expect(String(url)).toMatch(/^https:\/\/kubernetes\.test\/api\/v1\/namespaces\?/);
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer the token');
  });

  it('is the binding where there is one', async () => {
    const world = outside();
    const asked: string[] = [];
    const binding: Pick<Fetcher, 'fetch'> = {
      fetch: async (input: RequestInfo | URL) => {
        asked.push(String(input));
        return nothing();
      },
    };
    const { kubernetes: port } = createHands(parsed.value, config, {
      KUBERNETES: binding as Fetcher,
    });
    expect(await port?.listNamespaces()).toEqual({ ok: true, value: [] });
    expect([asked.length, world.mock.calls.length]).toEqual([1, 0]);
  });

  it('is none where no Kubernetes is configured', () => {
    const plain = parseConfig(testEnvironment);
    if (!plain.ok || !plain.value.branches[0]) throw new Error('no branch');
    expect(createHands(plain.value, plain.value.branches[0], {}).kubernetes).toBeNull();
  });
});
