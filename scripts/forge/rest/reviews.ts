// REST: reviews of pull requests, and who was asked for one.

import { Hono } from 'hono';
import { z } from 'zod';
import { dismissReview, requestReview, submitReview, unrequestReview } from '../discussion.ts';
import { loginJson, teamJson } from '../json/account.ts';
import { pullSummaryJson, reviewJson } from '../json/pull.ts';
import type { Review } from '../model/pull.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireActor, requireWriter } from './access.ts';
import { pullOf } from './pulls.ts';
import { page, readBody } from './reading.ts';

const newReview = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().nullish(),
  commit_id: z.string().optional(),
});
const asked = z
  .object({
    reviewers: z.array(z.string()).default([]),
    team_reviewers: z.array(z.string()).default([]),
  })
  .transform(({ reviewers, team_reviewers }) => ({ logins: reviewers, teams: team_reviewers }));

const VERDICTS = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;

export function reviews(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/pulls/:number/reviews', (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    return c.json(page(c, pull.reviews).map((one) => reviewJson(world, repository, pull, one)));
  });
  app.get('/pulls/:number/reviews/:id', (c) => {
    const { pull, review } = reviewNamed(world, c);
    return c.json(reviewJson(world, c.get('repository'), pull, review));
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
    const actor = requireWriter(world, c);
    await readBody(c, z.object({ message: z.string() }));
    const { pull, review } = reviewNamed(world, c);
    dismissReview(world, repository, pull, actor, review);
    return c.json(reviewJson(world, repository, pull, review));
  });
  app.route('/', requests(world));
  return app;
}

function requests(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/pulls/:number/requested_reviewers', (c) => {
    const { reviewers, teams } = pullOf(world, c);
    const { owner } = c.get('repository').record;
    const found = teams.flatMap((slug) => world.accounts.findTeam(owner, slug) ?? []);
    return c.json({
      users: reviewers.map((login) => loginJson(world, login)),
      teams: found.map((team) => teamJson(world, team)),
    });
  });
  app.post('/pulls/:number/requested_reviewers', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    await requestReview(world, repository, pull, actor, await readBody(c, asked));
    return c.json(pullSummaryJson(world, repository, pull), 201);
  });
  app.delete('/pulls/:number/requested_reviewers', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    await unrequestReview(world, repository, pull, actor, await readBody(c, asked));
    return c.json(pullSummaryJson(world, repository, pull));
  });
  return app;
}

/** Throws a 404 Refusal. */
function reviewNamed(world: World, c: ForgeContext) {
  const pull = pullOf(world, c);
  const id = Number(c.req.param('id'));
  const review: Review | undefined = pull.reviews.find((candidate) => candidate.id === id);
  if (review === undefined) throw notFound();
  return { pull, review };
}
