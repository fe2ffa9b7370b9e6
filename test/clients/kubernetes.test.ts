// S6.6, S8.4: the Kubernetes client against a local Kubernetes: what it reads, what it deletes and what it never does, and
// what faults it makes of trouble.
import { describe, expect, test } from 'vitest';
import type { KubernetesApi } from '../../src/clients/kubernetes/api.ts';
import { createKubernetes } from '../../src/clients/kubernetes/kubernetes.ts';
import { ok } from '../../src/core/result.ts';
import { deployment, until } from '../kubernetes/client.ts';
import { configOf, liveNamespace, namespaceOf } from '../support/builders.ts';
import { unwrap } from './hands.ts';
import { start } from './kubernetes-bench.ts';

const NAME = namespaceOf(1);

describe('S6.6 namespaces', () => {
  test('are listed by their labels in one request', async () => {
    const { kubernetes, cluster, make, asked } = await start();
    await make(NAME);
    await make(namespaceOf(2), {});
    await make(namespaceOf(3), { 'app.kubernetes.io/managed-by': 'sluice' });
    const { answer, requests } = await asked(() => kubernetes.listNamespaces());
    const { metadata } = await cluster.read(`/api/v1/namespaces/${NAME}`);
    expect(unwrap(answer)).toEqual([
      {
        name: NAME,
        uid: metadata.uid,
        version: metadata.resourceVersion,
        labels: expect.objectContaining({ 'sluice/branch': 'main' }),
        createdAt: Date.parse(String(metadata['creationTimestamp'])),
        isEnding: false,
      },
    ]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toContain('GET /api/v1/namespaces?labelSelector=');
  });

  test('of other branches are not listed, but those of no branch by one that looks after them', async () => {
    const { client, make } = await start();
    const labels = { 'app.kubernetes.io/managed-by': 'sluice', 'sluice/ci-namespace': 'default' };
    await make(NAME);
    await make(namespaceOf(2), { ...labels, 'sluice/branch': 'stable' });
    await make(namespaceOf(3), { ...labels, 'sluice/branch': 'gone' });
    const names = async (otherLabels: readonly string[] | null) => {
      const namespaces = { ...configOf().namespaces, otherLabels };
      const listed = await client({}, configOf({ namespaces })).listNamespaces();
      return unwrap(listed).map(({ name }) => name);
    };
    expect(await names(null)).toEqual([NAME]);
    expect(await names(['stable'])).toEqual([NAME, namespaceOf(3)]);
    expect(await names([])).toEqual([NAME, namespaceOf(2), namespaceOf(3)]);
  });

  test('that are being deleted say so, and one that is gone is none', async () => {
    const { kubernetes, make, cluster } = await start({ namespaceDelayMs: 60_000 });
    await make(NAME);
    await cluster.must('DELETE', `/api/v1/namespaces/${NAME}`);
    expect(unwrap(await kubernetes.getNamespace(NAME))?.isEnding).toBe(true);
    expect(unwrap(await kubernetes.listNamespaces())[0]?.isEnding).toBe(true);
    expect(unwrap(await kubernetes.getNamespace(namespaceOf(2)))).toBeNull();
  });

  test('are deleted with what is in them, again and again', async () => {
    const { kubernetes, make, cluster } = await start();
    await make(NAME);
    await cluster.configMap(NAME, 'something');
    const seen = unwrap(await kubernetes.getNamespace(NAME));
    if (!seen) throw new Error('it is not there');
    unwrap(await kubernetes.deleteNamespace(seen));
    await until(async () => unwrap(await kubernetes.getNamespace(NAME)) === null);
    unwrap(await kubernetes.deleteNamespace(seen));
  });

  test.each([
    ['others than was thought', { uid: 'another' }],
    ['changed since, as when somebody has taken the label off', { version: '1' }],
  ])('are not deleted when they are %s', async (_, change) => {
    const { kubernetes, make } = await start();
    await make(NAME);
    const seen = unwrap(await kubernetes.getNamespace(NAME));
    if (!seen) throw new Error('it is not there');
    expect(await kubernetes.deleteNamespace({ ...seen, ...change })).toMatchObject({
      ok: false,
      error: { kind: 'refused', status: 409 },
    });
    expect(unwrap(await kubernetes.getNamespace(NAME))?.isEnding).toBe(false);
  });

  test('beyond one page are listed, too', async () => {
    const asked: string[] = [];
    const item = (number: number) => ({
      metadata: {
        ...liveNamespace(namespaceOf(number)),
        resourceVersion: '1',
        creationTimestamp: '2026-01-05T09:00:00Z',
      },
    });
    const pages = [
      { metadata: { continue: 'more' }, items: [item(1)] },
      { metadata: {}, items: [item(2)] },
    ];
    const api: KubernetesApi = {
      request: async (_method, path, answer) => {
        asked.push(path);
        return ok(answer.parse(pages[asked.length - 1]) as never);
      },
    };
    const listed = unwrap(await createKubernetes(api, configOf()).listNamespaces());
    expect(listed.map(({ name }) => name)).toEqual([namespaceOf(1), namespaceOf(2)]);
    expect(asked.map((path) => /continue=more/.test(path))).toEqual([false, true]);
  });
});

describe('S8.4 what is live', () => {
  test('is told of deployments and stateful sets', async () => {
    const { kubernetes, cluster } = await start();
    const apps = '/apis/apps/v1/namespaces/default';
    await cluster.must('POST', `${apps}/deployments`, deployment('web', 'web:1', 2));
    const set = deployment('store', 'store:1', 1);
    const spec = { ...Object(set['spec']), serviceName: 'store' };
    await cluster.must('POST', `${apps}/statefulsets`, { ...set, spec });
    const read = async () => [
      ...unwrap(await kubernetes.readWorkloads('default', 'Deployment')),
      ...unwrap(await kubernetes.readWorkloads('default', 'StatefulSet')),
    ];
    await until(async () => (await read()).every(({ isRolledOut }) => isRolledOut));
    expect(await read()).toEqual([
      {
        kind: 'Deployment',
        name: 'web',
        images: ['web:1'],
        wanted: 2,
        ready: 2,
        isRolledOut: true,
      },
      {
        kind: 'StatefulSet',
        name: 'store',
        images: ['store:1'],
        wanted: 1,
        ready: 1,
        isRolledOut: true,
      },
    ]);
  });

  test('is not rolled out as long as its pods are not ready, or old ones are left', async () => {
    const { kubernetes, cluster } = await start();
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const web = async () => unwrap(await kubernetes.readWorkloads('default', 'Deployment'))[0];
    await cluster.must('POST', path, deployment('web', 'web:1', 1));
    await until(async () => (await web())?.isRolledOut === true);
    await cluster.send('PUT', '/_kubernetes/pace', { readyDelayMs: 60_000, namespaceDelayMs: 0 });
    await cluster.must('PUT', `${path}/web`, deployment('web', 'web:2', 1));
    expect(await web()).toMatchObject({ images: ['web:2'], wanted: 1, isRolledOut: false });
  });

  test('is nothing in a namespace that is not there', async () => {
    const { kubernetes } = await start();
    expect(unwrap(await kubernetes.readWorkloads('nowhere', 'Deployment'))).toEqual([]);
  });
});

describe('S3.3 trouble with Kubernetes', () => {
  test.each([
    ['a wrong token', { token: 'wrong' }, 'misconfigured', 'Unauthorized (401)'],
    ['nobody there', { url: 'http://127.0.0.1:9' }, 'unknown', ''],
  ] as const)('%s', async (_, change, kind, message) => {
    const { client } = await start();
    expect(await client(change).listNamespaces()).toMatchObject({
      ok: false,
      error: { kind, message: expect.stringContaining(message) },
    });
  });

  test.each([
    ['a server that is out of order', { status: 500 }, 'unknown'],
    ['a server that is busy', { status: 429 }, 'rate_limited'],
    ['an account without the right', { status: 403 }, 'misconfigured'],
    ['a proxy that speaks for it', { status: 200, body: '<html>' }, 'unreadable'],
    ['a connection that is cut', { drop: true }, 'unknown'],
    ['a server that never answers', { hang: true }, 'unknown'],
  ])('%s', async (_, what, kind) => {
    const { client, fault } = await start();
    const impatient = client({ timeoutMs: 200 });
    await fault({ do: what });
    expect(await impatient.listNamespaces()).toMatchObject({ ok: false, error: { kind } });
    expect(await impatient.listNamespaces()).toEqual({ ok: true, value: [] });
  });

  test('says what Kubernetes says', async () => {
    const { client } = await start();
    const refused = await client({ token: 'x' }).getNamespace('default');
    expect(refused.ok ? '' : refused.error.message).toBe(
      'Kubernetes refuses us: Unauthorized (401)',
    );
  });
});
