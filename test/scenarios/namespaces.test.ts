// S6.6, S8.4: stories about a cluster: namespaces that tests leave behind, and what is live of a deploy.
import { describe, expect } from 'vitest';
import { bakery } from '../../scripts/sim/world/bakery.ts';
import type { WorldBatch } from '../../scripts/sim/world/batch-world.ts';
import { calling, callsTo } from '../../scripts/sim/world/trouble.ts';
import { deployedServices, kubernetesStatus } from '../../src/loop/cluster-status.ts';
import { testNamespace } from '../support/builders.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const MINUTE = 60_000;
const cluster = { kubernetesUrl: 'https://kubernetes.test' };
const shortLived = {
  ...cluster,
  namespaces: { ...bakery.namespaces, expireAfterMs: 30 * MINUTE },
};

/** The first job of the newest test makes its namespace. */
function madeBy(ci: Scenario, batch = ci.batch.running.at(-1)): string {
  if (!batch?.makes) throw new Error('no test makes a namespace');
  ci.kubernetes.make(batch.makes, batch.id, 'test');
  return batch.makes.name;
}
const isThere = (ci: Scenario, name: string): boolean => ci.kubernetes.find(name)?.goneAt === null;
const asked = (ci: Scenario, name: string): number => ci.callsOf(`kubernetes.${name}`).length;
const tests = (ci: Scenario): string[] =>
  Object.entries(ci.object.state.namespaces).flatMap(([name, { kind }]) =>
    kind === 'test' ? [name] : [],
  );

describe('S6.6 the namespace of a test', () => {
  scenario(
    'is registered with an expiry before its batch is submitted',
    async (ci) => {
      const registered: unknown[] = [];
      ci.meanwhile(calling('batch.create'), () =>
        registered.push(...Object.values(ci.object.state.namespaces)),
      );
      ci.openPr();
      await ci.settle();
      const expiresAt = expect.any(Number);
      expect(registered).toEqual([
        expect.objectContaining({ kind: 'test', batch: null, expiresAt }),
      ]);
      expect(tests(ci)).toEqual([ci.batch.running[0]?.makes?.name]);
    },
    cluster,
  );

  scenario(
    'that a failing cleanup job leaves behind is deleted, after a while',
    async (ci) => {
      const pr = ci.openPr();
      await ci.settle();
      const name = madeBy(ci);
      ci.batch.succeeds(pr);
      await ci.advance(4);
      expect(isThere(ci, name)).toBe(true);
      await ci.advance(2);
      expect(isThere(ci, name)).toBe(false);
      expect(asked(ci, 'delete')).toBe(1);
      await ci.advance(10);
      expect([tests(ci), asked(ci, 'delete')]).toEqual([[], 1]);
    },
    cluster,
  );

  scenario(
    'that its own cleanup job has deleted is asked for no more',
    async (ci) => {
      const pr = ci.openPr();
      await ci.settle();
      ci.kubernetes.delete(madeBy(ci));
      ci.batch.succeeds(pr);
      await ci.poll();
      await ci.advance(30);
      expect([tests(ci), asked(ci, 'get'), asked(ci, 'delete')]).toEqual([[], 0, 0]);
    },
    { ...cluster, pollEveryMs: MINUTE },
  );

  scenario(
    'is deleted when its time is over, though its batch runs, and no other test suffers',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      const name = madeBy(ci);
      await ci.advance(29);
      expect(isThere(ci, name)).toBe(true);
      await ci.advance(2);
      expect(isThere(ci, name)).toBe(false);
      await ci.advance(60);
      expect(asked(ci, 'delete')).toBe(1);
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      await ci.poll();
      await ci.poll();
      expect(tests(ci)).toEqual([]);
    },
    shortLived,
  );

  scenario(
    'of a batch that somebody deleted in Batch is deleted',
    async (ci) => {
      ci.openPr();
      await ci.settle();
      const name = madeBy(ci);
      const [batch] = ci.batch.running;
      if (batch) ci.batch.delete(batch);
      await ci.poll();
      await ci.advance(6);
      expect(isThere(ci, name)).toBe(false);
    },
    cluster,
  );
});

