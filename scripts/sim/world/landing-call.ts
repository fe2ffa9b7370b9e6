// What a call would do to branches, read off its own words; and the test that speaks for a landing.
import type { BranchName, PullNumber, Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import type { BatchPurpose } from '../../../src/core/observation.ts';
import { type BatchWorld, succeededJobs, type WorldBatch } from './batch-world.ts';
import { type GithubWorld, headRef } from './github-world.ts';
import type { RefUpdate } from './graphql-requests.ts';
import { stepsOf } from './toy-compiler.ts';
import type { Call } from './wire.ts';
import type { WorldLanding } from './world-pull.ts';

interface Move {
  readonly branch: string;
  /** Where it must be for the move to happen; null: wherever it is. */
  readonly from: Sha | null;
  readonly to: Sha | null;
}

/** Of a call that moves the watched branch. */
export interface Moves {
  /** The watched branch, whole: `owner/repo:branch`. */
  readonly on: BranchName;
  readonly branch: Move;
  readonly pr: PullNumber;
  /** Other branches that move with it. */
  readonly others: readonly Move[];
  /** GitHub is to merge this commit of the pull request, wherever the branch is; null: it is no such call. */
  readonly merges: Sha | null;
}

/** @returns null when the watched branch stays where it is, whatever comes of the call */
export function movesOf(
  { name, args }: Call,
  { config }: { readonly config: BranchConfig },
): Moves | null {
  const ref = headRef(config.branch);
  if (name === 'github.land') {
    const updates = args[0] as readonly RefUpdate[];
    const heads = updates.filter(({ name }) => name.startsWith('refs/heads/')).map(moveOf);
    const branch = heads.find((move) => headRef(move.branch) === ref);
    if (!branch) return null;
    const kept = updates.find(({ name }) => name.startsWith('refs/sluice/'));
    const others = heads.filter((move) => move !== branch);
    const pr = Number(kept?.name.split('/').at(-1));
    return { on: config.name, branch, pr, others, merges: null };
  }
  if (name === 'github.mergePull') {
    const [pr, merges] = args as [PullNumber, Sha];
    return { on: config.name, branch: anywhere(config), pr, others: [], merges };
  }
  const isOther =
    (/\.(create|move|delete)Ref$/.test(name) && args[0] === ref) ||
    (name === 'github.merge' && args[0] === config.branch);
  if (!isOther) return null;
  return { on: config.name, branch: anywhere(config), pr: 0, others: [], merges: null };
}

const moveOf = ({ name, beforeOid, afterOid }: RefUpdate): Move => ({
  branch: name.slice('refs/heads/'.length),
  from: (beforeOid as Sha | undefined) ?? null,
  to: afterOid as Sha,
});

const anywhere = ({ branch }: BranchConfig): Move => ({ branch, from: null, to: null });

type TestPurpose = Extract<BatchPurpose, { kind: 'test' }>;

interface World {
  readonly batch: BatchWorld;
  readonly github: GithubWorld;
}

/**
 * The source commit of what landed. By our own move of the branch it may be another than the one that the pull request had
 * in that moment: of a fork, or of a branch that serves for more, a push cannot be compared with, and comes too late.
 */
export function landedSource(
  { batch }: Pick<World, 'batch'>,
  { sha, sourceSha }: WorldLanding,
): Sha {
  const tests = batch.all.filter(({ runs }) => runs === sha).map(({ purpose }) => purpose);
  return tests.find((purpose) => purpose.kind === 'test')?.sourceSha ?? sourceSha;
}

/**
 * Is the commit what was tested: of that tree, and with the parents that its method gives it? The very commit, unless GitHub
 * made another.
 */
export function isAsTested(
  { github: { graph } }: Pick<World, 'github'>,
  sha: Sha,
  { method, sourceSha, targetSha, testedTree }: TestPurpose,
): boolean {
  const { tree, parents } = graph.get(sha);
  const expected = method === 'merge' ? [targetSha, sourceSha] : [targetSha];
  return tree === testedTree && parents.join() === expected.join();
}

/**
 * What was tested, when a batch passed with all of its jobs on the very commit that is to land, and every step of its
 * build.yaml has passed there or in an earlier batch for the same commits. Of a merge by GitHub: on the commit on which the
 * branch was seen, of the source commit that it is to merge.
 * @param seen null: on whichever
 */
export function proofOf(
  { batch, github }: World,
  { branch, pr, on, merges }: Moves,
  seen: Sha | null = null,
): TestPurpose | null {
  const isAboutIt = ({ runs, purpose }: WorldBatch): boolean => {
    if (purpose.kind !== 'test' || purpose.pr !== pr) return false;
    if (merges === null) return purpose.targetSha === branch.from && runs === branch.to;
    return purpose.sourceSha === merges && (seen === null || purpose.targetSha === seen);
  };
  for (const each of batch.all) {
    const { purpose, attributes } = each;
    if (
      purpose.kind === 'test' &&
      attributes['target_branch'] === on &&
      isAboutIt(each) &&
      hasPassed(each) &&
      isWhole(each, { batch, github })
    )
      return purpose;
  }
  return null;
}

const hasPassed = ({ submitted, counters }: WorldBatch): boolean =>
  submitted > 0 && counters.complete && counters.n_succeeded === submitted;

function isWhole({ runs, purpose, attributes }: WorldBatch, { batch, github }: World): boolean {
  const { tree, files } = github.graph.get(runs);
  const passed = new Set(
    batch.all
      .filter((other) => other.attributes['target_branch'] === attributes['target_branch'])
      .filter((other) => isSameTest(purpose, other.purpose))
      .filter((other) => github.graph.get(other.runs).tree === tree)
      .flatMap(succeededJobs),
  );
  return stepsOf(files['build.yaml'])?.every((step) => passed.has(step)) ?? false;
}

const isSameTest = (a: BatchPurpose, b: BatchPurpose): boolean =>
  a.kind === 'test' &&
  b.kind === 'test' &&
  a.pr === b.pr &&
  a.sourceSha === b.sourceSha &&
  a.targetSha === b.targetSha;
