// The whole loop in bad weather: troubles that do not end for hours, several at a time. When they end
// everything has landed that may, once, and nothing untested ever did.
import { describe, expect, test } from 'vitest';
import { answerLost, callsTo, lostOnTheWay, sometimes } from '../../scripts/sim/world/trouble.ts';
import { Scenario } from '../support/scenario.ts';

/** Five pull requests, from forks and not; one fails, and two want to change one file. */
async function tell(ci: Scenario, calm: () => void): Promise<void> {
  const [first = 0, second = 0] = ci.openPrs(2, { approved: true });
  const fork = ci.openPr({ approved: true, fork: 'bob/bakery', author: 'bob' });
  const rival = ci.openPr({ files: { 'change-1.txt': 'something else' } });
  const bad = ci.openPr({ approved: true, fork: 'alice/bakery' });
  await polls(ci, 30, bad);
  ci.github.push('main', { 'menu.txt': 'cake' });
  const late = ci.openPr({ approved: true });
  await polls(ci, 1, bad);
  ci.push(late);
  await polls(ci, 60, bad);
  calm();
  ci.approve(rival);
  await polls(ci, 40, bad);
  for (const pr of [first, second, fork, late]) ci.expect(pr).landed();
  ci.expect(rival).shows('failure', 'conflicts').notTesting();
  ci.expect(bad).shows('failure', 'Failed in batch').notTesting();
  expect(ci.github.pull(fork).comments).toHaveLength(1);
  expect(ci.object.state.frozen).toBeNull();
  expect(ci.object.state.deploy).toMatchObject({ kind: 'succeeded', sha: ci.main });
  await ci.expectNothingElse();
  ci.expectNoBreach();
}

/** At each poll, every batch that ran is over. */
async function polls(ci: Scenario, count: number, bad: number): Promise<void> {
  for (let poll = 0; poll < count; poll++) {
    for (const batch of ci.batch.running) {
      const fails = batch.purpose.kind === 'test' && batch.purpose.pr === bad;
      ci.batch.finish(batch, fails ? 'failure' : 'success');
    }
    await ci.poll();
  }
}

const weathers: Readonly<Record<string, (ci: Scenario) => () => void>> = {
  'fine weather': () => () => {},
  'reads that lag by half a minute': (ci) => lag(ci, 30_000),
  'no webhooks': (ci) => silence(ci, 'webhooks'),
  'no callbacks': (ci) => silence(ci, 'callbacks'),
  'neither, and reads that lag': (ci) =>
    together(silence(ci, 'webhooks'), silence(ci, 'callbacks'), lag(ci, 30_000)),
  'a third of all calls lost': (ci) => ci.failWhen(sometimes(33), lostOnTheWay),
  'a third of all answers lost': (ci) => ci.failWhen(sometimes(33), answerLost),
  'a third of all answers lost, and reads that lag': (ci) =>
    together(ci.failWhen(sometimes(33), answerLost), lag(ci, 30_000)),
  'a crash at every tenth call': (ci) =>
    ci.failWhen(sometimes(10), { when: 'after', with: 'crash' }),
  'memory lost at every tenth call': (ci) => {
    const now = sometimes(10);
    return ci.failWhen((call, count) => {
      if (now(call, count)) ci.object.loseStorage();
      return false;
    });
  },
  'GitHub down': (ci) => ci.failWhen(callsTo('github'), lostOnTheWay),
  'Batch down': (ci) => ci.failWhen(callsTo('batch'), answerLost),
};

const together =
  (...ends: readonly (() => void)[]) =>
  (): void => {
    for (const end of ends) end();
  };

function lag(ci: Scenario, ms: number): () => void {
  ci.github.lagMs = ms;
  return () => {
    ci.github.lagMs = 0;
  };
}

function silence(ci: Scenario, what: 'webhooks' | 'callbacks'): () => void {
  ci[what] = 'lost';
  return () => {
    ci[what] = 'delivered';
  };
}

describe('S3.3, S4.6, S6.9, S7 whatever the weather', () => {
  for (const [name, begin] of Object.entries(weathers))
    test(name, async () => {
      const ci = new Scenario({ deployable: true });
      await tell(ci, begin(ci)).catch((error: unknown) => {
        throw new Error(ci.toldSoFar(), { cause: error });
      });
    });
});
