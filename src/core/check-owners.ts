// Whose check stands on a commit that several pull requests have.
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';

/** The oldest of those that share a commit: two would overwrite each other's check for ever. */
export const checkOwners = ({ pulls }: BranchState): Map<Sha, PullNumber> =>
  new Map(
    Object.values(pulls)
      .toSorted((a, b) => b.facts.number - a.facts.number)
      .map(({ facts }) => [facts.source.sha, facts.number]),
  );
