// S3.3: a call that fails delays what needs it, and nothing and nobody else.
import { describe, expect } from 'vitest';
import { answerLost, calling, callsTo } from '../../scripts/sim/world/trouble.ts';
import { unknownBudget } from '../../src/core/github-budget.ts';
import { branchStatus } from '../../src/loop/status.ts';
import { scenario } from '../support/scenario.ts';

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
    ci.object.command({ kind: 'update', by: 'alice' });
    await ci.settle();
    const asked = ci.wire.calls.slice(calls).filter(({ name }) => name.startsWith('github.'));
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.min(...asked.map(({ at }) => at)) - from).toBeGreaterThanOrEqual(120_000);
    ci.expect(pr).testing();
  });

  scenario(
    'when only what is kept is left, what has passed lands and nothing else begins',
    async (ci) => {
      ci.credential.limits = {
        ...{ perHour: 200, hourMs: 3_600_000 },
        ...{ perMinute: Number.POSITIVE_INFINITY, retryAfterSeconds: 60 },
      };
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.expect(pr).testing();
      ci.credential.leave(15);
      await ci.poll();
      const other = ci.openPr({ approved: true });
      ci.batch.succeeds(pr);
      await ci.settle();
      ci.expect(pr).landed();
      ci.expect(other).testedTimes(0);
      const { github_budget } = branchStatus(
        ci.object.state,
        ci.object.config,
        ci.credential.budget.present,
      );
      expect(github_budget.waiting).toMatchObject({
        because: expect.stringContaining('are left, which are kept for landings'),
        landings_go_on: true,
      });
      await ci.advance(61);
      ci.expect(other).testing();
      await ci.letBatchesPass();
      ci.expect(other).landed();
      await ci.expectNothingElse();
    },
  );

  scenario('a rate limit met while acting holds the other actions, too', async (ci) => {
    const limit = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 120_000 } as const;
    ci.failOnce(calling('github.createCommit'), { when: 'before', with: limit });
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

  scenario('a rate limit of GitHub met as a test begins leaves Batch alone', async (ci) => {
    const limit = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 120_000 } as const;
    const running = ci.openPr();
    await ci.settle();
    ci.failOnce(calling('github.createCommit'), { when: 'before', with: limit });
    ci.openPr();
    await ci.object.wake();
    expect(ci.object.state.holds).toMatchObject({ github: { failures: 1 }, batch: null });
    ci.batch.fails(running);
    await ci.advance(1);
    expect(ci.object.state.pulls[running]?.build.kind).toBe('failed');
  });

  scenario(
    'one batch that cannot be read keeps only its own pull request waiting (hazard 3)',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      const [first] = ci.batch.tests(a);
      const mended = ci.failWhen((call) => call.name === 'batch.get' && call.args[0] === first?.id);
      if (first) ci.batch.delete(first);
      await ci.advance(60);
      ci.expect(a).blockedBy('batch_unread');
      const { last_error } = branchStatus(ci.object.state, ci.object.config, unknownBudget);
      expect(last_error).toBe(`Batch does not show batch ${first?.id}: the connection was cut`);
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
    'one batch that answers 500 when it is asked for by itself is read from the list (hazard 3)',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      const [first] = ci.batch.tests(a);
      ci.failWhen((call) => call.name === 'batch.get' && call.args[0] === first?.id);
      await ci.letBatchesPass();
      ci.expect(a).landed();
      ci.expect(b).landed();
      await ci.expectNothingElse();
    },
  );

  scenario(
    'a landing call that keeps failing does not hold up the others (hazard 4)',
    async (ci) => {
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      const mended = ci.failWhen(
        (call) =>
          call.name === 'github.land' &&
          JSON.stringify(call.args).includes(`refs/sluice/main/${a}"`),
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
      const tested = ci.github.testRef('main', a);
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
