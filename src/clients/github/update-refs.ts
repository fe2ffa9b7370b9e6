// GitHub's atomic, compare-and-swap move of several refs.
import { z } from 'zod';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { GithubApi } from './api.ts';
import { UPDATE_REFS } from './queries.ts';

/** Stands for "no such ref": as `beforeOid` it must not exist, as `afterOid` it is deleted. */
export const NO_COMMIT = '0'.repeat(40);

export interface RefUpdate {
  /** In full, `refs/…`. */
  readonly name: string;
  /** Where the ref must be now; absent: wherever it is. */
  readonly beforeOid?: string;
  readonly afterOid: string;
  readonly force: boolean;
}

const Moved = z.object({ updateRefs: z.object({}) });

/** All or nothing. */
export async function updateRefs(
  api: GithubApi,
  repository: { repositoryId(): Promise<Result<string, Fault>> },
  refUpdates: readonly RefUpdate[],
): Promise<Result<void, Fault>> {
  const repositoryId = await repository.repositoryId();
  if (!repositoryId.ok) return repositoryId;
  const moved = await api.graphql(
    UPDATE_REFS,
    { repositoryId: repositoryId.value, refUpdates },
    Moved,
  );
  return moved.ok ? ok(undefined) : moved;
}
