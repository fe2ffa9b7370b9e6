/**
 * Objects: made, read, replaced and deleted, with the metadata that Kubernetes keeps, and refused in
 * its own words. The whole Status is asserted where clients read it.
 */
import { describe, expect, test } from 'vitest';
import { type Body, type Cluster, deployment, startCluster } from './client.ts';

const maps = '/api/v1/namespaces/default/configmaps';

test('S10.6 an object has identity, version, time, and what was said of it', async () => {
  const clock = () => new Date('2026-01-02T03:04:05.678Z');
  const cluster = await startCluster({ clock, random: (size) => Buffer.alloc(size, 0xab) });
  const body = { metadata: { name: 'a', labels: { x: 'y' } }, data: { k: 'v' } };
  const made = await cluster.send('POST', maps, body);
  expect(made).toEqual({
    status: 201,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: 'abababab-abab-4bab-abab-abababababab',
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: '2026-01-02T03:04:05Z',
        labels: { x: 'y' },
      },
      data: { k: 'v' },
    },
  });
  expect(await cluster.read(`${maps}/a`)).toMatchObject(made.body as Body);
  const generated = await cluster.must('POST', maps, { metadata: { generateName: 'b-' } });
  expect(generated.metadata.name).toMatch(/^b-[a-z0-9]{5}$/);
});

test('without the token nothing but health and version is answered', async () => {
  const cluster = await startCluster();
  const get = async (path: string, token: string | null) =>
    cluster.send('GET', path, undefined, {}, token);
  const unauthorized = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'Unauthorized',
    reason: 'Unauthorized',
    code: 401,
  };
  expect(await get('/api/v1/namespaces', null)).toEqual({ status: 401, body: unauthorized });
  expect((await get('/apis', 'wrong')).status).toBe(401);
  expect(await get('/healthz', null)).toEqual({ status: 200, body: 'ok' });
  expect((await get('/version', null)).body).toMatchObject({ major: '1' });
});

const refusals: [string, (cluster: Cluster) => Promise<unknown>, Body][] = [
  [
    'an object that is not there',
    (cluster) => cluster.send('GET', '/apis/apps/v1/namespaces/default/deployments/none'),
    {
      code: 404,
      reason: 'NotFound',
      message: 'deployments.apps "none" not found',
      details: { name: 'none', group: 'apps', kind: 'deployments' },
    },
  ],
  [
    'one that is there already',
    async (cluster) => {
      await cluster.namespace('twice');
      return cluster.send('POST', '/api/v1/namespaces', { metadata: { name: 'twice' } });
    },
    {
      code: 409,
      reason: 'AlreadyExists',
      message: 'namespaces "twice" already exists',
      details: { name: 'twice', kind: 'namespaces' },
    },
  ],
  [
    'one in a namespace that is not there',
    (cluster) =>
      cluster.send('POST', '/api/v1/namespaces/none/configmaps', { metadata: { name: 'a' } }),
    { code: 404, reason: 'NotFound', message: 'namespaces "none" not found' },
  ],
  [
    'a name that is none',
    (cluster) => cluster.send('POST', '/api/v1/namespaces', { metadata: { name: 'Big_Name' } }),
    {
      code: 422,
      reason: 'Invalid',
      message: expect.stringMatching(
        /^Namespace "Big_Name" is invalid: metadata\.name: Invalid value: "Big_Name": a lowercase/,
      ),
      details: {
        name: 'Big_Name',
        kind: 'Namespace',
        causes: [expect.objectContaining({ field: 'metadata.name', reason: 'FieldValueInvalid' })],
      },
    },
  ],
  [
    'S6.6 a label that cannot be one',
    (cluster) =>
      cluster.send('POST', '/api/v1/namespaces', {
        metadata: { name: 'pr-1', labels: { branch: 'acme/bakery:main' } },
      }),
    {
      code: 422,
      message: expect.stringMatching(
        /^Namespace "pr-1" is invalid: metadata\.labels: Invalid value: "acme\/bakery:main": a valid/,
      ),
      details: { causes: [{ field: 'metadata.labels', reason: 'FieldValueInvalid' }] },
    },
  ],
  [
    'no name',
    (cluster) => cluster.send('POST', maps, { metadata: {} }),
    { code: 422, message: expect.stringContaining('name or generateName is required') },
  ],
  [
    'another kind than the path says',
    (cluster) => cluster.send('POST', maps, { apiVersion: 'v1', kind: 'Pod', metadata: {} }),
    { code: 400, message: 'Pod in version "v1" cannot be handled as a ConfigMap' },
  ],
  [
    'another namespace than the path says',
    (cluster) => cluster.send('POST', maps, { metadata: { name: 'a', namespace: 'other' } }),
    { code: 400, message: expect.stringContaining('does not match the namespace sent') },
  ],
  [
    'a body that is no object',
    (cluster) => cluster.send('POST', maps, '[1'),
    { code: 400, reason: 'BadRequest' },
  ],
  [
    'a body in an unknown form',
    (cluster) => cluster.send('POST', maps, 'x', { 'content-type': 'text/plain' }),
    { code: 415, reason: 'UnsupportedMediaType' },
  ],
  [
    'a namespace of the system to be deleted',
    (cluster) => cluster.send('DELETE', '/api/v1/namespaces/default'),
    {
      code: 403,
      reason: 'Forbidden',
      message: 'namespaces "default" is forbidden: this namespace may not be deleted',
    },
  ],
  [
    'a method that is not for a list',
    (cluster) => cluster.send('PUT', maps, {}),
    { code: 405, reason: 'MethodNotAllowed' },
  ],
  [
    'a deployment whose selector selects nothing of its own',
    (cluster) => {
      const body = deployment('web', 'i', 1);
      const spec = { ...Object(body['spec']), selector: { matchLabels: { app: 'other' } } };
      return cluster.send('POST', '/apis/apps/v1/namespaces/default/deployments', {
        ...body,
        spec,
      });
    },
    {
      code: 422,
      message:
        'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: ' +
        '{"app":"web"}: `selector` does not match template `labels`',
    },
  ],
];
test.each(refusals)('refused: %s', async (_, ask, status) => {
  const answer = await ask(await startCluster());
  const code = status['code'];
  const expected = { kind: 'Status', status: 'Failure', ...status };
  expect(answer).toMatchObject({ status: code, body: expected });
});

