/**
 * Lists: selected, in pages, as tables; and watches, which go on from where a list ended. A watch is
 * asserted by the events that it tells, in order.
 */
import { describe, expect, test } from 'vitest';
import { deployment, startCluster, told, until } from './client.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const merge = { 'content-type': 'application/merge-patch+json' };

test('a list names its items by its own kind, and is at a version', async () => {
  const cluster = await startCluster();
  await cluster.configMap('default', 'a', { labels: { x: '1' } });
  await cluster.namespace('other');
  await cluster.configMap('other', 'a', { labels: { x: '2' } });
  const list = await cluster.list(`${maps}?labelSelector=x`);
  expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
  expect(list.items).toHaveLength(1);
  expect(list.items[0]).not.toHaveProperty('kind');
  expect(await cluster.names('/api/v1/configmaps?labelSelector=x')).toEqual(['a', 'a']);
  expect(await cluster.names('/api/v1/configmaps?fieldSelector=metadata.name%3Dnone')).toEqual([]);
  expect(await cluster.names('/api/v1/namespaces/none/pods')).toEqual([]);
});

test('a list comes in pages, until its version is forgotten', async () => {
  const cluster = await startCluster();
  for (const name of ['a', 'b', 'c'])
    await cluster.configMap('default', name, { labels: { x: '1' } });
  const path = `${maps}?labelSelector=x&limit=2`;
  const first = await cluster.list(path);
  expect(first).toMatchObject({
    metadata: { remainingItemCount: 1 },
    items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
  });
  const next = `${path}&continue=${first.metadata.continue}`;
  const rest = await cluster.list(next);
  expect(rest.items).toHaveLength(1);
  expect(rest.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  await cluster.configMap('default', 'd');
  await cluster.send('POST', '/_kubernetes/forget');
  expect(await cluster.send('GET', next)).toMatchObject({
    status: 410,
    body: { reason: 'Expired', code: 410 },
  });
  expect(await cluster.send('GET', `${path}&continue=x`)).toMatchObject({ status: 400 });
  expect(await cluster.send('GET', `${maps}?limit=x`)).toMatchObject({ status: 400 });
});

test('who prints gets a table', async () => {
  const cluster = await startCluster();
  await cluster.must(
    'POST',
    '/apis/apps/v1/namespaces/default/deployments',
    deployment('web', 'i:1', 2),
  );
  const path = '/apis/apps/v1/namespaces/default/deployments';
  await until(async () => JSON.stringify(await cluster.read(path)).includes('"readyReplicas":2'));
  const { body } = await cluster.send('GET', `${path}/web`, undefined, table);
  expect(body).toMatchObject({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [
      { name: 'Name', format: 'name', priority: 0 },
      { name: 'Ready' },
      { name: 'Up-to-date', type: 'integer' },
      { name: 'Available' },
      { name: 'Age' },
      { name: 'Containers', priority: 1 },
      { name: 'Images', priority: 1 },
      { name: 'Selector', priority: 1 },
    ],
    rows: [
      {
        cells: ['web', '2/2', 2, 2, expect.stringMatching(/^\d+s$/), 'main', 'i:1', 'app=web'],
        object: { kind: 'PartialObjectMetadata', metadata: { name: 'web' } },
      },
    ],
  });
  const whole = await cluster.send('GET', `${path}?includeObject=Object`, undefined, table);
  expect(whole.body).toMatchObject({ rows: [{ object: { kind: 'Deployment' } }] });
});

describe('a watch', () => {
  test('tells what there is, then each change', async () => {
    const cluster = await startCluster();
    await cluster.configMap('default', 'a', { labels: { x: '1' } });
    const { events } = cluster.watch(`${maps}?labelSelector=x`);
    await until(() => events.length === 1);
    await cluster.configMap('default', 'b', { labels: { x: '1' } });
    await cluster.configMap('default', 'c');
    await cluster.must('PATCH', `${maps}/c`, { metadata: { labels: { x: '1' } } }, merge);
    await cluster.must('PATCH', `${maps}/c`, { data: { k: 'v' } }, merge);
    await cluster.must('PATCH', `${maps}/c`, { metadata: { labels: null } }, merge);
    await cluster.must('DELETE', `${maps}/b`);
    await until(() => events.length === 6);
    expect(events.map(told)).toEqual([
      'ADDED a',
      'ADDED b',
      'ADDED c',
      'MODIFIED c',
      'DELETED c',
      'DELETED b',
    ]);
  });

  test('goes on from a version, and nothing is told twice or never', async () => {
    const cluster = await startCluster();
    await cluster.configMap('default', 'a');
    const { metadata } = await cluster.read(maps);
    await cluster.configMap('default', 'b');
    const { events } = cluster.watch(`${maps}?resourceVersion=${metadata.resourceVersion}`);
    await until(() => events.length === 1);
    await cluster.configMap('default', 'c');
    await until(() => events.length === 2);
    expect(events.map(told)).toEqual(['ADDED b', 'ADDED c']);
  });

  test('S6.6 from too long ago it is told so, and ends', async () => {
    const cluster = await startCluster({ changesKept: 2 });
    const { metadata } = await cluster.read(maps);
    for (const name of ['a', 'b', 'c']) await cluster.configMap('default', name);
    const { events, ended } = cluster.watch(`${maps}?resourceVersion=${metadata.resourceVersion}`);
    await ended;
    expect(events).toMatchObject([
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          code: 410,
          reason: 'Expired',
          message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/),
        },
      },
    ]);
    const odd = await cluster.send('GET', `${maps}?watch=1&resourceVersion=x`);
    expect(odd).toMatchObject({ status: 400 });
  });

  test('bookmarks say how far it has come, and its time runs out', async () => {
    const cluster = await startCluster({ bookmarkEveryMs: 10 });
    const path = `${maps}?allowWatchBookmarks=true&timeoutSeconds=1&sendInitialEvents=true`;
    const { events, ended } = cluster.watch(path);
    await ended;
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'ADDED' },
      {
        type: 'BOOKMARK',
        object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
      },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } },
    });
  });

  test('ends when it is ended, and a client can go on', async () => {
    const cluster = await startCluster();
    const { events, ended } = cluster.watch('/api/v1/namespaces');
    await until(() => events.length > 0);
    await cluster.send('DELETE', '/_kubernetes/watches');
    await ended;
    expect(await cluster.names('/api/v1/namespaces')).toContain('default');
  });

  test('as a table it says its columns once', async () => {
    const cluster = await startCluster();
    const response = await fetch(
      `${cluster.server.url}/api/v1/namespaces?watch=1&timeoutSeconds=1`,
      {
        headers: { authorization: 'Bearer token', ...table },
      },
    );
    const lines = (await response.text()).trim().split('\n');
    const tables = lines.map((line) => JSON.parse(line).object);
    expect(tables[0]).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, {}, {}],
    });
    expect(tables[1]).toMatchObject({ kind: 'Table', columnDefinitions: null });
  });
});
