// S9.2 A year in the life of one pull request that is tested and never lands, on the virtual clock: GitHub takes 1,000
// statuses of a context on a commit, and as many check runs of a name, so that none may be posted but for a change.
import { describe, expect, test } from 'vitest';
import { APP } from '../../scripts/sim/world/github-world.ts';
import { answerLost, lostOnTheWay, sometimes } from '../../scripts/sim/world/trouble.ts';
import { isWrite } from '../../scripts/sim/world/wire.ts';
import { Scenario } from '../support/scenario.ts';

const MINUTE = 60_000;
const POLL_MINUTES = 60;
const POLLS_A_WEEK = (7 * 24 * 60) / POLL_MINUTES;
const WEEKS = 52;
/** One for each change of what is to be said, and those of which the answer was lost. */
const POSTS_MAX = 20;

/** In the order of the weeks: what goes wrong in one of them. */
const WEATHER: readonly ((ci: Scenario) => () => void)[] = [
  (ci) => ci.failWhen(sometimes(20), answerLost),
  (ci) => ci.failWhen(sometimes(20), lostOnTheWay),
  (ci) => {
    ci.github.lagMs = 50_000;
    return () => {
      ci.github.lagMs = 0;
    };
  },
  (ci) => {
    ci.object.loseStorage();
    return () => {};
  },
  () => () => {},
];

async function yearOf(ci: Scenario): Promise<void> {
  for (let week = 0; week < WEEKS; week++) {
    const isOver = WEATHER[week % WEATHER.length]?.(ci);
    await ci.settle();
    for (let poll = 0; poll < POLLS_A_WEEK; poll++) await ci.poll();
    // What was given up for a while is done by the end of the week.
    isOver?.();
    await ci.advance(10);
  }
}

describe('S9.2 a year of polling one pull request', () => {
  test.each([
    ['a commit status', null],
    ['a check run', APP],
  ])('is far from the limit of %s', async (_what, app) => {
    const ci = new Scenario({ app, pollEveryMs: POLL_MINUTES * MINUTE });
    // Answers are held against their schemas in every other story.
    ci.wire.strict = false;
    ci.object.store.strict = false;
    await ci.settle();
    const begin = ci.now;
    const pr = ci.openPr();
    await ci.settle();
    ci.batch.succeeds(pr);
    await yearOf(ci);
    expect(ci.now - begin).toBeGreaterThanOrEqual(WEEKS * 7 * 24 * 60 * MINUTE);
    const polls = ci.callsOf('github.readPage').length;
    expect(polls).toBeGreaterThan(WEEKS * POLLS_A_WEEK);
    const posts = ci.wire.calls.filter((call) => /\.(post|change)Check$/.test(call.name));
    expect(posts.length).toBeGreaterThan(2);
    expect(posts.length).toBeLessThanOrEqual(POSTS_MAX);
    const writes = ci.wire.calls.filter((call) => isWrite(call) && !call.name.startsWith('batch.'));
    expect(writes.length).toBeLessThanOrEqual(2 * POSTS_MAX);
    ci.expect(pr).shows('success');
    ci.expectNoBreach();
  });
});
