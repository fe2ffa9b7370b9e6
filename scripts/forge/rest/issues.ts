// REST: what GitHub keeps on the issue behind a pull request: labels, comments, assignees.

import { Hono } from 'hono';
import { z } from 'zod';
import { addLabels, assign, comment, removeLabel } from '../discussion.ts';
import { commentJson, labelJson, pullSummaryJson } from '../json.ts';
import type { Comment, Pull } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { Repository, World } from '../world.ts';
import { page, readBody, requireActor, requireWriter } from './access.ts';
import { pullOf } from './pulls.ts';

const COMMENT_MAX = 65_536;

const labels = z.union([z.object({ labels: z.array(z.string()) }), z.array(z.string())]);
const newComment = z.object({ body: z.string().min(1).max(COMMENT_MAX) });
const assignees = z.object({ assignees: z.array(z.string()).default([]) });

export function issues(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const labelsJson = (repository: Repository, pull: Pull) =>
    pull.labels.map((label) => labelJson(world, repository, label));
  app.get('/issues/:number/labels', (c) => {
    return c.json(page(c, labelsJson(c.get('repository'), pullOf(world, c))));
  });
  app.post('/issues/:number/labels', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    const body = await readBody(c, labels);
    await addLabels(world, repository, pull, actor, Array.isArray(body) ? body : body.labels);
    return c.json(labelsJson(repository, pull));
  });
  app.delete('/issues/:number/labels/:label', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    await removeLabel(world, repository, pull, actor, c.req.param('label'));
    return c.json(labelsJson(repository, pull));
  });
  app.post('/issues/:number/assignees', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    await assign(world, repository, pull, actor, (await readBody(c, assignees)).assignees);
    return c.json(pullSummaryJson(world, repository, pull), 201);
  });
  return app;
}

export function comments(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/issues/:number/comments', (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    return c.json(page(c, pull.comments).map((one) => commentJson(world, repository, pull, one)));
  });
  app.post('/issues/:number/comments', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireActor(c);
    const said = comment(world, pull, actor, (await readBody(c, newComment)).body);
    return c.json(commentJson(world, repository, pull, said), 201);
  });
  app.patch('/issues/comments/:id', async (c) => {
    const repository = c.get('repository');
    const actor = requireActor(c);
    const { pull, said } = commentOf(repository, Number(c.req.param('id')));
    if (said.author !== actor.login && !world.canPush(repository, actor)) {
      throw new Refusal(403, 'Must have admin rights to Repository.');
    }
    said.body = (await readBody(c, newComment)).body;
    said.updatedAt = world.now();
    world.changed();
    return c.json(commentJson(world, repository, pull, said));
  });
  return app;
}

function commentOf({ record }: Repository, id: number): { pull: Pull; said: Comment } {
  for (const pull of record.pulls) {
    const said = pull.comments.find((candidate) => candidate.id === id);
    if (said !== undefined) return { pull, said };
  }
  throw notFound();
}
