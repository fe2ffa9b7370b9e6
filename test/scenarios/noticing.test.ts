// S4 and S9: nothing depends on being told. Whatever message was lost, one poll repairs it, and at
// rest a pass only looks.
import { describe, expect } from 'vitest';
import { scenario } from '../support/world/scenario.ts';
import { answerLost, calling, callsTo, lostOnTheWay } from '../support/world/trouble.ts';
import { isWrite } from '../support/world/wire.ts';

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
    ci.github.write({ checks: { ...ci.github.view.checks, [`${sha} sluice`]: wrong } });
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
    // Of GitHub the rules and one page, of Batch one list, for each of 288 polls.
    expect(since).toHaveLength(3 * 288);
    for (const pr of prs) ci.expect(pr).shows('success').testedTimes(1);
  });
});

describe('S3.3 calls that fail', () => {
  scenario('GitHub down does not stop the reading of Batch', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    const mended = ci.failWhen(callsTo('github'));
    await ci.poll();
    ci.batch.succeeds(pr);
    await ci.settle();
    expect(ci.object.state.pulls[pr]?.build.kind).toBe('passed');
    expect(ci.object.state.holds.github).toMatchObject({ error: 'the connection was cut' });
    mended();
    await ci.advance(6);
    ci.expect(pr).shows('success');
    await ci.expectNothingElse();
  });

  scenario('Batch down does not stop the reading of GitHub', async (ci) => {
    const mended = ci.failWhen(callsTo('batch'));
    const pr = ci.openPr({ author: 'mallory' });
    await ci.poll();
    ci.expect(pr).shows('pending', 'mallory');
    ci.authorize(pr);
    await ci.settle();
    ci.expect(pr).testedTimes(0);
    mended();
    await ci.advance(6);
    ci.expect(pr).testing().testedTimes(1);
  });

  scenario('a rate limit is obeyed: nothing is asked of GitHub before its time', async (ci) => {
    const pr = ci.openPr();
    const limit = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 120_000 } as const;
    ci.failOnce(calling('github.readPulls'), { when: 'before', with: limit });
    await ci.object.wake();
    const [from, calls] = [ci.now, ci.wire.calls.length];
    ci.approve(pr);
    ci.object.command({ kind: 'update' });
    await ci.settle();
    const asked = ci.wire.calls.slice(calls).filter(({ name }) => name.startsWith('github.'));
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.min(...asked.map(({ at }) => at)) - from).toBeGreaterThanOrEqual(120_000);
    ci.expect(pr).testing();
  });

  scenario('a rate limit met while acting holds the other actions, too', async (ci) => {
    const limit = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 120_000 } as const;
    ci.failOnce(calling('github.makeTestedCommit'), { when: 'before', with: limit });
    const pr = ci.openPr({ approved: true });
    await ci.object.wake();
    const [from, calls] = [ci.now, ci.wire.calls.length];
    const other = ci.openPr({ approved: true });
    await ci.settle();
    const asked = ci.wire.calls.slice(calls).filter(({ name }) => name.startsWith('github.'));
    expect(Math.min(...asked.map(({ at }) => at)) - from).toBeGreaterThanOrEqual(120_000);
    await ci.letBatchesPass();
    ci.expect(pr).landed();
    ci.expect(other).landed();
    await ci.expectNothingElse();
  });

  scenario(
    'one batch that cannot be read keeps only its own pull request waiting (hazard 3)',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      const [first] = ci.batch.tests(a);
      const mended = ci.failWhen((call) => call.name === 'batch.get' && call.args[0] === first?.id);
      if (first) ci.batch.delete(first);
      await ci.poll();
      ci.batch.succeeds(b);
      await ci.settle();
      ci.expect(b).landed();
      mended();
      await ci.poll();
      await ci.letBatchesPass();
      ci.expect(a).landed();
      await ci.expectNothingElse();
    },
  );

  scenario(
    'a landing call that keeps failing does not hold up the others (hazard 4)',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      const mended = ci.failWhen(
        (call) => call.name === 'github.land' && JSON.stringify(call.args).includes(`"pr":${a}`),
      );
      await ci.letBatchesPass();
      await ci.advance(30);
      await ci.letBatchesPass();
      ci.expect(b).landed();
      ci.expect(a).blockedBy('parked');
      mended();
      await ci.advance(40);
      ci.expect(a).landed();
      await ci.expectNothingElse();
    },
  );

  scenario(
    'a check that GitHub refuses to take does not hold up the others (hazard 4)',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      const refused = {
        kind: 'refused',
        message: 'at most 1000 statuses (422)',
        status: 422,
      } as const;
      const tested = ci.github.testRefs.get(`main ${a}`);
      ci.failWhen((call) => call.name === 'github.postCheck' && call.args[0] === tested, {
        when: 'before',
        with: refused,
      });
      await ci.passOnce();
      await ci.advance(30);
      await ci.letBatchesPass();
      ci.expect(b).landed();
      await ci.letBatchesPass();
      ci.expect(a).landed();
    },
  );

  scenario(
    'an alert that cannot be delivered holds up nothing',
    async (ci) => {
      const mended = ci.failWhen(callsTo('notifier'), answerLost);
      ci.github.push('main', { 'build.yaml': 'jobs: many' });
      await ci.settle();
      const pr = ci.openPr({ approved: true, files: { 'build.yaml': 'jobs: 1' } });
      await ci.letBatchesPass();
      mended();
      await ci.poll();
      ci.expect(pr).landed();
    },
    { deployable: true },
  );
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
