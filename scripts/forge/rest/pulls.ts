// REST: pull requests, their files, commits and merge button. Reviews are reviews.ts.

import { Hono } from 'hono';
import { z } from 'zod';
import { changedFiles } from '../history.ts';
import { commitJson } from '../json/commit.ts';
import { pullJson, pullSummaryJson } from '../json/pull.ts';
import { mergeInto, pressMerge } from '../merging.ts';
import type { Account } from '../model/account.ts';
import type { Pull } from '../model/pull.ts';
import { type Asking, pullFacts } from '../pull-facts.ts';
import { closePull, editPull, openPull, reopenPull } from '../pull-requests.ts';
import { invalid, notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireActor, requireWriter } from './access.ts';
import { fileJson } from './commits.ts';
import { page, readBody } from './reading.ts';
import { rightsOf } from './rights.ts';

const PULL_FILES_MAX = 3000;

const newPull = z.object({
  title: z.string().min(1),
  body: z.string().nullish(),
  head: z.string(),
  base: z.string(),
  draft: z.boolean().optional(),
});
const pullEdit = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});
const button = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  sha: z.string().optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});
const branchUpdate = z.object({ expected_head_sha: z.string().optional() });

/** The pull request that the path names. Throws a 404 Refusal. */
export function pullOf(world: World, c: ForgeContext): Pull {
  return world.pull(c.get('repository'), Number(c.req.param('number')));
}

async function fullJson(world: World, repository: Repository, pull: Pull, asking?: Asking) {
  return pullJson(world, repository, pull, await pullFacts(world, repository, pull, asking));
}

export function pulls(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/pulls', (c) => {
    const repository = c.get('repository');
    const found = listed(c, repository.record.pulls);
    return c.json(page(c, found).map((pull) => pullSummaryJson(world, repository, pull)));
  });
  app.post('/pulls', async (c) => {
    const repository = c.get('repository');
    const actor = requireActor(c);
    const { title, body, head, base, draft } = await readBody(c, newPull);
    const source = headNamed(world, repository, head);
    const wanted = { head: source, base, title, body: body ?? '', draft: draft ?? false };
    const pull = await world.exclusive(repository, () =>
      openPull(world, repository, actor, wanted),
    );
    return c.json(await fullJson(world, repository, pull), 201);
  });
  app.get('/pulls/:number', async (c) => {
    return c.json(await fullJson(world, c.get('repository'), pullOf(world, c), 'reads'));
  });
  app.patch('/pulls/:number', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireActor(c);
    if (actor.login !== pull.author) world.requirePush(repository, actor);
    const edit = await readBody(c, pullEdit);
    await world.exclusive(repository, () => applyEdit(world, repository, pull, actor, edit));
    return c.json(await fullJson(world, repository, pull));
  });
  app.get('/pulls/:number/files', async (c) => {
    const repository = c.get('repository');
    const { base, head } = pullOf(world, c);
    const from = (await repository.git.mergeBase(base.sha, head.sha)) ?? base.sha;
    const files = await changedFiles(repository.git, from, head.sha);
    const shown = page(c, files.slice(0, PULL_FILES_MAX));
    return c.json(shown.map((file) => fileJson(world, repository, head, file)));
  });
  app.get('/pulls/:number/commits', async (c) => {
    const repository = c.get('repository');
    const { base, head } = pullOf(world, c);
    const shas = await repository.git.commitsSince(head.sha, base.sha, 250);
    const commits = await Promise.all(shas.toReversed().map((sha) => repository.git.commit(sha)));
    const known = commits.filter((commit) => commit !== null);
    return c.json(page(c, known).map((commit) => commitJson(world, repository, commit)));
  });
  app.put('/pulls/:number/merge', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    const wanted = await readBody(c, button);
    const sha = await world.exclusive(repository, () =>
      pressMerge(
        world,
        repository,
        pull,
        actor,
        {
          method: wanted.merge_method,
          sha: wanted.sha,
          title: wanted.commit_title,
          message: wanted.commit_message,
        },
        rightsOf(c),
      ),
    );
    return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
  });
  app.route('/', updates(world));
  return app;
}

function updates(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/pulls/:number/merge', (c) => {
    if (pullOf(world, c).state.kind !== 'merged') throw notFound();
    return c.body(null, 204);
  });
  app.put('/pulls/:number/update-branch', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    const { expected_head_sha: expected } = await readBody(c, branchUpdate);
    if (expected !== undefined && expected !== pull.head.sha) {
      throw new Refusal(422, 'expected head sha didn’t match current head ref.');
    }
    const source = pull.head.repo === null ? undefined : world.find(pull.head.repo);
    const base = repository.git.refs.get(`refs/heads/${pull.base.ref}`);
    if (source === undefined || base === undefined) throw notFound();
    const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}`;
    const wanted = { base: pull.head.ref, head: base, message };
    await world.exclusive(repository, () => mergeInto(world, source, actor, wanted, rightsOf(c)));
    return c.json({ message: 'Updating pull request branch.', url: pullUrl(world, c, pull) }, 202);
  });
  return app;
}

const pullUrl = (world: World, c: ForgeContext, pull: Pull): string =>
  pullSummaryJson(world, c.get('repository'), pull).url;

/** Throws a 422 Refusal for a head that cannot be found. */
function headNamed(world: World, repository: Repository, head: string) {
  const [owner, ref] = head.includes(':') ? head.split(':') : [repository.record.owner, head];
  const source = world.find(`${owner}/${repository.record.name}`);
  if (source === undefined || ref === undefined) throw invalid('PullRequest', 'head');
  return { repository: source, ref };
}

function listed(c: ForgeContext, all: readonly Pull[]): Pull[] {
  const { state = 'open', base, head, sort = 'created' } = c.req.query();
  const direction = c.req.query('direction') ?? (sort === 'created' ? 'desc' : 'asc');
  const found = all.filter(
    (pull) =>
      (state === 'all' || (pull.state.kind === 'open') === (state === 'open')) &&
      (base === undefined || pull.base.ref === base) &&
      (head === undefined || `${pull.head.repo?.split('/')[0]}:${pull.head.ref}` === head),
  );
  const key = (pull: Pull): string => (sort === 'updated' ? pull.updatedAt : pull.createdAt);
  const sorted = found.toSorted((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  return direction === 'desc' ? sorted.toReversed() : sorted;
}

async function applyEdit(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  edit: z.output<typeof pullEdit>,
): Promise<void> {
  const { title, base, state } = edit;
  const body = edit.body === null ? '' : edit.body;
  await editPull(world, repository, pull, actor, { title, body, base });
  if (state === 'closed') await closePull(world, repository, pull, actor);
  if (state === 'open') await reopenPull(world, repository, pull, actor);
}
