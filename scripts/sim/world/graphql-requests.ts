// GitHub's GraphQL operations in memory, as the real client asks them. Reads show what the world shows, writes
// meet the truth.
import type { Sha } from '../../../schemas/ids.ts';
import { type Answer, type Ask, failed, found } from './ask.ts';
import { type GithubWorld, headOf, type View } from './github-world.ts';
import { mergeNode, pullNode } from './pull-node.ts';

/** A change of one ref, as GitHub's `updateRefs` takes it. */
export interface RefUpdate {
  readonly name: string;
  readonly beforeOid?: string;
  readonly afterOid: string;
  readonly force: boolean;
}

const NO_COMMIT = '0'.repeat(40);

/** By the name of the operation. @param query for the numbers of the pull requests that it asks for */
export const graphqlRequests: Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: each operation's own variables; what the client sends is checked against the forge.
  Record<string, (variables: any, query: string) => Ask>
> = {
  PullPage: ({ base, check, app = null, first, after, isFirst, scratch, kept }) => ({
    name: 'readPage',
    args: [after],
    effect: (world) => {
      const { shown } = world;
      const open = Object.values(shown.pulls).filter(
        (pull) => pull.state === 'open' && pull.base === base,
      );
      // By position, as GitHub's pages are: what closes between two pages shifts another out of sight.
      const from = Number(after ?? 0);
      const to = from + Math.min(first, world.pullsPerPage);
      const pullRequests = {
        nodes: open
          .slice(from, to)
          .map((pull) => pullNode(world, shown, pull, { check, app, isAlone: false })),
        pageInfo: { hasNextPage: to < open.length, endCursor: String(to) },
      };
      const own = isFirst ? { scratch: refsIn(shown, scratch), kept: refsIn(shown, kept) } : {};
      const parts = { ...repository(world, shown, base), ...own, pullRequests };
      return found({ errors: [], repository: parts });
    },
  }),
  Pulls: ({ ref, check, app = null, commit = null }, query) => {
    const numbers = [...query.matchAll(/\bpr(\d+): /g)].map(([, digits]) => Number(digits));
    return {
      name: 'readPulls',
      args: [numbers],
      effect: (world) => {
        const { shown, graph } = world;
        const nodes = numbers.map((number) => {
          const pull = shown.pulls[number];
          return [
            `pr${number}`,
            pull ? pullNode(world, shown, pull, { check, app, isAlone: true }) : null,
          ] as const;
        });
        const parts = repository(world, shown, branchOf(ref));
        const message = commit && { commit: { message: graph.get(commit).message } };
        return found({
          errors: [],
          repository: { ...parts, ...message, ...Object.fromEntries(nodes) },
        });
      },
    };
  },
  Head: ({ ref }) => ({
    name: 'readHead',
    args: [],
    effect: (world) => found({ repository: repository(world, world.shown, branchOf(ref)) }),
  }),
  MergeState: ({ number }: { number: number }) => ({
    name: 'readMergeState',
    args: [number],
    effect: ({ shown }) => {
      const pull = shown.pulls[number];
      return found({ repository: { pullRequest: pull ? mergeNode(pull) : null } });
    },
  }),
  Authors: ({ number }: { number: number }) => ({
    name: 'readAuthors',
    args: [number],
    effect: ({ shown, hidesCommits }) => {
      const pull = shown.pulls[number];
      if (!pull) return found({ repository: { pullRequest: null } });
      // Of a bot GitHub knows no user.
      const user = pull.author.endsWith('[bot]') ? null : { login: pull.author };
      const authors = { nodes: [{ name: pull.author, email: null, user }] };
      const nodes = hidesCommits ? [] : [{ commit: { oid: pull.source.sha, authors } }];
      const pageInfo = { hasPreviousPage: false, startCursor: null };
      return found({ repository: { pullRequest: { commits: { nodes, pageInfo } } } });
    },
  }),
  Comments: ({ number }: { number: number }) => ({
    name: 'readComments',
    args: [number],
    effect: ({ shown }) => {
      const nodes = (shown.pulls[number]?.comments ?? []).map(({ id, body }) => ({
        ...{ databaseId: id, body, viewerDidAuthor: true },
      }));
      const comments = { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
      return found({ repository: { pullRequest: { comments } } });
    },
  }),
  /** A file's text is its id. */
  Files: ({ owner: _, repo: __, commit, ...expressions }: Record<string, string>) => ({
    name: 'readFiles',
    args: [Object.values(expressions)],
    effect: ({ graph }) => {
      const files = Object.entries(expressions).map(([alias, expression]) => {
        const [sha, path = ''] = expression.split(':') as [Sha, string];
        const text = graph.get(sha).files[path];
        return [
          alias,
          text === undefined ? null : { oid: text, text, isTruncated: false },
        ] as const;
      });
      return found({ repository: { commit: { oid: commit }, ...Object.fromEntries(files) } });
    },
  }),
  UpdateRefs: ({ refUpdates }: { refUpdates: readonly RefUpdate[] }) => ({
    name: refUpdates.some(isBranchMove) ? 'land' : 'keepCommit',
    args: [refUpdates],
    effect: (world) => updateRefs(world, refUpdates),
  }),
};

/** Of a branch of people's, as against those that only exist for a merge. */
const isBranchMove = ({ name }: RefUpdate): boolean =>
  name.startsWith('refs/heads/') && !name.startsWith('refs/heads/sluice-scratch/');

const refsIn = ({ refs }: View, prefix: string) => ({
  nodes: Object.keys(refs)
    .filter((ref) => ref.startsWith(prefix))
    .map((ref) => ({ prefix, name: ref.slice(prefix.length) })),
});

const branchOf = (ref: string): string => ref.replace(/^refs\/heads\//, '');

function repository({ graph }: GithubWorld, view: View, branch: string) {
  const sha = headOf(view, branch);
  const commit = sha && graph.get(sha);
  return {
    id: 'R_1',
    defaultBranchRef: { name: 'main' },
    ref: commit
      ? {
          target: {
            oid: commit.sha,
            tree: { oid: commit.tree },
            parents: { nodes: commit.parents.map((oid) => ({ oid })) },
          },
        }
      : null,
  };
}

/** All or nothing. GitHub says no in an error of GraphQL, whatever the reason. */
function updateRefs(world: GithubWorld, updates: readonly RefUpdate[]): Answer {
  const { view, graph } = world;
  const refused = (message: string): Answer => failed(200, message);
  for (const { name, beforeOid, afterOid, force } of updates) {
    const now = view.refs[name];
    if (beforeOid !== undefined && (now ?? NO_COMMIT) !== beforeOid)
      return refused(`${name} is at ${now ?? 'no commit'}, not at ${beforeOid}`);
    if (!force && now && !graph.contains(afterOid as Sha, now))
      return refused(`${name} cannot be fast-forwarded`);
  }
  const kept = updates.find(({ name }) => name.startsWith('refs/sluice/'));
  const pr = Number(kept?.name.split('/').at(-1));
  const landing = updates.find(isBranchMove);
  const words = landing && world.refusals.get(pr);
  if (words !== undefined) return refused(words);
  const source = view.pulls[pr]?.source;
  const moves = updates.map(
    ({ name, afterOid }) => [name, afterOid === NO_COMMIT ? null : (afterOid as Sha)] as const,
  );
  world.moveRefs(Object.fromEntries(moves));
  if (landing && source) {
    const [sha, branch] = [landing.afterOid as Sha, landing.name.slice('refs/heads/'.length)];
    world.landings.push({ pr, sha, sourceSha: source.sha, branch });
  }
  return found({ updateRefs: {} });
}
