// S4.4, S7: the limits of requests that do not depend on the machine: of a landing by every way, of an event, of a poll.
import { describe, expect, it } from 'vitest';
import { BranchAtWork } from '../../scripts/bench/branch-at-work.ts';
import {
  landingRequests,
  MOST_REQUESTS,
  nameOf,
  WAYS,
} from '../../scripts/bench/landing-requests.ts';
import { type Call, isWrite } from '../../scripts/sim/world/wire.ts';

const toGitHub = (calls: readonly Call[]): Call[] =>
  calls.filter(({ name }) => name.startsWith('github.'));

describe('S7 a pull request from push to landed, with one test', () => {
  it.each(WAYS.map((way) => ({ name: nameOf(way), way })))(
    '$name: few requests, and six at most in a row until its batch',
    async ({ way }) => {
      const { calls, roundTrips } = await landingRequests(way, 2);
      expect(toGitHub(calls).length).toBeLessThanOrEqual(MOST_REQUESTS);
      expect(roundTrips).toBeLessThanOrEqual(way.isMerged ? 5 : 6);
    },
  );
});

describe('S3.1 S4.4 the requests of an event and of a poll', () => {
  it.each([1, 30, 200])(
    'with %i open',
    async (open) => {
      const branch = new BranchAtWork({ developers: [] });
      const [one = 0] = branch.openPulls(open);
      await branch.settle();
      branch.github.changePull(one, { labels: ['nice'] }, 'labeled');
      const event = toGitHub(await branch.settle());
      expect(event.filter((call) => !isWrite(call)).length).toBeLessThanOrEqual(2);
      const poll = toGitHub(await branch.poll());
      expect(poll.length).toBeLessThanOrEqual(3 + Math.ceil(open / 25));
    },
    60_000,
  );
});
