// GitHub's JSON of a commit status. Pure reading.

import type { Status } from '../model/check.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { loginJson } from './account.ts';
import { nodeId } from './node-id.ts';

/** As a combined status lists it. */
export function plainStatusJson(world: World, repository: Repository, sha: string, status: Status) {
  return {
    url: `${world.url}/repos/${fullName(repository.record)}/statuses/${sha}`,
    avatar_url: `${world.url}/${encodeURIComponent(status.creator)}.png`,
    id: status.id,
    node_id: nodeId('Status', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export const statusJson = (world: World, repository: Repository, sha: string, status: Status) => ({
  ...plainStatusJson(world, repository, sha, status),
  creator: loginJson(world, status.creator),
});
