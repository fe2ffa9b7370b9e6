// S4 and S9: nothing depends on being told. Whatever message was lost, one poll repairs it, and at
// rest a pass only looks.
import { describe, expect } from 'vitest';
import { calling, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import { isWrite } from '../../scripts/sim/world/wire.ts';
import { scenario } from '../support/scenario.ts';

describe('S4.6, S9.1 one poll repairs', () => {
  scenario('S9.1 a lost callback', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    ci.callbacks = 'lost';
    ci.batch.succeeds(pr);
    await ci.settle();
    ci.expect(pr).shows('pending');
    await ci.poll();
    ci.expect(pr).shows('success');
    await ci.expectNothingElse();
  });

  scenario('S4.6 a lost webhook', async (ci) => {
    ci.webhooks = 'lost';
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.expect(pr).testedTimes(0);
    await ci.poll();
    ci.expect(pr).testing();
    ci.batch.succeeds(pr);
    await ci.settle();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario(
    'S4.6 no webhook and no callback at all: polling alone does the whole job',
    async (ci) => {
      ci.webhooks = 'lost';
      ci.callbacks = 'lost';
      const prs = ci.openPrs(3, { approved: true });
      for (let polls = 0; polls < 8; polls++) {
        await ci.poll();
        await ci.passOnce();
      }
      for (const pr of prs) ci.expect(pr).landed();
      await ci.expectNothingElse();
    },
  );

  scenario('S9.1 a check that GitHub shows differently', async (ci) => {
    const pr = ci.openPr();
    await ci.letBatchesPass();
    const { sha } = ci.github.pull(pr).source;
    const wrong = {
      state: 'pending',
      description: 'somebody else',
      url: 'https://x.test',
    } as const;
    await ci.advance(2);
    ci.github.post(sha, 'sluice', wrong);
    await ci.poll();
    ci.expect(pr).shows('success');
  });

  scenario('S9.1, S9.2 a check whose posting failed is posted again, once', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    ci.failOnce(calling('github.postCheck'), lostOnTheWay);
    ci.batch.succeeds(pr);
    await ci.settle();
    ci.expect(pr).shows('success');
    await ci.expectNothingElse();
  });

  scenario('S2.2 what is marked while GitHub is being read is read again', async (ci) => {
    const pr = ci.openPr();
    await ci.letBatchesPass();
    ci.meanwhile(calling('github.readPulls'), () => ci.approve(pr), 'after');
    ci.label(pr, 'tasty');
    await ci.settle();
    ci.expect(pr).landed();
  });

  scenario('S2.2 what is marked while Batch is being read is read again', async (ci) => {
    const [a = 0, b = 0] = ci.openPrs(2);
    await ci.settle();
    ci.meanwhile(calling('batch.list'), () => ci.batch.succeeds(b), 'after');
    ci.batch.succeeds(a);
    await ci.settle();
    ci.expect(a).shows('success');
    ci.expect(b).shows('success');
  });

  scenario('S2.4 nothing is started or said before it is known what runs already', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    const mended = ci.failWhen(calling('batch.list'));
    ci.object.loseStorage();
    const before = ci.wire.calls.length;
    await ci.settle();
    await ci.poll();
    expect(ci.wire.calls.slice(before).filter(isWrite)).toEqual([]);
    ci.expect(pr).testing().blockedBy('branch_not_read');
    mended();
    await ci.advance(10);
    ci.expect(pr).testing().testedTimes(1).blockedBy('test_running');
  });

  scenario('S4.3 another required check that turns green is noticed at once', async (ci) => {
    ci.github.require('lint');
    await ci.poll();
    const pr = ci.openPr({ approved: true });
    await ci.letBatchesPass();
    ci.expect(pr).blockedBy('check_pending');
    ci.report(pr, 'lint', 'failure');
    await ci.settle();
    ci.expect(pr).blockedBy('check_failed');
    ci.report(pr, 'lint', 'success');
    await ci.settle();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('S4.3 a pull request that is retargeted leaves', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    ci.github.push('other', {});
    ci.github.changePull(pr, { base: 'other' }, 'edited');
    await ci.settle();
    ci.expect(pr).notTesting();
    expect(ci.object.state.pulls).toEqual({});
  });
});

describe('S9.2 at rest', () => {
  scenario('a day of polls looks and writes nothing', async (ci) => {
    const prs = ci.openPrs(5);
    ci.openPr({ author: 'mallory' });
    ci.openPr({ files: { 'build.yaml': 'jobs: many' } });
    await ci.letBatchesPass();
    const before = ci.wire.calls.length;
    await ci.advance(24 * 60);
    const since = ci.wire.calls.slice(before);
    expect(since.filter(isWrite)).toEqual([]);
    // Of GitHub the rules of two kinds and two pages, of Batch one list, for each of 288 polls.
    expect(since).toHaveLength(5 * 288);
    for (const pr of prs) ci.expect(pr).shows('success').testedTimes(1);
  });
});

describe('hazard 8: a page of pull requests that shifts', () => {
  scenario('one that no page showed is read by its number, and its test runs on', async (ci) => {
    const prs = ci.openPrs(30);
    await ci.settle();
    const hidden = prs[25] ?? 0;
    ci.approve(hidden);
    await ci.settle();
    ci.expect(hidden).testing();
    const [first = 0] = prs;
    let pages = 0;
    ci.meanwhile(
      ({ name }) => name === 'github.readPage' && ++pages === 2,
      () => {
        ci.webhooks = 'lost';
        ci.close(first);
      },
    );
    await ci.poll();
    expect(pages).toBe(2);
    ci.expect(hidden).testing().testedTimes(1);
    await ci.poll();
    expect(Object.keys(ci.object.state.pulls)).toHaveLength(29);
  });
});
