// GitHub's REST routes in memory, as the real client asks them. Reads show what the world shows, writes meet the
// truth.
import type { Sha } from '../../../schemas/ids.ts';
import { type Answer, type Ask, failed, found } from './ask.ts';
import { changeRun, createRun, type RunBody, runsOn } from './check-runs.ts';
import { type CommitParameters, gitSha } from './git-sha.ts';
import { APP, type GithubWorld, headOf, headRef, type View } from './github-world.ts';
import { mergePull } from './merge-button.ts';

/** GitHub takes no more statuses of one context on one commit. */
const POSTS_MAX = 1_000;

const absent = failed(404, 'Not Found');

// biome-ignore lint/suspicious/noExplicitAny: each route's own parameters; what the client sends is checked against the forge.
type Routes = Readonly<Record<string, (parameters: any) => Ask>>;

interface RefParameters {
  readonly ref: string;
  readonly sha: Sha;
}

/** Of `{+ref}`: it comes escaped and without its `refs/`. */
const fullRef = ({ ref }: Pick<RefParameters, 'ref'>): string => `refs/${decodeURIComponent(ref)}`;

const repo = '/repos/{owner}/{repo}';

/** The rules of this world are those of the branches that pull requests go to. */
const isSource = ({ pulls }: View, branch: string): boolean =>
  Object.values(pulls).some(({ source }) => source.branch === branch) &&
  Object.values(pulls).every(({ base }) => base !== branch);

