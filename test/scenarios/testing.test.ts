// S5 and S6: which pull requests are tested, and what a test's batch may do to surprise us.
import { describe, expect } from 'vitest';
import { calling } from '../../scripts/sim/world/trouble.ts';
import type { Fault } from '../../src/core/fault.ts';
import { scenario } from '../support/scenario.ts';

const refused: Fault = {
  kind: 'refused',
  message: 'cpu must be a power of two (400)',
  status: 400,
};
const cut: Fault = { kind: 'unknown', message: 'the connection was cut' };

describe('S5 which pull requests are tested', () => {
  scenario(
    'S5.1 a stranger is tested once the commit is authorized, for that commit only',
    async (ci) => {
      const pr = ci.openPr({ author: 'mallory', approved: true });
      await ci.settle();
      ci.expect(pr).testedTimes(0).shows('pending', 'mallory is not a known developer');
      ci.authorize(pr);
      await ci.settle();
      ci.expect(pr).testing();
      ci.push(pr);
      await ci.settle();
      ci.expect(pr)
        .notTesting()
        .testedTimes(1)
        .blockedBy('not_authorized')
        .shows('pending', 'Not tested');
      ci.authorize(pr);
      await ci.letBatchesPass();
      ci.expect(pr).landed().testedTimes(2);
      await ci.expectNothingElse();
    },
  );

  scenario(
    'S5.1 a bot is a known developer by its name as people know it',
    async (ci) => {
      const pr = ci.openPr({ author: 'dependabot[bot]', approved: true });
      const stranger = ci.openPr({ author: 'dependabot', approved: true });
      await ci.letBatchesPass();
      ci.expect(pr).landed().testedTimes(1);
      ci.expect(stranger).testedTimes(0).blockedBy('not_authorized');
    },
    { developers: ['alice', 'dependabot[bot]'] },
  );

  scenario('S5.2, S7.1 labels hold it back until they are gone', async (ci) => {
    const pr = ci.openPr({ approved: true, labels: ['do-not-test'] });
    await ci.settle();
    ci.expect(pr).testedTimes(0).shows('pending', 'do-not-test');
    ci.label(pr, 'Do-Not-Merge');
    await ci.letBatchesPass();
    ci.expect(pr).testedTimes(1).shows('success').blockedBy('do_not_merge_label');
    ci.label(pr);
    await ci.settle();
    ci.expect(pr).landed().testedTimes(1);
    await ci.expectNothingElse();
  });

  scenario('S5.4 three tests run at once, and the candidate besides', async (ci) => {
    const prs = ci.openPrs(6);
    await ci.settle();
    expect(ci.batch.running).toHaveLength(3);
    const [, , , , , last = 0] = prs;
    ci.expect(last).notTesting().blockedBy('test_queued');
    ci.approve(last);
    await ci.settle();
    expect(ci.batch.running).toHaveLength(4);
    ci.expect(last).testing();
    ci.batch.succeeds(1);
    await ci.settle();
    expect(ci.batch.running).toHaveLength(4);
  });

  scenario('S6.8 a new push, and a close, cancel the test', async (ci) => {
    const [a = 0, b = 0] = ci.openPrs(2);
    await ci.settle();
    ci.push(a);
    ci.close(b);
    await ci.settle();
    ci.expect(a).testing().testedTimes(2);
    ci.expect(b).notTesting();
    expect(ci.batch.tests().map(({ counters }) => counters.state)).toEqual([
      'cancelled',
      'cancelled',
      'running',
    ]);
    await ci.letBatchesPass();
    await ci.expectNothingElse();
  });

  scenario('S5.3 reopened, it is not tested again', async (ci) => {
    const pr = ci.openPr();
    await ci.letBatchesPass();
    ci.close(pr);
    await ci.settle();
    ci.github.changePull(pr, { state: 'open' }, 'reopened');
    await ci.settle();
    await ci.poll();
    ci.expect(pr).testedTimes(1).shows('success');
  });
});

describe('S6.1 starting a test', () => {
  scenario('there is no batch before its pending check has been posted', async (ci) => {
    const pr = ci.openPr();
    let seen = -1;
    ci.meanwhile(calling('github.postCheck'), () => {
      seen = ci.batch.tests(pr).length;
    });
    await ci.settle();
    expect(seen).toBe(0);
    ci.expect(pr).testing();
  });

  scenario('nobody waits for a check that GitHub does not take', async (ci) => {
    const refused = { kind: 'refused', message: 'no (403)', status: 403 } as const;
    ci.failWhen(calling('github.postCheck'), { when: 'before', with: refused });
    const pr = ci.openPr();
    await ci.advance(2);
    ci.expect(pr).testing().testedTimes(1);
  });

  scenario('the pending check is posted, then the batch is made', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    const names = ci.wire.calls.map(({ name }) => name);
    const posted = names.indexOf('github.postCheck');
    expect(posted).toBeGreaterThan(-1);
    expect(names.indexOf('batch.create')).toBeGreaterThan(posted);
    ci.expect(pr).shows('pending', 'Testing');
  });
});