describe('S6.6 what is not ours', () => {
  scenario(
    'survives although the table names it',
    async (ci) => {
      const foreign = 'pr-7-default-0123456789ab';
      ci.kubernetes.make({ name: foreign, labels: {} }, null, 'somebody');
      const row = testNamespace(7, { overSince: 0, expiresAt: 0 });
      ci.object.store.update((state) => ({
        ...state,
        namespaces: { default: row, [foreign]: row, 'kube-system': row },
      }));
      await ci.poll();
      await ci.poll();
      expect(asked(ci, 'delete')).toBe(0);
      expect(['default', 'kube-system', foreign].map((name) => isThere(ci, name))).toEqual([
        true,
        true,
        true,
      ]);
      expect(tests(ci)).toEqual([]);
    },
    cluster,
  );

  scenario(
    'is what somebody has taken the label off, to keep it',
    async (ci) => {
      const pr = ci.openPr();
      await ci.settle();
      const name = madeBy(ci);
      ci.kubernetes.relabel(name, {}, 'somebody');
      ci.batch.fails(pr);
      await ci.advance(60);
      expect([isThere(ci, name), asked(ci, 'delete')]).toEqual([true, 0]);
    },
    cluster,
  );
});

describe('S2.4 S6.6 after the storage was lost', () => {
  scenario(
    'a running test keeps its namespace, and one that nobody knows is deleted',
    async (ci) => {
      const [first = 0] = ci.openPrs(2);
      await ci.settle();
      const [left, kept] = ci.batch.running.map((batch: WorldBatch) => madeBy(ci, batch));
      ci.batch.succeeds(first);
      ci.object.loseStorage();
      await ci.settle();
      expect(tests(ci).toSorted()).toEqual([left, kept].toSorted());
      await ci.advance(11);
      expect([left, kept].map((name) => isThere(ci, name ?? ''))).toEqual([false, true]);
      await ci.letBatchesPass();
      await ci.advance(11);
      expect(isThere(ci, kept ?? '')).toBe(false);
    },
    cluster,
  );
});

describe('S3.3 a cluster in trouble', () => {
  scenario(
    'delays nobody’s landing, and what was left behind is deleted afterwards',
    async (ci) => {
      const end = ci.failWhen(callsTo('kubernetes'));
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      const name = madeBy(ci);
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      await ci.advance(60);
      const { text } = kubernetesStatus(ci.object.state, ci.object.config);
      expect(text).toContain('stay: the connection was cut');
      expect(isThere(ci, name)).toBe(true);
      end();
      await ci.advance(11);
      expect(isThere(ci, name)).toBe(false);
    },
    cluster,
  );

  scenario('that is not configured is none: everything else works', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    expect(ci.wire.calls.filter(({ name }) => name.startsWith('kubernetes.'))).toEqual([]);
    const status = kubernetesStatus(ci.object.state, ci.object.config);
    expect(status).toMatchObject({ configured: false });
  });

  scenario(
    'is asked once for each poll',
    async (ci) => {
      await ci.settle();
      const before = asked(ci, 'list');
      for (let poll = 0; poll < 10; poll++) await ci.poll();
      expect(asked(ci, 'list') - before).toBe(10);
    },
    cluster,
  );
});

describe('S8.4 after a deploy', () => {
  const settings = { ...cluster, deployable: true };
  const told = (ci: Scenario) =>
    deployedServices(ci.object.state, ci.object.config).map(({ name, state, images }) => [
      name,
      state,
      ...images,
    ]);

  scenario(
    'what is live is read until it is ready, once for each poll',
    async (ci) => {
      expect(told(ci)).toEqual([['web-main', 'unknown']]);
      const web = { name: 'web-main', image: 'web:1', wanted: 2 };
      ci.kubernetes.deploy({ ...web, readyAt: ci.now + 12 * MINUTE });
      await ci.passOnce();
      expect(told(ci)).toEqual([['web-main', 'not_ready', 'web:1']]);
      await ci.poll();
      await ci.poll();
      expect(told(ci)).toEqual([['web-main', 'not_ready', 'web:1']]);
      await ci.poll();
      expect(told(ci)).toEqual([['web-main', 'ready', 'web:1']]);
      expect(asked(ci, 'readWorkloads')).toBe(4);
      await ci.poll();
      expect(asked(ci, 'readWorkloads')).toBe(4);
    },
    settings,
  );

  scenario(
    'it is told what is missing, and lost storage forgets nothing of it',
    async (ci) => {
      await ci.passOnce();
      expect(told(ci)).toEqual([['web-main', 'missing']]);
      ci.object.loseStorage();
      await ci.settle();
      expect(told(ci)).toEqual([['web-main', 'missing']]);
      expect(ci.object.state.namespaces['default']).toMatchObject({
        kind: 'deploy',
        services: { 'web-main': null },
      });
    },
    settings,
  );
});
