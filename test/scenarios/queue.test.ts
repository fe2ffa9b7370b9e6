// S7.4: the merge candidate is sticky. The predecessor's moves on whenever its own retest begins, so
// that landing 10 green pull requests takes it 45 test batches, up to 9 at once; here it takes 9.
import { describe, expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

describe('S7.4 K approved pull requests land with at most 2K-1 test batches', () => {
  for (const count of [1, 2, 3, 5, 10, 20]) {
    scenario(`${count} untested`, async (ci) => {
      const prs = ci.openPrs(count, { approved: true });
      await ci.letBatchesPass();
      for (const pr of prs) ci.expect(pr).landed();
      expect(ci.batch.tests().length).toBeLessThanOrEqual(2 * count - 1);
      await ci.expectNothingElse();
    });

    scenario(`${count} untested, the newest results first`, async (ci) => {
      const prs = ci.openPrs(count, { approved: true });
      await ci.settle();
      for (let next = ci.batch.running.at(-1); next; next = ci.batch.running.at(-1)) {
        ci.batch.finish(next, 'success');
        await ci.settle();
      }
      for (const pr of prs) ci.expect(pr).landed();
      expect(ci.batch.tests().length).toBeLessThanOrEqual(2 * count - 1);
      await ci.expectNothingElse();
    });

    scenario(`${count} already green: each but the first is tested once more`, async (ci) => {
      const prs = ci.openPrs(count);
      await ci.letBatchesPass();
      const before = ci.batch.tests().length;
      ci.approve(...prs);
      await ci.settle();
      for (let landed = 1; landed < count; landed++) {
        expect(ci.batch.running).toHaveLength(1);
        await ci.passOnce();
      }
      for (const pr of prs) ci.expect(pr).landed();
      expect(ci.batch.tests().length - before).toBe(count - 1);
      await ci.expectNothingElse();
    });
  }

  scenario('the candidate keeps its place while others turn green', async (ci) => {
    const [a = 0, b = 0, c = 0] = ci.openPrs(3);
    await ci.letBatchesPass();
    ci.approve(a, b, c);
    await ci.settle();
    ci.expect(a).landed();
    ci.expect(b).testing();
    ci.expect(c).notTesting().blockedBy('stale_test', 'behind');
    ci.batch.succeeds(b);
    await ci.settle();
    ci.expect(b).landed();
    await ci.letBatchesPass();
    ci.expect(c).landed();
    await ci.expectNothingElse();
  });

  scenario('a first test on the present commit may land before the candidate', async (ci) => {
    const [a = 0, b = 0] = ci.openPrs(2);
    await ci.letBatchesPass();
    ci.approve(a, b);
    await ci.settle();
    const late = ci.openPr({ approved: true });
    await ci.settle();
    ci.batch.succeeds(late);
    await ci.settle();
    ci.expect(late).landed();
    ci.expect(b).testing().testedTimes(3);
    ci.batch.succeeds(b);
    await ci.settle();
    ci.expect(b).landed();
    ci.expect(a).landed();
    await ci.expectNothingElse();
  });
});

describe('S7.3, S7.4 whose turn it is', () => {
  scenario('a high-priority label goes first, then the oldest', async (ci) => {
    const [a = 0, b = 0, c = 0] = ci.openPrs(3);
    await ci.letBatchesPass();
    ci.label(c, 'high-priority');
    ci.approve(a, b, c);
    await ci.settle();
    ci.expect(c).landed();
    ci.expect(a).testing();
    ci.expect(b).notTesting();
    await ci.letBatchesPass();
    expect(ci.object.state.landings.map(({ pr }) => pr)).toEqual([b, a, c]);
  });

  scenario('a candidate that fails makes way for the next', async (ci) => {
    const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
    await ci.settle();
    ci.batch.fails(a);
    ci.batch.succeeds(b);
    await ci.settle();
    ci.expect(a).shows('failure', 'Failed in batch').blockedBy('test_failed');
    ci.expect(b).landed();
    await ci.expectNothingElse();
  });

  scenario('a failed pull request is not tested again until it is pushed to', async (ci) => {
    const pr = ci.openPr({ approved: true });
    await ci.settle();
    ci.batch.fails(pr);
    ci.github.push('main', { 'menu.txt': 'cake' });
    await ci.poll();
    ci.expect(pr).notTesting().testedTimes(1).shows('failure');
    ci.push(pr);
    await ci.letBatchesPass();
    ci.expect(pr).landed().testedTimes(2);
  });
});

describe('S7.7 what cannot go green blocks nobody', () => {
  scenario('a required check that never reports', async (ci) => {
    ci.github.require('lint');
    await ci.poll();
    const [a = 0, b = 0, c = 0] = ci.openPrs(3);
    ci.label(a, 'high-priority');
    for (const pr of [b, c]) ci.report(pr, 'lint', 'success');
    ci.approve(a, b, c);
    await ci.letBatchesPass();
    ci.expect(a).blockedBy('check_pending').shows('success');
    ci.expect(b).landed();
    ci.expect(c).landed();
    ci.report(a, 'lint', 'success');
    await ci.letBatchesPass();
    ci.expect(a).landed();
    await ci.expectNothingElse();
  });

  scenario('a do-not-test label', async (ci) => {
    const [a = 0, b = 0, c = 0] = ci.openPrs(3, { approved: true });
    ci.label(a, 'do-not-test', 'high-priority');
    await ci.letBatchesPass();
    ci.expect(a).blockedBy('do_not_test_label').testedTimes(0);
    ci.expect(b).landed();
    ci.expect(c).landed();
    await ci.expectNothingElse();
  });

  scenario(
    'a refused landing is parked with the words of GitHub, and tried again later',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      ci.github.refusals.set(a, 'Commits must have verified signatures');
      await ci.letBatchesPass();
      ci.expect(b).landed();
      ci.expect(a).blockedBy('parked');
      expect(ci.object.state.pulls[a]?.parked?.words).toContain('verified signatures');
      ci.github.refusals.delete(a);
      await ci.advance(30);
      await ci.letBatchesPass();
      ci.expect(a).landed();
      await ci.expectNothingElse();
    },
  );

  scenario('a test that cannot be started (predecessor, hazard 4)', async (ci) => {
    const [a = 0, b = 0, c = 0] = ci.openPrs(3, { approved: true });
    ci.github.triesMerges = false;
    const mended = ci.failWhen(
      ({ name, args }) =>
        name === 'github.merge' && String(args[0]).startsWith(`sluice-scratch/main/${a}/`),
    );
    await ci.letBatchesPass();
    ci.expect(b).landed();
    ci.expect(c).landed();
    ci.expect(a).blockedBy('call_failing');
    mended();
    await ci.advance(10);
    await ci.letBatchesPass();
    ci.expect(a).landed();
  });
});