describe('S6.3 what cannot be tested', () => {
  scenario(
    'S6.12 a conflict is reported once, and tried again only when one side moves',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2);
      const rival = ci.openPr({ files: { 'change-1.txt': 'something else' } });
      await ci.letBatchesPass();
      ci.approve(a, rival);
      await ci.settle();
      ci.expect(a).landed();
      ci.expect(rival)
        .shows('failure', 'conflicts with main')
        .blockedBy('unbuildable')
        .notTesting();
      const [made, posted] = [
        ci.callsOf('github.merge').length,
        ci.callsOf('github.postCheck').length,
      ];
      for (let polls = 0; polls < 10; polls++) await ci.poll();
      ci.label(rival, 'high-priority');
      await ci.settle();
      expect(ci.callsOf('github.merge')).toHaveLength(made);
      expect(ci.callsOf('github.postCheck')).toHaveLength(posted);
      ci.github.push('main', { 'change-1.txt': 'something else' });
      await ci.settle();
      expect(ci.callsOf('github.merge')).toHaveLength(made + 1);
      ci.push(rival, { 'change-1.txt': 'something else', 'more.txt': 'at last' });
      await ci.letBatchesPass();
      ci.expect(rival).landed();
      ci.expect(b).notTesting();
      await ci.expectNothingElse();
    },
  );

  scenario(
    'S6.12 a conflict is not undone by an older result that Batch still lists',
    async (ci) => {
      // Its batch runs on, so everything newer is read again at every look.
      ci.openPr();
      await ci.settle();
      const late = ci.openPr({ approved: true, files: { 'menu.txt': 'rye' } });
      await ci.settle();
      ci.batch.succeeds(late);
      ci.github.push('main', { 'menu.txt': 'cake' });
      await ci.settle();
      ci.expect(late).shows('failure', 'conflicts with main');
      const [made, posted] = [
        ci.callsOf('github.merge').length,
        ci.callsOf('github.postCheck').length,
      ];
      for (let polls = 0; polls < 5; polls++) await ci.poll();
      ci.expect(late).shows('failure', 'conflicts with main').blockedBy('unbuildable');
      expect(ci.callsOf('github.merge')).toHaveLength(made);
      expect(ci.callsOf('github.postCheck')).toHaveLength(posted);
    },
  );

  scenario('S6.12 a pull request that changes nothing', async (ci) => {
    const pr = ci.openPr({ approved: true, files: { 'menu.txt': 'bread' } });
    await ci.settle();
    ci.expect(pr).testedTimes(0).shows('failure', 'changes nothing');
    await ci.expectNothingElse();
  });

  scenario(
    'S6.3 a broken build.yaml fails the check, with its place, and makes no batch',
    async (ci) => {
      const pr = ci.openPr({ approved: true, files: { 'build.yaml': 'jobs: many' } });
      const other = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      ci.expect(pr).testedTimes(0).shows('failure', 'build.yaml:1:1: expected "jobs: N"');
      ci.expect(other).landed();
      ci.push(pr, { 'build.yaml': 'jobs: 3' });
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      await ci.expectNothingElse();
    },
  );

  scenario('S6.3 jobs that Batch refuses fail the check in the words of Batch', async (ci) => {
    ci.batch.hollowNext = refused;
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.expect(pr).shows('failure', 'power of two').blockedBy('unbuildable');
    await ci.poll();
    await ci.poll();
    ci.expect(pr).shows('failure', 'power of two');
    expect(ci.callsOf('github.land')).toEqual([]);
    ci.push(pr);
    await ci.letBatchesPass();
    ci.expect(pr).landed();
  });
});

describe('S6.11 a batch proves nothing unless it has its jobs', () => {
  scenario('S6.11 submission dies half-way: the batch gets its jobs later, once', async (ci) => {
    ci.batch.hollowNext = cut;
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.expect(pr).testing().testedTimes(1);
    expect(ci.callsOf('github.land')).toEqual([]);
    ci.batch.succeeds(pr);
    await ci.settle();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('S6.11 a hollow batch found after lost storage is no pass', async (ci) => {
    ci.batch.hollowNext = refused;
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.object.loseStorage();
    await ci.settle();
    ci.expect(pr).testing().testedTimes(1);
    await ci.letBatchesPass();
    ci.expect(pr).landed();
  });
});

describe('S9.3 batches that go missing', () => {
  scenario('deleted from outside: the next attempt', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    for (const batch of ci.batch.running) ci.batch.delete(batch);
    await ci.poll();
    ci.expect(pr).testing().testedTimes(2);
    expect(ci.batch.tests(pr).at(-1)?.purpose).toMatchObject({ attempt: 2, reason: 'batch_gone' });
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('cancelled from outside: the next attempt', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    for (const batch of ci.batch.running) ci.batch.finish(batch, 'cancelled');
    await ci.letBatchesPass();
    ci.expect(pr).landed().testedTimes(2);
    await ci.expectNothingElse();
  });

  scenario('S6.10 retried: the older batch is never taken for the result again', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.batch.fails(pr);
    await ci.settle();
    ci.expect(pr).shows('failure');
    expect(ci.object.command({ kind: 'retry', pr, tactical: false, by: 'alice' })).toBeNull();
    await ci.settle();
    ci.expect(pr).testing().testedTimes(2).shows('pending');
    ci.object.loseStorage();
    await ci.settle();
    ci.expect(pr).testing().testedTimes(2).shows('pending');
    await ci.letBatchesPass();
    ci.expect(pr).landed().testedTimes(2);
    await ci.expectNothingElse();
  });
});

describe('S6.2 P17 GitHub’s own merge of a pull request', () => {
  scenario('is what is tested, until the branch moves', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.expect(pr).testing();
    expect(ci.callsOf('github.merge')).toEqual([]);
    ci.github.push('main', { 'menu.txt': 'cake' });
    await ci.letBatchesPass();
    expect(ci.callsOf('github.merge')).toHaveLength(1);
    ci.expect(pr).landed().testedTimes(2);
    expect(ci.github.graph.get(ci.main).files).toMatchObject({
      'menu.txt': 'cake',
      'change-1.txt': expect.any(String),
    });
    await ci.expectNothingElse();
  });
});
