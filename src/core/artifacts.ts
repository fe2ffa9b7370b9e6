// Where a test keeps its files: under a name of its own, made of what is tested, so that it can be told at any time.
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { BranchConfig } from './config.ts';
import { digest } from './digest.ts';

/** Two branches may test one commit of one pull request: each in a place of its own. */
export const testToken = (
  { name }: BranchConfig,
  pr: PullNumber,
  testedSha: Sha,
  attempt: number,
): string => `pr-${pr}-${digest(name)}-${testedSha}-${attempt}`;

export const artifactsUri = (storageUri: string, token: string): string =>
  `${storageUri}/build/${token}`;
