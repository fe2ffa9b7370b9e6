// REST: the repository itself, its branches and their rules, commits, comparisons, file contents,
// commit statuses.

import { Hono } from 'hono';
import { z } from 'zod';
import type { Commit } from '../commit.ts';
import { isSha } from '../git-repository.ts';
import { type ChangedFile, changedFiles } from '../history.ts';
import { accountJson, commitJson, repositoryJson, statusJson } from '../json.ts';
import { fullName } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { combinedState, newestStatuses, postStatus } from '../statuses.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { Repository, World } from '../world.ts';
import { page, readBody, requireActor, requireWriter } from './access.ts';

const COMPARE_COMMITS_MAX = 250;
const COMPARE_FILES_MAX = 300;
const DESCRIPTION_MAX = 140;

const newStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(DESCRIPTION_MAX).nullish(),
  target_url: z.string().nullish(),
});

export function user(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/user', (c) => {
    const actor = requireActor(c);
    return c.json({ ...accountJson(world, actor), name: actor.name });
  });
  return app;
}

export function repositoryRoutes(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/', (c) => {
    const repository = c.get('repository');
    const actor = c.get('actor');
    const push = actor !== null && world.canPush(repository, actor);
    const permissions = { admin: actor?.admin ?? false, push, pull: true };
    return c.json({ ...repositoryJson(world, repository), permissions });
  });
  app.get('/branches/:branch{.+}', async (c) => {
    const branch = c.req.param('branch');
    return c.json(await branchJson(world, c.get('repository'), branch));
  });
  app.get('/rules/branches/:branch{.+}', (c) => {
    return c.json(page(c, activeRules(world, c.get('repository'), c.req.param('branch'))));
  });
  return app;
}

async function branchJson(world: World, repository: Repository, name: string) {
  const sha = repository.git.refs.get(`refs/heads/${name}`);
  const commit = sha === undefined ? null : await repository.git.commit(sha);
  if (commit === null) throw new Refusal(404, 'Branch not found');
  const rules = world.rules(repository, name);
  const checks =
    rules?.kind === 'protection'
      ? rules.required_status_checks.map((check) => ({
          context: check.context,
          app_id: check.integration_id,
        }))
      : [];
  const url = `${world.url}/repos/${fullName(repository.record)}/branches/${name}`;
  return {
    name,
    commit: commitJson(world, repository, commit),
    _links: { self: url, html: `${world.url}/${fullName(repository.record)}/tree/${name}` },
    protected: rules !== undefined,
    protection: {
      enabled: rules?.kind === 'protection',
      required_status_checks: {
        enforcement_level: checks.length === 0 ? 'off' : 'everyone',
        contexts: checks.map(({ context }) => context),
        checks,
      },
    },
    protection_url: `${url}/protection`,
  };
}

/** Rulesets only: classic protection does not show here. */
function activeRules(world: World, repository: Repository, branch: string): object[] {
  const rules = world.rules(repository, branch);
  if (rules?.kind !== 'ruleset') return [];
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: fullName(repository.record),
    ruleset_id: repository.record.id,
  };
  const checks = rules.required_status_checks.map(({ context, integration_id }) =>
    integration_id === null ? { context } : { context, integration_id },
  );
  const parameters = {
    strict_required_status_checks_policy: false,
    required_status_checks: checks,
  };
  const reviews = {
    required_approving_review_count: rules.required_approving_review_count ?? 0,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  };
  return [
    { type: 'deletion', ...source },
    ...(checks.length === 0 ? [] : [{ type: 'required_status_checks', parameters, ...source }]),
    ...(rules.required_approving_review_count === null
      ? []
      : [{ type: 'pull_request', parameters: reviews, ...source }]),
    ...(rules.non_fast_forward ? [{ type: 'non_fast_forward', ...source }] : []),
  ];
}

/** Throws a 422 Refusal with the sentence that GitHub has for an unknown commit. */
async function commitNamed(repository: Repository, name: string): Promise<Commit> {
  const commit = await repository.git.commit(name);
  if (commit === null) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return commit;
}

