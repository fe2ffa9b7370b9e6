// GraphQL: where queries and mutations begin.

import { z } from 'zod';
import { ZERO } from '../git-repository.ts';
import { nodeId } from '../json.ts';
import { type Account, fullName } from '../model.ts';
import { moveRefs, type WantedMove } from '../ref-changes.ts';
import { Refusal } from '../refusal.ts';
import type { Repository, World } from '../world.ts';
import { accountNode } from './nodes.ts';
import { repositoryNode } from './repository.ts';

const HOUR_MS = 3_600_000;

const oid = z.string().regex(/^[0-9a-f]{40}$/, 'is not a full SHA-1');
const updateRefsInput = z.object({
  repositoryId: z.string(),
  clientMutationId: z.string().nullish(),
  refUpdates: z.array(
    z.object({
      name: z.string(),
      beforeOid: oid.nullish(),
      afterOid: oid,
      force: z.boolean().nullish(),
    }),
  ),
});

export function rootOf(world: World, actor: Account, clock: () => Date): object {
  return {
    viewer: () => accountNode(world, actor),
    rateLimit: () => ({
      cost: 1,
      limit: 5000,
      remaining: 4999,
      used: 1,
      nodeCount: 1,
      resetAt: new Date((Math.floor(clock().getTime() / HOUR_MS) + 1) * HOUR_MS).toISOString(),
    }),
    repository: ({ owner, name }: { readonly owner: string; readonly name: string }) => {
      const repository = world.find(`${owner}/${name}`);
      if (repository !== undefined) return repositoryNode(world, repository);
      throw new Refusal(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    },
    node: ({ id }: { readonly id: string }) => {
      const repository = repositoryById(world, id);
      return { __typename: 'Repository', ...repositoryNode(world, repository) };
    },
    updateRefs: ({ input }: { readonly input: unknown }) => updateRefs(world, actor, input),
  };
}

function repositoryById(world: World, id: string): Repository {
  const found = world.repositories.find(({ record }) => nodeId('Repository', record.id) === id);
  if (found !== undefined) return found;
  throw new Refusal(404, `Could not resolve to a node with the global id of '${id}'`);
}

/** All the updates or none. Throws Refusals, which GraphQL answers as errors with status 200. */
async function updateRefs(world: World, actor: Account, input: unknown) {
  const parsed = updateRefsInput.safeParse(input);
  if (!parsed.success) throw new Refusal(422, z.prettifyError(parsed.error));
  const { repositoryId, refUpdates, clientMutationId } = parsed.data;
  const repository = repositoryById(world, repositoryId);
  if (!world.canPush(repository, actor)) {
    const who = `${actor.login} does not have the correct permissions to execute \`UpdateRefs\``;
    throw new Refusal(403, `${who} on ${fullName(repository.record)}`);
  }
  const names = new Set(refUpdates.map(({ name }) => name));
  if (names.size < refUpdates.length) throw new Refusal(422, 'A ref may be updated only once.');
  const moves = refUpdates.map(
    ({ name, beforeOid, afterOid, force }): WantedMove => ({
      name,
      before: beforeOid === ZERO ? null : (beforeOid ?? undefined),
      after: afterOid === ZERO ? null : afterOid,
      force: force ?? false,
    }),
  );
  await world.exclusive(repository, () => moveRefs(world, repository, actor, moves));
  return { clientMutationId: clientMutationId ?? null };
}
