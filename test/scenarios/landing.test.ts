// S7.5, S7.6, S7.9: the moment of landing, and everything that may happen around it.
import { describe, expect } from 'vitest';
import { answerLost, calling, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import { READ_LAG_MS } from '../../src/core/read-lag.ts';
import { scenario } from '../support/scenario.ts';

describe('S7 landing', () => {
  scenario('S7.1 an approved pull request is tested, lands and is read back', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    ci.expect(pr).testing().shows('pending').blockedBy('test_running', 'not_approved');
    ci.batch.succeeds(pr);
    await ci.settle();
    ci.expect(pr).shows('success').blockedBy('not_approved');
    ci.approve(pr);
    await ci.settle();
    ci.expect(pr).landed().testedTimes(1);
    await ci.expectNothingElse();
  });

  scenario('S6.2 what lands is the very commit that was tested', async (ci) => {
    const pr = ci.openPr({ approved: true, title: 'Rye  bread', body: 'As promised.\r\n' });
    await ci.settle();
    const tested = ci.github.testRef('main', pr);
    const before = ci.main;
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    expect(ci.main).toBe(tested);
    expect(ci.github.graph.get(ci.main)).toMatchObject({
      parents: [before],
      message: expect.stringContaining('Rye bread (#1)\n\nAs promised.'),
    });
    expect(ci.github.ownRefs).toEqual([]);
  });

  scenario('S5.3 it is retested on the present commit when another landed first', async (ci) => {
    const [a = 0, b = 0] = ci.openPrs(2);
    await ci.letBatchesPass();
    ci.approve(a);
    await ci.settle();
    ci.expect(a).landed();
    ci.expect(b).notTesting().blockedBy('not_approved', 'stale_test');
    ci.approve(b);
    await ci.settle();
    ci.expect(b).testing({ on: ci.main }).blockedBy('test_running');
    ci.batch.succeeds(b);
    await ci.settle();
    ci.expect(b).landed().testedTimes(2);
    await ci.expectNothingElse();
  });

  scenario('S7.5 a push that nobody told of between test and landing', async (ci) => {
    const pr = ci.openPr();
    await ci.letBatchesPass();
    ci.meanwhile(calling('github.land'), () => {
      ci.webhooks = 'lost';
      ci.github.push('main', { 'menu.txt': 'cake' });
      ci.webhooks = 'delivered';
    });
    ci.approve(pr);
    await ci.settle();
    ci.expect(pr).testing({ on: ci.main }).testedTimes(2);
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('S7.5 a push to the pull request in the very moment of landing', async (ci) => {
    const pr = ci.openPr();
    await ci.letBatchesPass();
    ci.meanwhile(calling('github.land'), () => void ci.push(pr));
    ci.approve(pr);
    await ci.settle();
    ci.expect(pr).testing().testedTimes(2);
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('S7.1 an approval withdrawn just before the leap', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.meanwhile(calling('github.readPulls'), () => {
      ci.webhooks = 'lost';
      ci.github.changePull(pr, { approvedBy: [] }, 'dismissed');
    });
    ci.batch.succeeds(pr);
    await ci.settle();
    expect(ci.callsOf('github.land')).toEqual([]);
    ci.expect(pr).blockedBy('not_approved');
    await ci.expectNothingElse();
  });

  scenario('S7.6 nothing lands while frozen', async (ci) => {
    const pr = ci.openPr({ approved: true });
    ci.object.command({ kind: 'freeze', reason: 'a fair', by: 'alice', until: null });
    await ci.letBatchesPass();
    ci.expect(pr).shows('success').blockedBy('frozen');
    await ci.poll();
    expect(ci.callsOf('github.land')).toEqual([]);
    ci.object.command({ kind: 'unfreeze', by: 'alice' });
    await ci.settle();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('S10.4 a freeze with an end ends by itself, and is told so', async (ci) => {
    const pr = ci.openPr({ approved: true });
    const until = ci.now + 10.5 * 60_000;
    ci.object.command({ kind: 'freeze', reason: 'a fair', by: 'alice', until });
    await ci.letBatchesPass();
    await ci.advance(9);
    ci.expect(pr).blockedBy('frozen');
    await ci.advance(2);
    ci.expect(pr).landed();
    expect(ci.object.state.frozen).toBeNull();
    await ci.expectNothingElse();
  });

  scenario(
    'S7.6 nothing lands on a branch that is only tested',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      ci.expect(pr).shows('success').blockedBy('branch_not_mergeable');
      await ci.expectNothingElse();
    },
    { mergeable: false },
  );
});

describe('S7.9 reading back', () => {
  scenario('a branch that holds something else freezes, and somebody is told once', async (ci) => {
    const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
    const before = ci.main;
    await ci.settle();
    ci.meanwhile(calling('github.readHead'), () => {
      ci.github.moveBranch('main', before);
      ci.github.push('main', { 'menu.txt': 'mould' });
    });
    ci.batch.succeeds(a);
    await ci.settle();
    ci.batch.succeeds(b);
    await ci.letBatchesPass();
    expect(ci.object.state.frozen?.by).toBe('sluice');
    expect(ci.alerts).toEqual([expect.stringContaining('is frozen')]);
    ci.expect(b).blockedBy('frozen');
    expect(ci.callsOf('github.land')).toHaveLength(1);
    await ci.poll();
    expect(ci.alerts).toHaveLength(1);
  });

  scenario('somebody who pushes on top of a landing is no mismatch', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.meanwhile(
      calling('github.readHead'),
      () => void ci.github.push('main', { 'menu.txt': 'cake' }),
    );
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    expect(ci.object.state.frozen).toBeNull();
    await ci.expectNothingElse();
  });

  for (const [how, trouble] of [
    ['the call is lost on the way', lostOnTheWay],
    ['the answer is lost', answerLost],
  ] as const)
    scenario(`S6.9 a landing lands once when ${how}`, async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      ci.failOnce(calling('github.land'), trouble);
      await ci.letBatchesPass();
      ci.expect(a).landed();
      ci.expect(b).landed();
      await ci.expectNothingElse();
    });

  scenario(
    'S7.7 a lost call is no failure: as soon as it would be shown it is made again',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.failOnce(calling('github.land'), lostOnTheWay);
      ci.batch.succeeds(pr);
      const start = ci.now;
      await ci.settle();
      ci.expect(pr).landed().testedTimes(1);
      expect(ci.now - start).toBeLessThan(READ_LAG_MS + 5_000);
      await ci.expectNothingElse();
    },
  );
});

describe('S7.1 a rule that is new', () => {
  scenario('holds at once, though the rest of the look that has read it fails', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.github.require('lint');
    const mended = ci.failWhen(calling('github.readPage'));
    await ci.poll();
    expect(ci.object.state.rules?.checks).toMatchObject([{ name: 'lint' }]);
    mended();
    ci.batch.succeeds(pr);
    await ci.advance(10);
    ci.expect(pr).shows('success').blockedBy('check_pending');
    await ci.expectNothingElse();
  });
});

