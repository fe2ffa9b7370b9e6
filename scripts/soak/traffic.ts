// What people do to many branches at once, drawn from a seed: pushes, approvals, labels, edits, new pull requests, direct
// pushes, other people's checks. Landed and closed ones are replaced, so that as many stay open.
import type { Prng } from '../sim/history/prng.ts';
import type { BatchWorld } from '../sim/world/batch-world.ts';
import type { GithubWorld, WorldPull } from '../sim/world/github-world.ts';

export const REPOSITORY = 'acme/mill';
const BUILD = `steps:
  - kind: runImage
    name: check
    image: debian
    script: "true"
`;
/** How long a test takes, at least and at most. */
const TEST_MS = [2_000, 10_000] as const;
const FAILING = 0.15;

export const branchNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line-${index + 1}`);

export function openEverything(
  world: GithubWorld,
  branches: readonly string[],
  pulls: number,
): void {
  for (const branch of branches) world.push(branch, { 'build.yaml': BUILD });
  for (let index = 0; index < pulls; index++)
    openPull(world, branches[index % branches.length] ?? '');
}

function openPull(world: GithubWorld, base: string): void {
  const number = Object.keys(world.view.pulls).length + 1;
  world.openPull({
    ...{ title: `Sack ${number}`, body: '', draft: false, author: 'alice', labels: [], base },
    ...{ approvedBy: [], changesRequestedBy: [], repo: REPOSITORY },
    files: { [`sacks/${number}.txt`]: 'wheat' },
  });
}

/** One thing that somebody does. */
export function happen(
  world: GithubWorld,
  branches: readonly string[],
  wanted: number,
  prng: Prng,
): void {
  const open = Object.values(world.view.pulls).filter(({ state }) => state === 'open');
  const branch = branches[prng.below(branches.length)] ?? '';
  const pull = open[prng.below(open.length)];
  if (open.length < wanted || pull === undefined) {
    openPull(world, branch);
    return;
  }
  const { number } = pull;
  const text = String(world.now);
  const deeds: readonly [weight: number, deed: () => unknown][] = [
    [25, () => world.pushToPull(number, { [`sacks/${number}.txt`]: text })],
    [20, () => approve(world, pull)],
    [15, () => toggleLabel(world, pull)],
    [15, () => world.changePull(number, { title: `Sack ${number}, of ${text}` }, 'edited')],
    [18, () => world.report(number, { name: 'lint', app: null, state: 'success' })],
    [5, () => world.changePull(number, { state: 'closed' }, 'closed')],
    [2, () => world.push(branch, { 'direct.txt': text })],
  ];
  let draw = prng.below(deeds.reduce((sum, [weight]) => sum + weight, 0));
  const drawn = deeds.find(([weight]) => {
    draw -= weight;
    return draw < 0;
  });
  drawn?.[1]();
}

const approve = (world: GithubWorld, { number }: WorldPull): void =>
  world.changePull(number, { approvedBy: ['bob'] }, 'submitted');

function toggleLabel(world: GithubWorld, { number, labels }: WorldPull): void {
  const isHeld = labels.includes('do-not-merge');
  const change = { labels: isHeld ? [] : ['do-not-merge'] };
  world.changePull(number, change, isHeld ? 'unlabeled' : 'labeled');
}

/** Ends the tests that have run long enough. */
export function endTests(world: BatchWorld, now: number, prng: Prng): void {
  const [least, most] = TEST_MS;
  for (const batch of world.running) {
    const ranMs = now - batch.begunAt;
    if (ranMs < least + ((batch.id * 7_919) % (most - least))) continue;
    world.finish(batch, prng.chance(FAILING) ? 'failure' : 'success');
  }
}
