/**
 * What happens by itself: namespaces that end take their content along, workloads become ready, and
 * what nobody owns goes. Faults on demand, too: they are what a client must live with.
 */
import { describe, expect, test } from 'vitest';
import { type Cluster, deployment, startCluster, until } from './client.ts';

const apps = '/apis/apps/v1/namespaces/default';
const merge = { 'content-type': 'application/merge-patch+json' };

async function status(cluster: Cluster, path: string): Promise<number> {
  return (await cluster.send('GET', path)).status;
}
const gone = (cluster: Cluster, path: string) =>
  until(async () => (await status(cluster, path)) === 404);

describe('S6.6 a namespace', () => {
  test('is born with an account and a certificate, and selectable by its name', async () => {
    const cluster = await startCluster();
    await cluster.namespace('pr-1', { labels: { sluice: 'yes' } });
    const names =
      '/api/v1/namespaces?labelSelector=sluice%3Dyes,kubernetes.io/metadata.name%3Dpr-1';
    expect(await cluster.names(names)).toEqual(['pr-1']);
    await until(
      async () => (await cluster.names('/api/v1/namespaces/pr-1/configmaps')).length === 1,
    );
    expect(await cluster.names('/api/v1/namespaces/pr-1/serviceaccounts')).toEqual(['default']);
  });

  test('ends in two steps, and takes its content along', async () => {
    const cluster = await startCluster();
    await cluster.send('PUT', '/_kubernetes/pace', { namespaceDelayMs: 60_000 });
    await cluster.namespace('pr-1');
    await cluster.configMap('pr-1', 'a');
    const going = await cluster.must('DELETE', '/api/v1/namespaces/pr-1');
    expect(going).toMatchObject({
      kind: 'Namespace',
      metadata: { deletionTimestamp: expect.any(String) },
      status: { phase: 'Terminating' },
    });
    expect(await status(cluster, '/api/v1/namespaces/pr-1/configmaps/a')).toBe(200);
    const late = { metadata: { name: 'b' } };
    expect(await cluster.send('POST', '/api/v1/namespaces/pr-1/configmaps', late)).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        message:
          'configmaps "b" is forbidden: unable to create new content in namespace pr-1 because it ' +
          'is being terminated',
        details: { causes: [{ reason: 'NamespaceTerminating' }] },
      },
    });
    expect(await cluster.must('DELETE', '/api/v1/namespaces/pr-1')).toEqual(going);
    await cluster.send('PUT', '/_kubernetes/pace', { namespaceDelayMs: 0 });
    await gone(cluster, '/api/v1/namespaces/pr-1');
    expect(await status(cluster, '/api/v1/namespaces/pr-1/configmaps/a')).toBe(404);
  });

  test('waits for the finalizers of what is in it, and says so', async () => {
    const cluster = await startCluster();
    await cluster.namespace('pr-1');
    await cluster.configMap('pr-1', 'held', { finalizers: ['example.org/hold'] });
    await cluster.must('DELETE', '/api/v1/namespaces/pr-1');
    const conditions = async () =>
      JSON.stringify((await cluster.read('/api/v1/namespaces/pr-1'))['status']);
    await until(async () =>
      (await conditions()).includes('example.org/hold in 1 resource instances'),
    );
    expect(await conditions()).toContain('Some resources are remaining: configmaps has 1');
    const free = { metadata: { finalizers: null } };
    await cluster.must('PATCH', '/api/v1/namespaces/pr-1/configmaps/held', free, merge);
    await gone(cluster, '/api/v1/namespaces/pr-1');
  });

  test('with a finalizer of its own it stays until that is taken away', async () => {
    const cluster = await startCluster();
    await cluster.namespace('pr-1', { finalizers: ['example.org/hold'] });
    await cluster.must('DELETE', '/api/v1/namespaces/pr-1');
    await until(async () => {
      const namespace = await cluster.read('/api/v1/namespaces/pr-1');
      return JSON.stringify(namespace['spec']) === '{"finalizers":[]}';
    });
    await cluster.must(
      'PATCH',
      '/api/v1/namespaces/pr-1',
      { metadata: { finalizers: null } },
      merge,
    );
    expect(await status(cluster, '/api/v1/namespaces/pr-1')).toBe(404);
  });
});

