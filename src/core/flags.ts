// The three dirty flags as counters (S2.1, S2.2). Marking counts up; a pass settles to the count
// that it saw when it began to look, so a mark made meanwhile is never lost.
import type { Flag, Flags, ScopedFlag } from '../../schemas/flags.ts';

/**
 * `read` says what to read again. Of GitHub one pull request, the branch alone, which is read in any case, or
 * everything; of Batch one batch, or everything that may have changed.
 */
export type FlagMark =
  | { readonly flag: 'github'; readonly read: 'everything' | 'branch' | number }
  | { readonly flag: 'batch'; readonly read: 'everything' | number }
  | { readonly flag: 'state' };

const clean: ScopedFlag = { marked: 0, settled: 0, everything: 0, single: {} };

export const cleanFlags: Flags = {
  github: clean,
  batch: clean,
  state: { marked: 0, settled: 0 },
};

export const isDirty = (flag: Flag): boolean => flag.marked > flag.settled;

export function mark(flags: Flags, what: FlagMark): Flags {
  switch (what.flag) {
    case 'github':
    case 'batch':
      return { ...flags, [what.flag]: markScoped(flags[what.flag], what.read) };
    case 'state':
      return { ...flags, state: { ...flags.state, marked: flags.state.marked + 1 } };
  }
}

export const markAll = (flags: Flags): Flags =>
  (
    [
      { flag: 'github', read: 'everything' },
      { flag: 'batch', read: 'everything' },
      { flag: 'state' },
    ] as const
  ).reduce<Flags>((marked, what) => mark(marked, what), flags);

function markScoped(flag: ScopedFlag, read: 'everything' | 'branch' | number): ScopedFlag {
  const marked = flag.marked + 1;
  return {
    marked,
    settled: flag.settled,
    everything: read === 'everything' ? marked : flag.everything,
    single: typeof read === 'number' ? { ...flag.single, [read]: marked } : flag.single,
  };
}

/** What has to be read again. */
export function scopeOf(flag: ScopedFlag): { everything: boolean; single: number[] } {
  return {
    everything: flag.everything > flag.settled,
    single: Object.keys(flag.single).map(Number),
  };
}

export const settle = <F extends Flag>(flag: F, seen: number): F => ({
  ...flag,
  settled: Math.max(flag.settled, seen),
});

/** Forgets the single things that were asked for up to `seen`, too. */
export function settleScoped(flag: ScopedFlag, seen: number): ScopedFlag {
  const later = Object.entries(flag.single).filter(([, at]) => at > seen);
  return { ...settle(flag, seen), single: Object.fromEntries(later) };
}
