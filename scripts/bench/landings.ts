// How many test batches it takes to land K approved pull requests, and how long, in lengths of a test: in the
// simulator's world, where every test and every deploy succeeds, and webhooks and callbacks come at once.
import { BranchAtWork } from './branch-at-work.ts';
import { type Figure, figure } from './figure.ts';
import { atMost, type Limit } from './limit.ts';

export const KS = [1, 2, 5, 10, 20];
const MINUTE = 60_000;
const TEST_MS = 60 * MINUTE;
/** What takes longer than so many tests one after the other for each pull request has stopped. */
const TESTS_MAX = 3;

export const STARTS = ['untested', 'tested green'] as const;
export type Start = (typeof STARTS)[number];
/** How long a deploy takes, in minutes: the predecessor was measured with both. Nothing lands while one runs. */
export const DEPLOYS = [45, 90] as const;
export type Deploy = (typeof DEPLOYS)[number];

export const nameOf = (start: Start, deploy: Deploy, what: string): string =>
  `landing approved ones, ${start}, deploys of ${deploy} min: ${what}`;

export const LANDING_LIMITS: readonly Limit[] = [
  atMost(nameOf('untested', 45, 'batches'), 10, 19),
  atMost(nameOf('tested green', 45, 'batches'), 10, 9),
];

export async function landingFigures(
  ks: readonly number[] = KS,
  deploys: readonly Deploy[] = DEPLOYS,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const deploy of deploys)
    for (const k of ks) for (const start of STARTS) figures.push(...(await land(k, start, deploy)));
  return figures;
}

async function land(k: number, start: Start, deploy: Deploy): Promise<Figure[]> {
  const branch = new BranchAtWork({ deployable: true });
  await passAll(branch);
  const pulls = branch.openPulls(k);
  if (start === 'tested green') await passAll(branch);
  const before = { tests: branch.batch.tests().length, requests: branch.requests.length };
  const rows = branch.rows;
  branch.lengthsMs = { test: TEST_MS, deploy: deploy * MINUTE };
  const began = branch.calendar.now;
  for (const pull of pulls) branch.github.changePull(pull, { approvedBy: ['bob'] }, 'submitted');
  let atOnce = 0;
  await branch.live(TESTS_MAX * (k + 1) * TEST_MS, () => {
    const running = branch.batch.running.filter(({ purpose }) => purpose.kind === 'test');
    atOnce = Math.max(atOnce, running.length);
    return branch.github.landings.length === k;
  });
  if (branch.github.landings.length < k) throw new Error(`not all of ${k} have landed`);
  const of = (what: string, value: number, unit: string): Figure =>
    figure(nameOf(start, deploy, what), k, value, unit);
  return [
    of('batches', branch.batch.tests().length - before.tests, 'test batches'),
    of('at once', atOnce, 'test batches'),
    of('time', (branch.calendar.now - began) / TEST_MS, 'test lengths'),
    of('requests', branch.requests.length - before.requests, 'requests'),
    of('rows written', branch.rows - rows, 'rows'),
  ];
}

/** Until nothing is left to test or to deploy. */
async function passAll(branch: BranchAtWork): Promise<void> {
  do await branch.settle();
  while (branch.passBatches() > 0);
}
