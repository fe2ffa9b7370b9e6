// The refs that are ours alone, by name: the tested commits' own corner, which is no branch, so that nobody's CI
// runs on what is kept there; and the scratch branches on which GitHub merges, for the time of a few calls.
import type { BranchName, PullNumber, Sha } from '../../schemas/ids.ts';

/** So many digits of a commit are in the name of a scratch branch. */
const NAMED_BY = 12;

/** The commit that is tested for a pull request. */
export const testRef = (branch: BranchName, pr: PullNumber): string =>
  `${testRefFolder(branch)}${pr}`;

export const testRefFolder = (branch: BranchName): string => `refs/sluice/${shortName(branch)}/`;

/**
 * A call that was given up may still arrive later: with both commits in the name, it can do nothing there but
 * what we do ourselves.
 */
export const scratchRef = (
  branch: BranchName,
  { pr, sourceSha, targetSha }: { pr: PullNumber; sourceSha: Sha; targetSha: Sha },
): string =>
  `${scratchFolder(branch)}${pr}/${targetSha.slice(0, NAMED_BY)}-${sourceSha.slice(0, NAMED_BY)}`;

/** Of a branch called `sluice`, say of the pull request that brings Sluice, git could have none below it. */
export const scratchFolder = (branch: BranchName): string =>
  `refs/heads/sluice-scratch/${shortName(branch)}/`;

/** @returns the pull request whose tested commit it keeps, null for any other ref */
export function pullOfTestRef(branch: BranchName, ref: string): PullNumber | null {
  const folder = testRefFolder(branch);
  const number = Number(ref.slice(folder.length));
  return ref.startsWith(folder) && Number.isSafeInteger(number) && number > 0 ? number : null;
}

const shortName = (branch: BranchName): string => branch.slice(branch.indexOf(':') + 1);