describe('S7 a pull request from a fork', () => {
  scenario('lands, and is closed with one comment', async (ci) => {
    const pr = ci.openPr({ approved: true, fork: 'carol/bakery' });
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    expect(ci.github.pull(pr).comments).toEqual([
      expect.objectContaining({ body: expect.stringContaining(`Landed on main as ${ci.main}`) }),
    ]);
    await ci.expectNothingElse();
  });

  for (const method of ['github.land', 'github.readHead', 'github.comment', 'github.closePull'])
    scenario(`is closed with one comment when the answer to ${method} is lost`, async (ci) => {
      const pr = ci.openPr({ approved: true, fork: 'carol/bakery' });
      await ci.settle();
      ci.failOnce(calling(method), answerLost);
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      expect(ci.github.pull(pr).comments).toHaveLength(1);
      await ci.expectNothingElse();
    });

  scenario(
    'is closed when the program dies as it lands, and somebody pushes on top',
    async (ci) => {
      const pr = ci.openPr({ approved: true, fork: 'carol/bakery' });
      await ci.settle();
      const pushOnTop = () => {
        ci.github.push('main', { 'menu.txt': 'cake' });
        ci.object.crash();
      };
      ci.meanwhile(calling('github.land'), pushOnTop, 'after');
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      await ci.expectNothingElse();
    },
  );

  scenario('is closed when the second try finds that the first had landed', async (ci) => {
    const pr = ci.openPr({ approved: true, fork: 'carol/bakery' });
    await ci.settle();
    ci.github.lagMs = 30_000;
    ci.failOnce(calling('github.land'), answerLost);
    const pushOnTop = () => {
      ci.github.lagMs = 0;
      ci.github.push('main', { 'menu.txt': 'cake' });
    };
    ci.meanwhile(({ name }) => name === 'github.land' && ci.callsOf(name).length > 0, pushOnTop);
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('whose fork was deleted', async (ci) => {
    const pr = ci.openPr({ approved: true, fork: 'carol/bakery' });
    const { source } = ci.github.pull(pr);
    await ci.settle();
    ci.github.changePull(pr, { source: { ...source, repo: null } }, 'edited');
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });
});

describe('GitHub reads that lag behind our own landing', () => {
  scenario(
    'the older commit is neither deployed again nor tested on',
    async (ci) => {
      await ci.letBatchesPass();
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      ci.github.lagMs = 30_000;
      ci.batch.succeeds(a);
      await ci.advance(2);
      await ci.letBatchesPass();
      await ci.advance(2);
      ci.expect(a).landed();
      await ci.letBatchesPass();
      await ci.advance(2);
      ci.expect(b).landed();
      expect(ci.object.state.frozen).toBeNull();
      const deployed = ci.batch.deploys.map(
        ({ purpose }) => purpose.kind === 'deploy' && purpose.sha,
      );
      expect(new Set(deployed).size).toBe(deployed.length);
      expect(deployed.at(-1)).toBe(ci.main);
      // Each once on arrival, the second once more on top of the first.
      expect(ci.callsOf('github.createCommit')).toHaveLength(3);
    },
    { deployable: true },
  );

  scenario(
    'nor after two landings in quick succession',
    async (ci) => {
      await ci.letBatchesPass();
      const start = ci.main;
      const prs = ci.openPrs(2, { approved: true, fork: 'carol/bakery' });
      await ci.settle();
      ci.github.lagMs = 30_000;
      for (let seconds = 0; seconds < 90; seconds += 3) {
        for (const batch of ci.batch.running) ci.batch.finish(batch, 'success');
        await ci.advance(0.05);
        ci.openPr({ author: 'mallory' });
      }
      await ci.advance(10);
      for (const pr of prs) ci.expect(pr).landed();
      expect(ci.object.state.frozen).toBeNull();
      const deployed = ci.batch.deploys.map(({ purpose }) => purpose);
      expect(deployed).toMatchObject([{ sha: start }, {}, { sha: ci.main }]);
    },
    { deployable: true, mergeWhileDeploying: true },
  );

  scenario('a fork that landed without an answer is still closed', async (ci) => {
    const pr = ci.openPr({ approved: true, fork: 'carol/bakery' });
    await ci.settle();
    ci.github.lagMs = 30_000;
    ci.failOnce(calling('github.land'), answerLost);
    ci.batch.succeeds(pr);
    await ci.advance(4);
    ci.expect(pr).landed();
    expect(ci.github.pull(pr).comments).toHaveLength(1);
    expect(ci.object.state.frozen).toBeNull();
  });
});
