// S6.6, S8.4: what a pass does in a cluster, with the real client against a local Kubernetes. Whatever the table says,
// nothing is deleted that is not ours.
import { describe, expect, test } from 'vitest';
import type { Namespaces } from '../../schemas/namespace.ts';
import { digest } from '../../src/core/digest.ts';
import { marksOfTest } from '../../src/core/test-namespace.ts';
import { observeNamespaces } from '../../src/loop/observe-namespaces.ts';
import { pass } from '../../src/loop/pass.ts';
import { deleteNamespace, readServices } from '../../src/loop/work-in-cluster.ts';
import { deployment } from '../kubernetes/client.ts';
import { configOf, HEAD, NOON, namespaceOf, stateOf, testNamespace } from '../support/builders.ts';
import { stubLoop } from '../support/stub-loop.ts';
import { type Bench, start } from './kubernetes-bench.ts';

const NAME = namespaceOf(1);
const config = configOf({ kubernetesUrl: 'https://kubernetes.test' });
/** Its batch is over for long. */
const left = (number: number) => testNamespace(number, { overSince: 0 });

function loopOf(
  { kubernetes }: Pick<Bench, 'kubernetes'>,
  namespaces: Namespaces,
  more: Parameters<typeof stateOf>[0] = {},
) {
  const { loop, state } = stubLoop(stateOf({ namespaces, head: HEAD, ...more }), { kubernetes });
  return { loop: { ...loop, config }, state };
}
const deleting = (namespace: string) => ({ kind: 'delete_namespace', namespace }) as const;

describe('S6.6 a namespace that was left behind', () => {
  test('is deleted, after a look, with its uid', async () => {
    const bench = await start();
    await bench.make(NAME);
    const { loop } = loopOf(bench, { [NAME]: left(1) });
    const { answer, requests } = await bench.asked(() => deleteNamespace(loop, deleting(NAME)));
    expect(answer.kind).toBe('namespace_deleted');
    expect(requests).toEqual([
      `GET /api/v1/namespaces/${NAME}`,
      `DELETE /api/v1/namespaces/${NAME}`,
    ]);
    expect((await deleteNamespace(loop, deleting(NAME))).kind).toBe('namespace_gone');
  });

  const { labels } = marksOfTest(config, 1);
  test.each([
    ['default', null],
    ['kube-system', null],
    ['alice', labels],
    [namespaceOf(2), {}],
    [namespaceOf(3), { ...labels, 'sluice/branch': digest('another') }],
    [namespaceOf(4), { ...labels, 'sluice/ci-namespace': 'another' }],
  ])('is not %s, though the table says so: %j', async (name, labels) => {
    const bench = await start();
    if (labels) await bench.make(name, labels);
    const noStrays = { ...config.namespaces, otherLabels: null };
    const { loop } = loopOf(bench, { [name]: left(1) });
    const strict = { ...loop, config: { ...config, namespaces: noStrays } };
    const { answer, requests } = await bench.asked(() => deleteNamespace(strict, deleting(name)));
    expect(answer.kind).toBe('namespace_left');
    expect(requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
  });

  test('is not one that a test has just begun to use', async () => {
    const bench = await start();
    await bench.make(NAME);
    const { loop } = loopOf(bench, { [NAME]: left(1) });
    const beginning = {
      ...bench.kubernetes,
      getNamespace: async (name: string) => {
        const read = await bench.kubernetes.getNamespace(name);
        loop.store.update((state) => ({
          ...state,
          namespaces: { [NAME]: testNamespace(1, { batch: null }) },
        }));
        return read;
      },
    };
    const outcome = await deleteNamespace({ ...loop, kubernetes: beginning }, deleting(NAME));
    expect(outcome.kind).toBe('namespace_overtaken');
  });

  test('is not another one of its name than the one that was seen', async () => {
    const bench = await start();
    await bench.make(NAME);
    const seen = { uid: 'the one before', at: 0 };
    const found = testNamespace(1, { batch: null, createdAt: 0, seen });
    const { loop } = loopOf(bench, { [NAME]: found }, { batchesReadAt: NOON });
    expect((await deleteNamespace(loop, deleting(NAME))).kind).toBe('namespace_overtaken');
  });
});

describe('S6.6 whole passes', () => {
  /** One pass, and as many as follow from it at once. */
  async function passes({ loop, state }: ReturnType<typeof loopOf>): Promise<void> {
    const batch = { ...loop.batch, list: async () => ({ ok: true, value: [] }) as const };
    for (let count = 0; count < 3; count++) await pass({ ...loop, batch });
    expect(state().outbox).toEqual({});
  }
  const calm = { polledAt: NOON, decidedAt: NOON } as const;

  test('what no batch is known for is found and deleted; what is not ours survives', async () => {
    const bench = await start();
    await bench.make(NAME);
    await bench.make(namespaceOf(2), {});
    const rows = { default: left(3), [namespaceOf(2)]: left(2), 'kube-system': left(4) };
    const about = loopOf(bench, rows, calm);
    // By the clock of the cluster, which is not the test's.
    const later = { ...about.loop, clock: { now: () => Date.now() + 3_600_000 } };
    const fresh = { polledAt: later.clock.now(), flags: stateOf().flags };
    later.store.update((state) => ({ ...state, ...fresh }));
    await passes({ ...about, loop: later });
    const names = await bench.cluster.names('/api/v1/namespaces');
    expect(names).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      namespaceOf(2),
    ]);
    const fates = Object.entries(about.state().namespaces).map(([name, row]) => [
      name,
      row.kind === 'test' ? row.fate?.kind : null,
    ]);
    expect(Object.fromEntries(fates)).toMatchObject({ [NAME]: 'deleted' });
  });

  test('one list for each poll, and none of a cluster that asks us to wait', async () => {
    const bench = await start();
    const { loop, state } = loopOf(bench, {}, calm);
    const look = () => bench.asked(() => observeNamespaces(loop));
    expect((await look()).requests).toHaveLength(1);
    expect((await look()).requests).toHaveLength(0);
    loop.store.update((now) => ({ ...now, polledAt: NOON + 1 }));
    await bench.fault({ do: { status: 429 } });
    expect((await look()).requests).toHaveLength(1);
    expect(state().holds.kubernetes).toMatchObject({ failures: 1 });
    expect((await look()).requests).toHaveLength(0);
  });
});

describe('S8.4 what is live of a deploy', () => {
  const services = [
    { kind: 'Deployment', name: 'web' },
    { kind: 'Deployment', name: 'gone' },
    { kind: 'Pod', name: 'migrate' },
  ] as const;
  const rollout = { batch: 9, namespace: 'default', services, read: null };
  const action = { kind: 'read_services', batch: 9, namespace: 'default' } as const;

  test('is read in one request for each kind', async () => {
    const bench = await start();
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await bench.cluster.must('POST', path, deployment('web', 'web:1', 1));
    await bench.cluster.must('POST', path, deployment('another', 'x', 1));
    const { loop } = loopOf(bench, {}, { rollout });
    const { answer, requests } = await bench.asked(() => readServices(loop, action));
    expect(answer).toMatchObject({ kind: 'services_read', error: null, live: [{ name: 'web' }] });
    expect(requests).toHaveLength(1);
  });

  test('is told as unread when it may not be read, and holds nothing up', async () => {
    const bench = await start();
    await bench.fault({ do: { status: 403 } });
    const { loop } = loopOf(bench, {}, { rollout });
    const read = await readServices(loop, action);
    expect(read).toMatchObject({
      kind: 'services_read',
      live: [],
      error: expect.stringContaining('Kubernetes refuses us'),
    });
  });
});