export function commitRoutes(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/commits/:rest{.+}', async (c) => {
    const repository = c.get('repository');
    const [, name = '', what] =
      /^(.+?)(?:\/(status|statuses|pulls))?$/.exec(c.req.param('rest')) ?? [];
    const commit = await commitNamed(repository, name);
    const { sha } = commit;
    const statuses = repository.record.statuses[sha] ?? [];
    const json = (status: (typeof statuses)[number]) => statusJson(world, repository, sha, status);
    if (what === 'statuses') return c.json(page(c, statuses.toReversed()).map(json));
    if (what === 'status') return c.json(combined(c, world, repository, sha));
    if (what === 'pulls') return c.json(page(c, pullsWith(repository, sha)));
    if (c.req.header('accept')?.includes('.sha') === true) return c.text(sha);
    return c.json(commitJson(world, repository, commit));
  });
  app.post('/statuses/:sha', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const { state, context, description, target_url } = await readBody(c, newStatus);
    const sha = c.req.param('sha');
    if (!isSha(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`);
    const commit = await commitNamed(repository, sha);
    const wanted = {
      state,
      context,
      description: description ?? null,
      targetUrl: target_url ?? null,
    };
    const status = await postStatus(world, repository, commit, actor, wanted);
    return c.json(statusJson(world, repository, commit.sha, status), 201);
  });
  app.get('/compare/:spec{.+}', async (c) => {
    const [from = '', to = ''] = c.req.param('spec').split('...');
    return c.json(await compareJson(world, c.get('repository'), from, to));
  });
  return app;
}

const pullsWith = (repository: Repository, sha: string): object[] =>
  repository.record.pulls
    .filter((pull) => pull.head.sha === sha)
    .map(({ number, state }) => ({ number, state: state.kind === 'open' ? 'open' : 'closed' }));

function combined(c: ForgeContext, world: World, repository: Repository, sha: string) {
  const statuses = newestStatuses(repository, sha);
  return {
    state: combinedState(statuses),
    statuses: page(c, statuses).map((status) => statusJson(world, repository, sha, status)),
    sha,
    total_count: statuses.length,
    repository: repositoryJson(world, repository),
    url: `${world.url}/repos/${fullName(repository.record)}/commits/${sha}/status`,
  };
}

/** @param name a branch, a SHA, or `owner:branch` of a fork. */
async function comparable(world: World, repository: Repository, name: string): Promise<Commit> {
  const [owner, branch] = name.includes(':') ? name.split(':') : [undefined, name];
  const place = owner === undefined ? repository : world.find(`${owner}/${repository.record.name}`);
  const commit = (await place?.git.commit(branch ?? '')) ?? null;
  if (commit === null) throw notFound();
  return commit;
}

async function compareJson(world: World, repository: Repository, from: string, to: string) {
  const { git } = repository;
  const base = await comparable(world, repository, from);
  const head = await comparable(world, repository, to);
  const mergeBase = await git.mergeBase(base.sha, head.sha);
  const common = mergeBase === null ? null : await git.commit(mergeBase);
  if (common === null) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const ahead = (await git.commitsSince(head.sha, [base.sha])).toReversed();
  const behind = await git.commitsSince(base.sha, [head.sha]);
  const between = await Promise.all(
    ahead.slice(-COMPARE_COMMITS_MAX).map((sha) => commitNamed(repository, sha)),
  );
  const files = await changedFiles(git, common.sha, head.sha);
  const url = `${world.url}/repos/${fullName(repository.record)}/compare/${from}...${to}`;
  return {
    url,
    html_url: `${world.url}/${fullName(repository.record)}/compare/${from}...${to}`,
    base_commit: commitJson(world, repository, base),
    merge_base_commit: commitJson(world, repository, common),
    status: relation(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: between.map((commit) => commitJson(world, repository, commit)),
    files: files.slice(0, COMPARE_FILES_MAX).map((file) => fileJson(world, repository, head, file)),
  };
}

function relation(ahead: number, behind: number) {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** A changed file, as a comparison or a pull request lists it. */
export function fileJson(
  world: World,
  { record }: Repository,
  head: Pick<Commit, 'sha'>,
  file: ChangedFile,
) {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const renamed = file.previousPath === null ? {} : { previous_filename: file.previousPath };
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.url}/${fullName(record)}/blob/${head.sha}/${path}`,
    raw_url: `${world.url}/${fullName(record)}/raw/${head.sha}/${path}`,
    contents_url: `${world.url}/repos/${fullName(record)}/contents/${path}?ref=${head.sha}`,
    ...renamed,
  };
}

export function contents(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const answer = async (c: ForgeContext, path: string): Promise<Response> => {
    const repository = c.get('repository');
    const ref = c.req.query('ref') ?? repository.record.defaultBranch;
    const commit = await repository.git.commit(ref);
    if (commit === null) throw new Refusal(404, `No commit found for the ref ${ref}`);
    const object = await repository.git.object(`${commit.sha}:${path}`);
    if (object === null) throw notFound();
    const url = `${world.url}/repos/${fullName(repository.record)}`;
    const entry = (type: string, at: string, sha: string, size: number) => ({
      type: type === 'tree' ? 'dir' : 'file',
      size,
      name: at.split('/').at(-1) ?? '',
      path: at,
      sha,
      url: `${url}/contents/${at}?ref=${ref}`,
      git_url: `${url}/git/${type}s/${sha}`,
      html_url: `${world.url}/${fullName(repository.record)}/${type}/${ref}/${at}`,
    });
    if (object.type === 'tree') {
      const entries = await repository.git.tree(object.sha, false);
      const prefix = path === '' ? '' : `${path}/`;
      return c.json(entries.map(({ type, path: at, sha }) => entry(type, prefix + at, sha, 0)));
    }
    if (c.req.header('accept')?.includes('raw') === true) {
      return c.body(new Uint8Array(object.body), 200, {
        'content-type': 'application/vnd.github.raw+json; charset=utf-8',
      });
    }
    const file = entry('blob', path, object.sha, object.body.length);
    return c.json({ ...file, encoding: 'base64', content: object.body.toString('base64') });
  };
  app.get('/contents', (c) => answer(c, ''));
  app.get('/contents/:path{.+}', (c) => answer(c, c.req.param('path')));
  return app;
}