export const restRequests: Routes = {
  [`POST ${repo}/git/refs`]: ({ ref, sha }: RefParameters) => ({
    name: 'createRef',
    args: [ref, sha],
    effect: (world) => {
      if (world.view.refs[ref]) return failed(422, 'Reference already exists');
      world.moveRefs({ [ref]: sha });
      return found({});
    },
  }),
  [`PATCH ${repo}/git/refs/{+ref}`]: (parameters: RefParameters) => ({
    name: 'moveRef',
    args: [fullRef(parameters), parameters.sha],
    effect: (world) => {
      const ref = fullRef(parameters);
      if (!world.view.refs[ref]) return failed(422, 'Reference does not exist');
      world.moveRefs({ [ref]: parameters.sha });
      return found({});
    },
  }),
  [`DELETE ${repo}/git/refs/{+ref}`]: (parameters: RefParameters) => ({
    name: 'deleteRef',
    args: [fullRef(parameters)],
    effect: (world) => {
      const ref = fullRef(parameters);
      if (!world.view.refs[ref]) return failed(422, 'Reference does not exist');
      world.moveRefs({ [ref]: null });
      return found(undefined);
    },
  }),
  [`GET ${repo}/git/ref/{+ref}`]: (parameters: RefParameters) => ({
    name: 'readRef',
    args: [fullRef(parameters)],
    effect: ({ shown }) => {
      const sha = shown.refs[fullRef(parameters)];
      return sha ? found({ object: { sha } }) : absent;
    },
  }),
  [`POST ${repo}/merges`]: (parameters: MergeParameters) => ({
    name: 'merge',
    args: [parameters.base, parameters.head],
    effect: (world) => merge(world, parameters),
  }),
  [`POST ${repo}/git/commits`]: (parameters: CommitParameters) => ({
    name: 'createCommit',
    args: [parameters],
    effect: (world) => found(commitBody(world, createCommit(world, parameters))),
  }),
  [`GET ${repo}/git/commits/{commit_sha}`]: ({ commit_sha: sha }: { commit_sha: Sha }) => ({
    name: 'readCommit',
    args: [sha],
    effect: (world) => found(commitBody(world, sha)),
  }),
  [`GET ${repo}/compare/{basehead}`]: ({ basehead }: { basehead: string }) => ({
    name: 'compare',
    args: [basehead],
    effect: ({ graph }) => {
      const [base, head] = basehead.split('...') as [Sha, Sha];
      const files = graph.changed(base, head).map((filename) => ({ filename }));
      const status = (): string => {
        if (base === head) return 'identical';
        if (graph.contains(head, base)) return 'ahead';
        return graph.contains(base, head) ? 'behind' : 'diverged';
      };
      return found({ status: status(), files });
    },
  }),
  [`POST ${repo}/statuses/{sha}`]: ({ sha, context, state, description, target_url: url }) => ({
    name: 'postCheck',
    args: [sha, { state, description, url }],
    effect: (world) => {
      const known = world.view.checks[`${sha} ${context}`];
      if (known && known.posts >= POSTS_MAX)
        return failed(422, 'This SHA and context has reached the maximum number of statuses.');
      const isRepeated =
        known?.state === state && known?.description === description && known?.url === url;
      if (isRepeated) world.repeatedPosts.push(sha);
      world.post(sha, context, { state, description, url });
      return found({});
    },
  }),
  [`GET ${repo}/commits/{ref}/check-runs`]: ({ ref, check_name: name, app_id: app }) => ({
    name: 'readRuns',
    args: [ref],
    effect: ({ shown }) => {
      const newest = runsOn(shown, ref, app, name).slice(-1);
      return found({
        check_runs: newest.map(({ words, ...run }) => ({ ...run, external_id: words })),
      });
    },
  }),
  [`POST ${repo}/check-runs`]: ({ name, head_sha: sha, ...body }: NewRunParameters) => ({
    name: 'postCheck',
    args: [sha, name],
    effect: (world) => createRun(world, { name, sha, app: APP }, body),
  }),
  [`PATCH ${repo}/check-runs/{check_run_id}`]: ({ check_run_id: id, ...body }) => ({
    name: 'changeCheck',
    args: [id],
    effect: (world) => changeRun(world, id, body),
  }),
  [`PUT ${repo}/pulls/{pull_number}/merge`]: mergePull,
  [`GET ${repo}/rules/branches/{branch}`]: ({ branch, per_page: size = 30, page = 1 }) => ({
    name: 'readRules',
    args: [branch],
    effect: ({ shown }) => {
      const contexts = isSource(shown, branch) ? [] : shown.rules.ruleset;
      const checks = contexts.map((context) => ({ context, integration_id: null }));
      const parameters = { required_status_checks: checks };
      const rules = checks.length > 0 ? [{ type: 'required_status_checks', parameters }] : [];
      return found(rules.slice((page - 1) * size, page * size));
    },
  }),
  [`GET ${repo}/branches/{branch}`]: ({ branch }) => ({
    name: 'readProtection',
    args: [branch],
    effect: ({ shown }) => {
      if (!headOf(shown, branch)) return absent;
      const contexts = isSource(shown, branch) ? [] : shown.rules.classic;
      const checks = contexts.map((context) => ({ context, app_id: -1 }));
      const protection = { required_status_checks: { checks } };
      return found({ protected: checks.length > 0, protection });
    },
  }),
  [`POST ${repo}/issues/{issue_number}/comments`]: ({ issue_number: number, body }) => ({
    name: 'comment',
    args: [number, body],
    effect: (world) => {
      const before = world.pull(number).comments;
      const said = { id: number * 1_000 + before.length, body };
      const comments = [...before, said];
      world.changePull(number, { comments }, 'commented');
      return found({ id: said.id });
    },
  }),
  [`PATCH ${repo}/issues/comments/{comment_id}`]: ({ comment_id: id, body }) => ({
    name: 'editComment',
    args: [id, body],
    effect: (world) => {
      const pull = Object.values(world.view.pulls).find(({ comments }) =>
        comments.some((said) => said.id === id),
      );
      if (!pull) return absent;
      const comments = pull.comments.map((said) => (said.id === id ? { ...said, body } : said));
      world.changePull(pull.number, { comments }, 'commented');
      return found({ id });
    },
  }),
  [`POST ${repo}/issues/{issue_number}/assignees`]: ({ issue_number: number, assignees }) => ({
    name: 'assign',
    args: [number, assignees],
    effect: (world) => {
      const all = [...new Set([...world.pull(number).assignees, ...assignees])];
      world.changePull(number, { assignees: all }, 'assigned');
      return found({});
    },
  }),
  [`POST ${repo}/pulls/{pull_number}/requested_reviewers`]: ({
    pull_number: number,
    reviewers,
  }) => ({
    name: 'requestReview',
    args: [number, reviewers],
    effect: (world) => {
      const all = [...new Set([...world.pull(number).reviewers, ...reviewers])];
      world.changePull(number, { reviewers: all }, 'review_requested');
      return found({});
    },
  }),
  [`PATCH ${repo}/pulls/{pull_number}`]: ({ pull_number: number }) => ({
    name: 'closePull',
    args: [number],
    effect: (world) => {
      if (world.pull(number).state === 'open')
        world.changePull(number, { state: 'closed' }, 'closed');
      return found({});
    },
  }),
};

interface NewRunParameters extends RunBody {
  readonly name: string;
  readonly head_sha: Sha;
}

interface MergeParameters {
  readonly base: string;
  readonly head: Sha;
  readonly commit_message: string;
}

function merge(
  world: GithubWorld,
  { base, head, commit_message: message }: MergeParameters,
): Answer {
  const { graph } = world;
  const ours = headOf(world.view, base);
  if (!ours) return failed(404, 'Base does not exist');
  if (graph.contains(ours, head)) return found(undefined);
  const files = graph.merge(ours, head);
  if (!files) return failed(409, 'Merge conflict');
  const parents = [ours, head];
  const { sha, tree } = graph.commit({ files, parents, message, date: world.now });
  world.moveRefs({ [headRef(base)]: sha });
  return found({ sha, commit: { tree: { sha: tree } }, parents: parents.map((sha) => ({ sha })) });
}

function createCommit({ graph }: GithubWorld, parameters: CommitParameters): Sha {
  const { message, tree, parents, author } = parameters;
  const content = { files: graph.filesOf(tree), parents, message, date: Date.parse(author.date) };
  return graph.commit(content, gitSha(parameters)).sha;
}

function commitBody({ graph }: GithubWorld, sha: Sha) {
  const { tree, parents } = graph.get(sha);
  return { sha, tree: { sha: tree }, parents: parents.map((parent) => ({ sha: parent })) };
}
