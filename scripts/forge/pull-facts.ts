// What git says about a pull request: its size and whether it merges. Cached by SHA, since neither
// answer can change for the same two commits.

import type { PullFacts } from './json.ts';
import type { Pull } from './model.ts';
import type { Trial } from './trial-merge.ts';
import type { Repository, World } from './world.ts';

type Size = Pick<PullFacts, 'commits' | 'additions' | 'deletions' | 'changedFiles'>;

const sizes = new WeakMap<Repository, Map<string, Size>>();

/** The trial merge of an open pull request into its branch as it is now; undefined = not known yet. */
export function trialOf(world: World, { git }: Repository, pull: Pull): Trial | undefined {
  const base = git.refs.get(`refs/heads/${pull.base.ref}`);
  if (base === undefined || pull.state.kind !== 'open') return undefined;
  return world.trials.result(git, base, pull.head.sha);
}

export async function pullFacts(
  world: World,
  repository: Repository,
  pull: Pull,
): Promise<PullFacts> {
  const size = await pullSize(repository, pull);
  const trial = trialOf(world, repository, pull);
  const testMerge = trial?.kind === 'clean' ? trial.commit.sha : null;
  return {
    ...size,
    mergeable: trial === undefined ? null : trial.kind === 'clean',
    mergeCommit: pull.state.kind === 'merged' ? pull.state.commit : testMerge,
  };
}

async function pullSize(repository: Repository, pull: Pull): Promise<Size> {
  const known = sizes.get(repository) ?? new Map<string, Size>();
  sizes.set(repository, known);
  const key = `${pull.base.sha}...${pull.head.sha}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const { git } = repository;
  const [commits, stat] = await Promise.all([
    git.commitsSince(pull.head.sha, [pull.base.sha]),
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
