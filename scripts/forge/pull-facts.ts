// What git and the branch's rules say about a pull request: its size, whether it merges, in which state
// the merge button is. Sizes and merges are kept by SHA, since they cannot change for the same commits.

import { requiredChecks } from './branch-rules.ts';
import { missingChecks, reportsOf } from './checks-of-commit.ts';
import type { PullFacts } from './json/pull.ts';
import type { Pull } from './model/pull.ts';
import { reviewDecision } from './protection.ts';
import type { Repository } from './repositories.ts';
import { testMergeOf } from './test-merge.ts';
import type { Trial } from './trial-merge.ts';
import type { World } from './world.ts';

type Size = Pick<PullFacts, 'commits' | 'additions' | 'deletions' | 'changedFiles'>;

const sizes = new WeakMap<Repository, Map<string, Size>>();

/** Whoever reads it over the API is told null at first; the forge itself only looks. */
export type Asking = 'reads' | 'looks';

/** The trial merge of an open pull request into its branch as it is now; undefined = not known yet. */
export function trialOf(
  world: World,
  { git, record }: Repository,
  pull: Pull,
  asking: Asking,
): Trial | undefined {
  const base = git.refs.get(`refs/heads/${pull.base.ref}`);
  if (base === undefined || pull.state.kind !== 'open') return undefined;
  const unknownReads = asking === 'reads' ? record.knobs.mergeable_unknown_reads : 0;
  return world.trials.result(git, base, pull.head.sha, unknownReads);
}

export async function pullFacts(
  world: World,
  repository: Repository,
  pull: Pull,
  asking: Asking = 'looks',
): Promise<PullFacts> {
  const size = await pullSize(repository, pull);
  const trial = trialOf(world, repository, pull, asking);
  const mergeable = trial === undefined ? null : trial.kind === 'clean';
  const testMerge = testMergeOf(world, repository, pull);
  return {
    ...size,
    mergeable,
    mergeableState: mergeableState(world, repository, pull, mergeable),
    mergeCommit: pull.state.kind === 'merged' ? pull.state.commit : (testMerge?.commit ?? null),
  };
}

/** GitHub's one word for what the merge button would say. */
export function mergeableState(
  world: World,
  repository: Repository,
  pull: Pull,
  mergeable: boolean | null,
): string {
  if (pull.state.kind !== 'open' || mergeable === null) return 'unknown';
  if (!mergeable) return 'dirty';
  if (pull.draft) return 'draft';
  const { record } = repository;
  const appOf = (login: string) => world.appOf(world.account(login))?.id ?? null;
  const reports = reportsOf(record, pull.head.sha, appOf);
  const decision = reviewDecision(world, repository, pull);
  const isBlocked =
    missingChecks(requiredChecks(record, pull.base.ref), reports).length > 0 ||
    decision === 'REVIEW_REQUIRED' ||
    decision === 'CHANGES_REQUESTED';
  if (isBlocked) return 'blocked';
  return reports.every(({ passes }) => passes) ? 'clean' : 'unstable';
}

async function pullSize(repository: Repository, pull: Pull): Promise<Size> {
  const known = sizes.get(repository) ?? new Map<string, Size>();
  sizes.set(repository, known);
  const key = `${pull.base.sha}...${pull.head.sha}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const { git } = repository;
  const [commits, stat] = await Promise.all([
    git.commitsSince(pull.head.sha, pull.base.sha),
    git.git(['diff', '--shortstat', key]).catch(() => ''),
  ]);
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(stat)?.[1] ?? 0);
  const size = {
    commits: commits.length,
    additions: count('insertion'),
    deletions: count('deletion'),
    changedFiles: count('file'),
  };
  known.set(key, size);
  return size;
}
