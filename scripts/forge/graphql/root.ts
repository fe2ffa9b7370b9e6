// GraphQL: where queries and mutations begin.

import { z } from 'zod';
import { ZERO } from '../git-repository.ts';
import { nodeId } from '../json/node-id.ts';
import { callerOf } from '../limits.ts';
import type { Pull } from '../model/pull.ts';
import { fullName } from '../model.ts';
import { setDraft } from '../pull-requests.ts';
import { moveRefs, type WantedMove } from '../ref-changes.ts';
import { Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import { workflowPermit } from '../workflow-files.ts';
import { accountNode } from './nodes.ts';
import { organizationNode } from './people.ts';
import { pullNode } from './pull.ts';
import { repositoryNode } from './repository.ts';
import { isVisible, refusalOf, type Viewer } from './viewer.ts';

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
const pullInput = z.object({
  pullRequestId: z.string(),
  clientMutationId: z.string().nullish(),
});

export function rootOf(viewer: Viewer): object {
  const { world, identity } = viewer;
  const login = ({ login }: { readonly login: string }) => world.accounts.find(login);
  return {
    viewer: () => accountNode(world, identity.account),
    rateLimit: () => rateLimitNode(viewer),
    repository: ({ owner, name }: { readonly owner: string; readonly name: string }) => {
      const repository = world.find(`${owner}/${name}`);
      if (repository !== undefined && isVisible(viewer, repository)) {
        return repositoryNode(world, repository);
      }
      throw new Refusal(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    },
    user: (asked: { readonly login: string }) => {
      const account = login(asked);
      if (account?.kind === 'User') return accountNode(world, account);
      throw new Refusal(404, `Could not resolve to a User with the login of '${asked.login}'.`);
    },
    organization: (asked: { readonly login: string }) => {
      const account = login(asked);
      if (account?.kind === 'Organization') return organizationNode(world, account);
      const who = `an Organization with the login of '${asked.login}'`;
      throw new Refusal(404, `Could not resolve to ${who}.`);
    },
    node: ({ id }: { readonly id: string }) => nodeOf(viewer, id),
    updateRefs: ({ input }: { readonly input: unknown }) => updateRefs(viewer, input),
    convertPullRequestToDraft: ({ input }: { readonly input: unknown }) =>
      changeDraft(viewer, input, true),
    markPullRequestReadyForReview: ({ input }: { readonly input: unknown }) =>
      changeDraft(viewer, input, false),
  };
}

function rateLimitNode({ limits, identity, cost }: Viewer) {
  const { limit, used, remaining, reset } = limits.allowance(callerOf(identity), 'graphql');
  return {
    cost: cost.points,
    limit,
    remaining,
    used,
    nodeCount: cost.nodes,
    resetAt: new Date(reset * 1000).toISOString(),
  };
}

const unresolved = (id: string): Refusal =>
  new Refusal(404, `Could not resolve to a node with the global id of '${id}'`);

function nodeOf(viewer: Viewer, id: string): object {
  const { world } = viewer;
  const found = pullById(viewer, id);
  if (found !== undefined) return pullNode(world, found.repository, found.pull);
  const repository = repositoryById(viewer, id);
  return { __typename: 'Repository', ...repositoryNode(world, repository) };
}

function repositoryById(viewer: Viewer, id: string): Repository {
  const found = viewer.world.repositories.find(
    ({ record }) => nodeId('Repository', record.id) === id,
  );
  if (found !== undefined && isVisible(viewer, found)) return found;
  throw unresolved(id);
}

function pullById(viewer: Viewer, id: string): { repository: Repository; pull: Pull } | undefined {
  for (const repository of viewer.world.repositories) {
    const pull = repository.record.pulls.find((one) => nodeId('PullRequest', one.id) === id);
    if (pull !== undefined && isVisible(viewer, repository)) return { repository, pull };
  }
  return undefined;
}

/** Throws a 403 Refusal when neither the person nor the token may. */
function requireRight(viewer: Viewer, repository: Repository, what: string, permission: string) {
  const { world, identity } = viewer;
  const missing = refusalOf(viewer, repository, permission, 'write');
  if (missing !== null) throw missing;
  if (identity.kind === 'installation' || world.canPush(repository, identity.account)) return;
  const who = `${identity.account.login} does not have the correct permissions to execute`;
  throw new Refusal(403, `${who} \`${what}\` on ${fullName(repository.record)}`);
}

/** All the updates or none. Throws Refusals, which GraphQL answers as errors with status 200. */
async function updateRefs(viewer: Viewer, input: unknown) {
  const { world, identity } = viewer;
  const parsed = updateRefsInput.safeParse(input);
  if (!parsed.success) throw new Refusal(422, z.prettifyError(parsed.error));
  const { repositoryId, refUpdates, clientMutationId } = parsed.data;
  const repository = repositoryById(viewer, repositoryId);
  requireRight(viewer, repository, 'UpdateRefs', 'contents');
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
  const rights = {
    workflows: workflowPermit(identity, repository),
    bypassHolds: repository.record.knobs.update_refs_bypass,
  };
  await world.exclusive(repository, () =>
    moveRefs(world, repository, identity.account, moves, rights),
  );
  return { clientMutationId: clientMutationId ?? null };
}

async function changeDraft(viewer: Viewer, input: unknown, draft: boolean) {
  const { world, identity } = viewer;
  const parsed = pullInput.safeParse(input);
  if (!parsed.success) throw new Refusal(422, z.prettifyError(parsed.error));
  const { pullRequestId, clientMutationId } = parsed.data;
  const found = pullById(viewer, pullRequestId);
  if (found === undefined) throw unresolved(pullRequestId);
  const { repository, pull } = found;
  const what = draft ? 'ConvertPullRequestToDraft' : 'MarkPullRequestReadyForReview';
  if (identity.account.login !== pull.author) {
    requireRight(viewer, repository, what, 'pull_requests');
  }
  await setDraft(world, repository, pull, identity.account, draft);
  const pullRequest = pullNode(world, repository, pull);
  return { clientMutationId: clientMutationId ?? null, pullRequest };
}
