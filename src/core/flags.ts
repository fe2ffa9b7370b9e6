// The three dirty flags as counters (S2.1, S2.2). Marking counts up; a pass settles to the count
// that it saw when it began to look, so a mark made meanwhile is never lost.
import type { Flag, Flags, GithubFlag } from '../../schemas/state.ts';

/** `read` says what of GitHub to read again: one pull request, the branch alone, or everything. */
export type FlagMark =
  | { readonly flag: 'github'; readonly read: 'everything' | 'branch' | number }
  | { readonly flag: 'batch' }
  | { readonly flag: 'state' };

export const cleanFlags: Flags = {
  github: { marked: 0, settled: 0, everything: 0, pulls: {} },
  batch: { marked: 0, settled: 0 },
  state: { marked: 0, settled: 0 },
};

export const isDirty = (flag: Flag): boolean => flag.marked > flag.settled;

export function mark(flags: Flags, what: FlagMark): Flags {
  switch (what.flag) {
    case 'github':
      return { ...flags, github: markGithub(flags.github, what.read) };
    case 'batch':
    case 'state': {
      const flag = flags[what.flag];
      return { ...flags, [what.flag]: { ...flag, marked: flag.marked + 1 } };
    }
  }
}

export const markAll = (flags: Flags): Flags =>
  (
    [{ flag: 'github', read: 'everything' }, { flag: 'batch' }, { flag: 'state' }] as const
  ).reduce<Flags>((marked, what) => mark(marked, what), flags);

function markGithub(flag: GithubFlag, read: 'everything' | 'branch' | number): GithubFlag {
  const marked = flag.marked + 1;
  return {
    ...flag,
    marked,
    everything: read === 'everything' ? marked : flag.everything,
    pulls: typeof read === 'number' ? { ...flag.pulls, [read]: marked } : flag.pulls,
  };
}

/** What has to be read from GitHub again. The branch's SHA is read in any case. */
export function githubScope(flag: GithubFlag): { everything: boolean; pulls: number[] } {
  return {
    everything: flag.everything > flag.settled,
    pulls: Object.keys(flag.pulls).map(Number),
  };
}

export const settle = <F extends Flag>(flag: F, seen: number): F => ({
  ...flag,
  settled: Math.max(flag.settled, seen),
});

/** Forgets the single pull requests that were asked for up to `seen`, too. */
export function settleGithub(flag: GithubFlag, seen: number): GithubFlag {
  const later = Object.entries(flag.pulls).filter(([, at]) => at > seen);
  return { ...settle(flag, seen), pulls: Object.fromEntries(later) };
}
