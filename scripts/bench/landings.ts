// How many test batches it takes to land K approved pull requests, and how long, in lengths of a test: in the
// simulator's world, where every test passes, and webhooks and callbacks come at once.
import { BranchAtWork } from './branch-at-work.ts';
import { type Figure, figure } from './figure.ts';

export const KS = [1, 2, 5, 10, 20];
const MINUTE = 60_000;
const TEST_MS = 60 * MINUTE;
/** What takes longer than one test after the other for each pull request has stopped. */
const TESTS_MAX = 3;

export async function landingFigures(ks: readonly number[] = KS): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const k of ks)
    for (const start of ['untested', 'green'] as const) figures.push(...(await land(k, start)));
  return figures;
}

async function land(k: number, start: 'untested' | 'green'): Promise<Figure[]> {
  const branch = new BranchAtWork({});
  const pulls = branch.openPulls(k);
  if (start === 'green') await testAll(branch, k);
  const before = { tests: branch.batch.tests().length, requests: branch.requests.length };
  const rows = branch.rows;
  branch.testMs = TEST_MS;
  const began = branch.calendar.now;
  for (const pull of pulls) branch.github.changePull(pull, { approvedBy: ['bob'] }, 'submitted');
  let atOnce = 0;
  await branch.live(TESTS_MAX * (k + 1) * TEST_MS, () => {
    atOnce = Math.max(atOnce, branch.batch.running.length);
    return branch.github.landings.length === k;
  });
  if (branch.github.landings.length < k) throw new Error(`not all of ${k} have landed`);
  const name = `landing approved ones, ${start === 'green' ? 'tested green' : 'untested'}`;
  return [
    figure(`${name}: batches`, k, branch.batch.tests().length - before.tests, 'test batches'),
    figure(`${name}: time`, k, (branch.calendar.now - began) / TEST_MS, 'test lengths'),
    figure(`${name}: at once`, k, atOnce, 'test batches'),
    figure(`${name}: requests`, k, branch.requests.length - before.requests, 'requests'),
    figure(`${name}: rows written`, k, branch.rows - rows, 'rows'),
  ];
}

async function testAll(branch: BranchAtWork, k: number): Promise<void> {
  await branch.settle();
  for (let tested = 0; tested < k; tested += branch.passBatches()) await branch.settle();
  await branch.settle();
}