test('S6.6 a secret that asks for the token of a service account gets it', async () => {
  const cluster = await startCluster();
  await cluster.namespace('pr-1');
  const ask = (name: string, account: string) =>
    cluster.must('POST', '/api/v1/namespaces/pr-1/secrets', {
      metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
      type: 'kubernetes.io/service-account-token',
    });
  await ask('early', 'admin');
  const read = async (name: string) =>
    (await cluster.read(`/api/v1/namespaces/pr-1/secrets/${name}`))['data'];
  expect(await read('early')).not.toHaveProperty('token');
  await cluster.must('POST', '/api/v1/namespaces/pr-1/serviceaccounts', {
    metadata: { name: 'admin' },
  });
  await until(async () => 'token' in Object(await read('early')));
  expect(await read('early')).toMatchObject({
    token: Buffer.from('token').toString('base64'),
    namespace: Buffer.from('pr-1').toString('base64'),
  });
});

describe('S8.4 a deployment', () => {
  const statusOf = async (cluster: Cluster, path = `${apps}/deployments/web`) =>
    (await cluster.read(path))['status'];
  const ready = (cluster: Cluster, replicas: number, generation: number) =>
    until(async () => {
      const seen = JSON.stringify(await statusOf(cluster));
      const rolledOut = seen.includes('NewReplicaSetAvailable');
      return (
        rolledOut &&
        seen.includes(`"observedGeneration":${generation},`) &&
        seen.includes(`"readyReplicas":${replicas}`)
      );
    });

  test('becomes ready after a while, with pods made for it', async () => {
    const cluster = await startCluster({ readyDelayMs: 60_000 });
    await cluster.must('POST', `${apps}/deployments`, deployment('web', 'i:1', 2));
    const pods = '/api/v1/namespaces/default/pods?labelSelector=app%3Dweb';
    await until(async () => JSON.stringify(await cluster.read(pods)).includes('ContainerCreating'));
    expect(await statusOf(cluster)).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      unavailableReplicas: 2,
      conditions: [
        { type: 'Available', status: 'False' },
        { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
      ],
    });
    expect(await statusOf(cluster)).not.toHaveProperty('readyReplicas');
    await cluster.send('PUT', '/_kubernetes/pace', { readyDelayMs: 0 });
    await ready(cluster, 2, 1);
    expect((await cluster.list(pods)).items).toMatchObject([
      { spec: { containers: [{ image: 'i:1' }] }, status: { phase: 'Running' } },
      {},
    ]);
  });

  test('is scaled, changed, and cleared away with all that it owns', async () => {
    const cluster = await startCluster();
    const path = `${apps}/deployments/web`;
    await cluster.must('POST', `${apps}/deployments`, deployment('web', 'i:1', 1));
    await ready(cluster, 1, 1);
    const scale = await cluster.must('PATCH', `${path}/scale`, { spec: { replicas: 3 } }, merge);
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 3 },
      status: { selector: 'app=web' },
    });
    await ready(cluster, 3, 2);
    const wrong = await cluster.send('PATCH', `${path}/scale`, { spec: { replicas: -1 } }, merge);
    expect(wrong).toMatchObject({ status: 422 });
    const template = { spec: { containers: [{ name: 'main', image: 'i:2' }] } };
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
    await cluster.must('PATCH', path, { spec: { template } }, strategic);
    await ready(cluster, 3, 3);
    const sets = await cluster.list(`${apps}/replicasets`);
    expect(sets.items.map((set) => Object(set['spec'])['replicas']).sort()).toEqual([0, 3]);
    expect(await cluster.read(path)).toMatchObject({
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
    });
    const back = { spec: { containers: [{ name: 'main', image: 'i:1' }] } };
    await cluster.must('PATCH', path, { spec: { template: back } }, strategic);
    await ready(cluster, 3, 4);
    expect(await cluster.read(path)).toMatchObject({
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '3' } },
    });
    expect((await cluster.list(`${apps}/replicasets`)).items).toHaveLength(2);
    await cluster.must('DELETE', path, { propagationPolicy: 'Background' });
    await until(async () => (await cluster.names('/api/v1/namespaces/default/pods')).length === 0);
    expect(await cluster.names(`${apps}/replicasets`)).toEqual([]);
  });

  test('orphans what it owns when it is asked to', async () => {
    const cluster = await startCluster();
    await cluster.must('POST', `${apps}/deployments`, deployment('web', 'i:1', 1));
    await ready(cluster, 1, 1);
    await cluster.must('DELETE', `${apps}/deployments/web?propagationPolicy=Orphan`);
    const { items } = await cluster.list(`${apps}/replicasets`);
    expect(items).toMatchObject([{ metadata: { ownerReferences: [] } }]);
    expect(await cluster.names('/api/v1/namespaces/default/pods')).toHaveLength(1);
  });

  test('a pod that is deleted is replaced', async () => {
    const cluster = await startCluster();
    await cluster.must('POST', `${apps}/deployments`, deployment('web', 'i:1', 1));
    await ready(cluster, 1, 1);
    const pods = '/api/v1/namespaces/default/pods';
    const [first = ''] = await cluster.names(pods);
    await cluster.must('DELETE', `${pods}/${first}`);
    await until(async () => {
      const [next] = await cluster.names(pods);
      return next !== undefined && next !== first;
    });
  });
});