test('what is not there at all is not found in text', async () => {
  const cluster = await startCluster();
  const nowhere = { status: 404, body: '404 page not found\n' };
  expect(await cluster.send('GET', '/apis/none/v1/things')).toEqual(nowhere);
  expect(await cluster.send('GET', '/api/v1/pods/x')).toEqual(nowhere);
});

describe('replacing', () => {
  test('is refused on an old version, and takes any where none is named', async () => {
    const cluster = await startCluster();
    const first = await cluster.configMap('default', 'a');
    const second = await cluster.must('PUT', `${maps}/a`, { ...first, data: { n: '1' } });
    expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(
      Number(first.metadata.resourceVersion),
    );
    expect(await cluster.send('PUT', `${maps}/a`, { ...first, data: { n: '2' } })).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; please ' +
          'apply your changes to the latest version and try again',
        details: { name: 'a', kind: 'configmaps' },
      },
    });
    const anyway = { metadata: { name: 'a' }, data: { n: '3' } };
    expect(await cluster.must('PUT', `${maps}/a`, anyway)).toMatchObject({
      metadata: { uid: first.metadata.uid },
      data: { n: '3' },
    });
    expect(await cluster.send('PUT', `${maps}/b`, anyway)).toMatchObject({ status: 404 });
    const renamed = { metadata: { name: 'b' } };
    expect(await cluster.send('PUT', `${maps}/a`, renamed)).toMatchObject({ status: 400 });
    const other = { metadata: { name: 'a', uid: 'other' } };
    expect(await cluster.send('PUT', `${maps}/a`, other)).toMatchObject({ status: 409 });
  });

  test('with the same is no change', async () => {
    const cluster = await startCluster();
    const first = await cluster.configMap('default', 'a');
    expect(await cluster.must('PUT', `${maps}/a`, first)).toEqual(first);
  });

  test('a spec counts generations, a status does not, and neither touches the other', async () => {
    const cluster = await startCluster({ readyDelayMs: 60_000 });
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const made = await cluster.must('POST', path, deployment('web', 'i:1', 1));
    expect(made).toMatchObject({ metadata: { generation: 1 } });
    const body = { ...deployment('web', 'i:2', 1), status: { readyReplicas: 9 } };
    const replaced = await cluster.must('PUT', `${path}/web`, body);
    expect(replaced).toMatchObject({ metadata: { generation: 2 } });
    expect(replaced['status']).not.toMatchObject({ readyReplicas: 9 });
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await cluster.must('POST', '/api/v1/namespaces/default/pods', pod);
    const failed = { metadata: { name: 'p' }, spec: {}, status: { phase: 'Failed' } };
    const changed = await cluster.must('PUT', '/api/v1/namespaces/default/pods/p/status', failed);
    expect(changed).toMatchObject({ status: { phase: 'Failed' }, spec: pod.spec });
  });
});

