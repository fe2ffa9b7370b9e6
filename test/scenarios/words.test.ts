// What is said and done on a pull request for the people there: the comment about its authorization, and #assign.
import { describe, expect, test } from 'vitest';
import { answerLost, calling } from '../../scripts/sim/world/trouble.ts';
import { isWrite } from '../../scripts/sim/world/wire.ts';
import { pastOf } from '../../src/core/past.ts';
import { pullStatuses, viewOf } from '../../src/loop/pull-status.ts';
import { Scenario, scenario } from '../support/scenario.ts';

const said = (ci: Scenario, pr: number): string[] =>
  ci.github.pull(pr).comments.map(({ body }) => body);
const noticesOf = (ci: Scenario, pr: number): readonly string[] =>
  pullStatuses(viewOf(ci.object.state, ci.object.config, pastOf([]), ci.now)).find(
    ({ number }) => number === pr,
  )?.notices ?? [];

describe('S5.1 a commit that needs authorization', () => {
  scenario('is told of in one comment, which is edited as that changes', async (ci) => {
    const pr = ci.openPr({ author: 'mallory' });
    await ci.settle();
    expect(said(ci, pr)).toEqual([
      expect.stringMatching(
        /^Commit `\w{7}` is not tested yet: mallory is not a known developer.*A maintainer .* authorize exactly this commit.*https:\/\/sluice\.test\/acme\/bakery\/pull\/1/s,
      ),
    ]);
    const [first] = said(ci, pr);
    ci.push(pr);
    await ci.settle();
    expect(said(ci, pr)).toEqual([expect.stringContaining('is not tested yet')]);
    expect(said(ci, pr)[0]).not.toBe(first);
    ci.authorize(pr);
    await ci.settle();
    expect(said(ci, pr)).toEqual([expect.stringContaining('is authorized by a maintainer')]);
    ci.expect(pr).testing();
    // The first looks for one that a lost answer may have left; the others know theirs.
    expect(ci.callsOf('github.readComments')).toHaveLength(1);
    await ci.expectNothingElse();
  });

  scenario('that a developer pushed is not commented on', async (ci) => {
    const pr = ci.openPr();
    await ci.letBatchesPass();
    expect(said(ci, pr)).toEqual([]);
    expect(ci.callsOf('github.readComments')).toEqual([]);
  });

  scenario('is told of once, when answers are lost and reads lag', async (ci) => {
    ci.github.lagMs = 30_000;
    ci.failOnce(calling('github.comment'), answerLost);
    const pr = ci.openPr({ author: 'mallory' });
    await ci.advance(10);
    expect(said(ci, pr)).toHaveLength(1);
    await ci.expectNothingElse();
  });

  scenario('is told of once, when all memory is lost', async (ci) => {
    const pr = ci.openPr({ author: 'mallory' });
    await ci.settle();
    ci.object.loseStorage();
    await ci.settle();
    expect(said(ci, pr)).toHaveLength(1);
    await ci.expectNothingElse();
  });

  scenario('is not looked for while reads may lag, though it was closed and opened', async (ci) => {
    ci.failOnce(calling('github.comment'), answerLost);
    const pr = ci.openPr({ author: 'mallory' });
    await ci.advance(0.1);
    for (const state of ['closed', 'open'] as const) {
      ci.github.changePull(pr, { state }, state);
      await ci.advance(0.1);
    }
    expect(ci.callsOf('github.readComments')).toHaveLength(1);
    await ci.advance(2);
    expect(ci.callsOf('github.readComments')).toHaveLength(2);
    expect(said(ci, pr)).toEqual([expect.stringContaining('is not tested yet')]);
    await ci.expectNothingElse();
  });

  test('is told of once, wherever the program dies', async () => {
    const tell = async (crashAt: number): Promise<number> => {
      const ci = new Scenario();
      await ci.settle();
      const before = ci.wire.calls.length;
      ci.failOnce((_, count) => count === before + crashAt, { when: 'after', with: 'crash' });
      const pr = ci.openPr({ author: 'mallory', body: '#assign bakers' });
      await ci.advance(10);
      ci.push(pr);
      await ci.advance(10);
      expect(said(ci, pr)).toHaveLength(1);
      expect(ci.github.pull(pr).reviewers).toHaveLength(1);
      expect(ci.github.pull(pr).assignees).toHaveLength(1);
      return ci.wire.calls.length - before;
    };
    const calls = await tell(Number.POSITIVE_INFINITY);
    for (let crashAt = 1; crashAt <= calls; crashAt++) await tell(crashAt);
  });
});

