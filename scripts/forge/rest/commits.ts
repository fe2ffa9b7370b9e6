// REST: commits, what lies between two of them, and what was reported of one by status.

import { Hono } from 'hono';
import { z } from 'zod';
import { combinedState, newestStatuses } from '../checks-of-commit.ts';
import type { Commit } from '../commit.ts';
import { isSha } from '../git-repository.ts';
import { type ChangedFile, changedFiles } from '../history.ts';
import { commitJson } from '../json/commit.ts';
import { pullSummaryJson } from '../json/pull.ts';
import { repositoryJson } from '../json/repository.ts';
import { plainStatusJson, statusJson } from '../json/status.ts';
import { fullName } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import { postStatus } from '../statuses.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireWriter } from './access.ts';
import { page, readBody } from './reading.ts';

const COMPARE_COMMITS_MAX = 250;
const COMPARE_FILES_MAX = 300;
const COMMIT_FILES_MAX = 3000;
const DESCRIPTION_MAX = 140;
const LOG_MAX = 1000;

const newStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(DESCRIPTION_MAX).nullish(),
  target_url: z.string().nullish(),
});

/** Throws a 422 Refusal with the sentence that GitHub has for a commit that it does not know. */
export async function commitNamed(
  world: World,
  repository: Repository,
  name: string,
): Promise<Commit> {
  const commit = await repository.git.commit(name);
  const isHidden = commit !== null && (await isUnknown(world, repository, commit.sha));
  if (commit === null || isHidden) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return commit;
}

/** Whether the knobs have GitHub deny a commit that is there. */
export async function isUnknown(
  world: World,
  { git, record }: Repository,
  sha: string,
): Promise<boolean> {
  const { fresh_fork_seconds, unreferenced_commits } = record.knobs;
  const fork = record.pulls.find(
    ({ head }) => head.sha === sha && head.repo !== fullName(record) && head.movedAt !== '',
  );
  const ageMs = fork === undefined ? Infinity : world.nowMs() - Date.parse(fork.head.movedAt);
  if (ageMs < fresh_fork_seconds * 1000) return true;
  if (unreferenced_commits === 'readable') return false;
  const places = ['refs/heads', 'refs/tags', 'refs/pull'];
  return (await git.git(['for-each-ref', '--contains', sha, '--count=1', ...places])) === '';
}

export function commitRoutes(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/commits', async (c) => {
    const repository = c.get('repository');
    const start = c.req.query('sha') ?? repository.record.defaultBranch;
    const tip = await repository.git.commit(start);
    if (tip === null) throw notFound();
    const shas = await repository.git.commitsSince(tip.sha, null, LOG_MAX);
    const shown = await Promise.all(
      page(c, shas).map((sha) => commitNamed(world, repository, sha)),
    );
    return c.json(shown.map((commit) => commitJson(world, repository, commit)));
  });
  app.get('/commits/:rest{.+}', async (c) => {
    const repository = c.get('repository');
    const [, name = '', what] =
      /^(.+?)(?:\/(status|statuses|pulls))?$/.exec(c.req.param('rest')) ?? [];
    const commit = await commitNamed(world, repository, name);
    const { sha } = commit;
    if (what === 'statuses') {
      const statuses = repository.record.statuses[sha] ?? [];
      const shown = page(c, statuses.toReversed());
      return c.json(shown.map((status) => statusJson(world, repository, sha, status)));
    }
    if (what === 'status') return c.json(combined(c, world, repository, sha));
    if (what === 'pulls') return c.json(page(c, pullsWith(world, repository, sha)));
    if (c.req.header('accept')?.includes('.sha') === true) return c.text(sha);
    return c.json(await wholeJson(c, world, repository, commit));
  });
  app.post('/statuses/:sha', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const { state, context, description, target_url } = await readBody(c, newStatus);
    const sha = c.req.param('sha');
    if (!isSha(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`);
    const commit = await commitNamed(world, repository, sha);
    const wanted = {
      state,
      context,
      description: description ?? null,
      targetUrl: target_url ?? null,
    };
    const status = postStatus(world, repository, commit, actor, wanted);
    return c.json(statusJson(world, repository, commit.sha, status), 201);
  });
  app.get('/compare/:spec{.+}', async (c) => {
    const [from = '', to = ''] = c.req.param('spec').split('...');
    return c.json(await compareJson(world, c.get('repository'), from, to));
  });
  return app;
}

/** A single commit tells its files, too; in pages when they are many. */
async function wholeJson(c: ForgeContext, world: World, repository: Repository, commit: Commit) {
  const [parent] = commit.parents;
  const all = parent === undefined ? [] : await changedFiles(repository.git, parent, commit.sha);
  const sum = (of: (file: ChangedFile) => number) => all.reduce((total, one) => total + of(one), 0);
  const additions = sum((file) => file.additions);
  const deletions = sum((file) => file.deletions);
  const isMany = all.length > COMPARE_FILES_MAX;
  const shown = isMany ? page(c, all.slice(0, COMMIT_FILES_MAX)) : all;
  return {
    ...commitJson(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: shown.map((file) => fileJson(world, repository, commit, file)),
  };
}

const pullsWith = (world: World, repository: Repository, sha: string): object[] =>
  repository.record.pulls
    .filter(
      ({ head, state }) => head.sha === sha || (state.kind === 'merged' && state.commit === sha),
    )
    .map((pull) => pullSummaryJson(world, repository, pull));

function combined(c: ForgeContext, world: World, repository: Repository, sha: string) {
  const statuses = newestStatuses(repository.record, sha);
  const at = `${world.url}/repos/${fullName(repository.record)}/commits/${sha}`;
  return {
    state: combinedState(statuses),
    statuses: page(c, statuses).map((status) => plainStatusJson(world, repository, sha, status)),
    sha,
    total_count: statuses.length,
    repository: repositoryJson(world, repository),
    commit_url: at,
    url: `${at}/status`,
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
  const ahead = (await git.commitsSince(head.sha, base.sha)).toReversed();
  const behind = await git.commitsSince(base.sha, head.sha);
  const between = await Promise.all(
    ahead.slice(-COMPARE_COMMITS_MAX).map((sha) => commitNamed(world, repository, sha)),
  );
  const files = await changedFiles(git, common.sha, head.sha);
  const spec = `${encodeURIComponent(from)}...${encodeURIComponent(to)}`;
  const html = `${world.url}/${fullName(repository.record)}/compare/${spec}`;
  return {
    url: `${world.url}/repos/${fullName(repository.record)}/compare/${spec}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
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

/** A changed file, as a commit, a comparison or a pull request lists it. */
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
