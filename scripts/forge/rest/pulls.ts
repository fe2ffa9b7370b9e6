// REST: pull requests, their files, merge button and reviews.

import { Hono } from 'hono';
import { z } from 'zod';
import { dismissReview, requestReview, submitReview } from '../discussion.ts';
import { changedFiles } from '../history.ts';
import { commitJson, pullJson, pullSummaryJson, reviewJson } from '../json.ts';
import { pressMerge } from '../merging.ts';
import type { Account, Pull, Review } from '../model.ts';
import { pullFacts } from '../pull-facts.ts';
import { closePull, editPull, openPull, reopenPull } from '../pull-requests.ts';
import { invalid, notFound, Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { Repository, World } from '../world.ts';
import { page, readBody, requireActor, requireWriter } from './access.ts';
import { fileJson } from './repository.ts';

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
const newReview = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().nullish(),
  commit_id: z.string().optional(),
});
const reviewers = z.object({ reviewers: z.array(z.string()).default([]) });

const VERDICTS = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;

/** The pull request that the path names. Throws a 404 Refusal. */
export function pullOf(world: World, c: ForgeContext): Pull {
  return world.pull(c.get('repository'), Number(c.req.param('number')));
}

async function fullJson(world: World, repository: Repository, pull: Pull) {
  return pullJson(world, repository, pull, await pullFacts(world, repository, pull));
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
    return c.json(await fullJson(world, c.get('repository'), pullOf(world, c)));
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
    const shas = await repository.git.commitsSince(head.sha, [base.sha], 250);
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
      pressMerge(world, repository, pull, actor, {
        method: wanted.merge_method,
        sha: wanted.sha,
        title: wanted.commit_title,
        message: wanted.commit_message,
      }),
    );
    return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
  });
  return app;
}

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

export function reviews(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/pulls/:number/reviews', (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    return c.json(page(c, pull.reviews).map((one) => reviewJson(world, repository, pull, one)));
  });
  app.post('/pulls/:number/reviews', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireActor(c);
    const { event, body, commit_id: commit } = await readBody(c, newReview);
    if (event !== 'APPROVE' && (body ?? '') === '') {
      throw new Refusal(422, 'Unprocessable Entity', ['Body can not be blank']);
    }
    const verdict = { state: VERDICTS[event], body: body ?? '', commit };
    const review = submitReview(world, repository, pull, actor, verdict);
    return c.json(reviewJson(world, repository, pull, review));
  });
  app.put('/pulls/:number/reviews/:id/dismissals', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    await readBody(c, z.object({ message: z.string() }));
    const review = reviewOf(pull, Number(c.req.param('id')));
    dismissReview(world, repository, pull, actor, review);
    return c.json(reviewJson(world, repository, pull, review));
  });
  app.post('/pulls/:number/requested_reviewers', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    const wanted = await readBody(c, reviewers);
    await requestReview(world, repository, pull, actor, wanted.reviewers);
    return c.json(pullSummaryJson(world, repository, pull), 201);
  });
  return app;
}

function reviewOf(pull: Pull, id: number): Review {
  const review = pull.reviews.find((candidate) => candidate.id === id);
  if (review === undefined) throw notFound();
  return review;
}