describe('S5.5 #assign', () => {
  scenario('has one of the team, not the author, assigned and asked, once', async (ci) => {
    const pr = ci.openPr({ body: 'Please have a look.\n#assign bakers' });
    await ci.settle();
    const { assignees, reviewers } = ci.github.pull(pr);
    expect(['bob', 'carol']).toContain(assignees[0]);
    expect([assignees.length, reviewers]).toEqual([1, assignees]);
    expect(ci.toldSoFar()).toContain(`${assignees[0]} of bakers is to review #${pr}`);
    // Whoever takes them off again is not overruled.
    ci.github.changePull(pr, { assignees: [], reviewers: [] }, 'unassigned');
    await ci.settle();
    expect(ci.github.pull(pr).assignees).toEqual([]);
    expect(ci.callsOf('github.assign')).toHaveLength(1);
    await ci.expectNothingElse();
  });

  scenario('asks the same person when an answer is lost', async (ci) => {
    ci.failOnce(calling('github.requestReview'), answerLost);
    const pr = ci.openPr({ body: '#assign bakers' });
    await ci.settle();
    const { assignees, reviewers } = ci.github.pull(pr);
    expect([assignees.length, reviewers]).toEqual([1, assignees]);
  });

  scenario('leaves alone what is assigned, or in review', async (ci) => {
    ci.webhooks = 'lost';
    const [a = 0, b = 0] = ci.openPrs(2, { body: '#assign bakers' });
    ci.github.changePull(a, { assignees: ['bob'] }, 'assigned');
    ci.github.changePull(b, { reviewers: ['bob'] }, 'review_requested');
    await ci.poll();
    expect(ci.callsOf('github.assign')).toEqual([]);
  });

  scenario(
    'of a team that nobody knows is said where people look, and nothing is done',
    async (ci) => {
      const pr = ci.openPr({ body: 'x#assign bakers, ##assign bakers; #assign cooks' });
      await ci.settle();
      expect(noticesOf(ci, pr)).toEqual([
        '#assign cooks: there is no team of this name in the settings; there are bakers.',
      ]);
      expect(ci.wire.calls.filter(isWrite).map(({ name }) => name)).not.toContain('github.assign');
      await ci.expectNothingElse();
    },
  );

  scenario(
    'of somebody whom GitHub does not ask is said there, too, and not repeated',
    async (ci) => {
      const words = 'Reviews may only be requested from collaborators. (422)';
      ci.failWhen(calling('github.requestReview'), {
        when: 'before',
        with: { kind: 'refused', status: 422, message: words },
      });
      const pr = ci.openPr({ body: '#assign bakers' });
      await ci.settle();
      const [login] = ci.github.pull(pr).assignees;
      expect(noticesOf(ci, pr)).toEqual([
        `GitHub did not have ${login} asked for review: ${words}.`,
      ]);
      await ci.advance(60);
      expect(ci.callsOf('github.requestReview')).toHaveLength(1);
    },
  );

  scenario(
    'of a team with nobody but the author is said',
    async (ci) => {
      const pr = ci.openPr({ body: '#assign alone' });
      await ci.settle();
      expect(noticesOf(ci, pr)).toEqual([
        '#assign alone: there is nobody in this team but the author.',
      ]);
    },
    { teams: { alone: ['Alice'] } },
  );
});