test('a stateful set numbers its pods, and replaces them when their template changes', async () => {
  const cluster = await startCluster();
  const body = deployment('db', 'i:1', 2);
  await cluster.must('POST', `${apps}/statefulsets`, body);
  const pods = '/api/v1/namespaces/default/pods';
  const path = `${apps}/statefulsets/db`;
  const ready = (replicas: number) =>
    until(async () =>
      JSON.stringify((await cluster.read(path))['status']).includes(`"readyReplicas":${replicas}`),
    );
  await ready(2);
  expect(await cluster.names(pods)).toEqual(['db-0', 'db-1']);
  const before = (await cluster.read(`${pods}/db-0`)).metadata.uid;
  await cluster.must('PUT', path, deployment('db', 'i:2', 1));
  await until(async () => (await cluster.names(pods)).length === 1);
  await ready(1);
  const after = await cluster.read(`${pods}/db-0`);
  expect(after.metadata.uid).not.toBe(before);
  expect(after).toMatchObject({ spec: { containers: [{ image: 'i:2' }] } });
});

describe('faults on demand', () => {
  const fault = (cluster: Cluster, what: object, match: object = {}) =>
    cluster.send('POST', '/_kubernetes/faults', { match, do: what, times: 1 });

  test.each([
    [403, 'Forbidden'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
    [429, 'TooManyRequests'],
  ])('%d is a Status that says %s', async (code, reason) => {
    const cluster = await startCluster();
    await fault(cluster, { status: code }, { method: 'GET', path: '/namespaces' });
    const body = { kind: 'Status', status: 'Failure', reason, code };
    expect(await cluster.send('GET', '/api/v1/namespaces')).toMatchObject({ status: code, body });
    expect(await status(cluster, '/api/v1/namespaces')).toBe(200);
  });

  test('a connection is cut, an answer is lost, a request hangs', async () => {
    const cluster = await startCluster();
    await fault(cluster, { drop: true });
    await expect(cluster.send('GET', '/api/v1/namespaces')).rejects.toThrow('fetch failed');
    const after = { match: { method: 'DELETE' }, when: 'after', do: { status: 504 }, times: 1 };
    await cluster.configMap('default', 'a');
    await cluster.send('POST', '/_kubernetes/faults', after);
    const path = '/api/v1/namespaces/default/configmaps/a';
    expect(await cluster.send('DELETE', path)).toMatchObject({ status: 504 });
    expect(await status(cluster, path)).toBe(404);
    await fault(cluster, { hang: true });
    const signal = AbortSignal.timeout(50);
    await expect(fetch(`${cluster.server.url}/api`, { signal })).rejects.toThrow('timeout');
    const { body } = await cluster.send('GET', '/_kubernetes/requests');
    expect(JSON.stringify(body)).toContain('"method":"DELETE"');
  });

  test('a switch that is not one is refused', async () => {
    const cluster = await startCluster();
    expect((await cluster.send('POST', '/_kubernetes/faults', { do: 1 })).status).toBe(400);
    expect((await cluster.send('PUT', '/_kubernetes/pace', { speed: 1 })).status).toBe(400);
  });
});