describe('deleting', () => {
  test('says what is gone, and only if it is what was meant', async () => {
    const cluster = await startCluster();
    const { metadata } = await cluster.configMap('default', 'a');
    const meant = { preconditions: { uid: 'another' } };
    expect(await cluster.send('DELETE', `${maps}/a`, meant)).toMatchObject({ status: 409 });
    expect(await cluster.send('DELETE', `${maps}/a`)).toEqual({
      status: 200,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
      },
    });
    expect(await cluster.send('DELETE', `${maps}/a`)).toMatchObject({ status: 404 });
  });

  test('waits for finalizers', async () => {
    const cluster = await startCluster();
    await cluster.configMap('default', 'held', { finalizers: ['example.org/hold'] });
    const going = await cluster.must('DELETE', `${maps}/held`);
    expect(going).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
    expect(await cluster.read(`${maps}/held`)).toEqual(going);
    const merge = { 'content-type': 'application/merge-patch+json' };
    await cluster.must('PATCH', `${maps}/held`, { metadata: { finalizers: null } }, merge);
    expect(await cluster.send('GET', `${maps}/held`)).toMatchObject({ status: 404 });
  });

  test('takes a whole selection', async () => {
    const cluster = await startCluster();
    for (const name of ['a', 'b']) await cluster.configMap('default', name, { labels: { x: '1' } });
    await cluster.configMap('default', 'c');
    await cluster.must('DELETE', `${maps}?labelSelector=x%3D1`);
    expect(await cluster.names(maps)).toEqual(['c', 'kube-root-ca.crt']);
  });
});

test('a dry run checks everything and keeps nothing', async () => {
  const cluster = await startCluster();
  const body = { metadata: { name: 'a' } };
  expect(await cluster.send('POST', `${maps}?dryRun=All`, body)).toMatchObject({ status: 201 });
  expect(await cluster.send('GET', `${maps}/a`)).toMatchObject({ status: 404 });
  await cluster.configMap('default', 'a');
  expect(await cluster.send('POST', `${maps}?dryRun=All`, body)).toMatchObject({ status: 409 });
  await cluster.must('DELETE', `${maps}/a?dryRun=All`);
  await cluster.must('PUT', `${maps}/a?dryRun=All`, { ...body, data: { k: 'v' } });
  expect(await cluster.read(`${maps}/a`)).not.toHaveProperty('data');
});

test('what is not said is filled in', async () => {
  const cluster = await startCluster();
  const secrets = '/api/v1/namespaces/default/secrets';
  const secret = { metadata: { name: 's' }, stringData: { word: 'sesame' } };
  const kept = await cluster.must('POST', secrets, secret);
  expect(kept).toMatchObject({ type: 'Opaque', data: { word: 'c2VzYW1l' } });
  expect(kept).not.toHaveProperty('stringData');
  const service = { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };
  const services = '/api/v1/namespaces/default/services';
  expect(await cluster.must('POST', services, service)).toMatchObject({
    spec: {
      type: 'ClusterIP',
      clusterIP: expect.stringMatching(/^10\.96\./),
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
    },
  });
});

test('everything is there after a restart, and versions go on', async () => {
  const cluster = await startCluster();
  const made = await cluster.configMap('default', 'a');
  await cluster.configMap('default', 'b');
  const last = await cluster.must('DELETE', `${maps}/b`);
  expect(last).toMatchObject({ status: 'Success' });
  const { metadata } = await cluster.read(maps);
  await cluster.server.close();
  const again = await startCluster({ root: cluster.root });
  expect(await again.read(`${maps}/a`)).toEqual(made);
  const next = await again.configMap('default', 'c');
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
});
