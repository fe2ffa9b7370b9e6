// Checks on a commit that several pull requests have: whose stands there, and what may have been posted for another.
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';

/** The oldest of those that share a commit: two would overwrite each other's check for ever. */
export const checkOwners = ({ pulls }: BranchState): Map<Sha, PullNumber> =>
  new Map(
    Object.values(pulls)
      .toSorted((a, b) => b.facts.number - a.facts.number)
      .map(({ facts }) => [facts.source.sha, facts.number]),
  );

/**
 * By the keys of the outbox: posts whose answers were lost, on commits of which we have seen no check. Nobody may want such a
 * post any more, since its pull request has moved on, and another that has the commit must know of it.
 */
export function checksInDoubt({ outbox, pulls }: BranchState): string[] {
  const rows = Object.entries(outbox).filter(([, { state }]) => state !== 'failed');
  if (rows.length === 0) return [];
  const bare = new Set(
    Object.values(pulls).flatMap(({ facts }) => (facts.shown === null ? [facts.source.sha] : [])),
  );
  return rows.flatMap(([key, { action }]) =>
    action.kind === 'post_check' && bare.has(action.sha) ? [key] : [],
  );
}
