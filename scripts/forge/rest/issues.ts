// REST: what GitHub keeps on the issue behind a pull request: labels, comments, assignees.

import { Hono } from 'hono';
import { z } from 'zod';
import {
  addLabels,
  assign,
  comment,
  deleteComment,
  editComment,
  removeLabel,
  unassign,
} from '../discussion.ts';
import { issueJson } from '../json/issue.ts';
import { commentJson, labelJson } from '../json/pull.ts';
import type { Comment, Pull } from '../model/pull.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireActor, requireWriter } from './access.ts';
import { pullOf } from './pulls.ts';
import { page, readBody } from './reading.ts';

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
  app.put('/issues/:number/labels', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    const body = await readBody(c, labels);
    const wanted = Array.isArray(body) ? body : body.labels;
    for (const label of pull.labels.filter((one) => !wanted.includes(one))) {
      await removeLabel(world, repository, pull, actor, label);
    }
    await addLabels(world, repository, pull, actor, wanted);
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
    return c.json(issueJson(world, repository, pull), 201);
  });
  app.delete('/issues/:number/assignees', async (c) => {
    const repository = c.get('repository');
    const pull = pullOf(world, c);
    const actor = requireWriter(world, c);
    await unassign(world, repository, pull, actor, (await readBody(c, assignees)).assignees);
    return c.json(issueJson(world, repository, pull));
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
    const { body } = await readBody(c, newComment);
    const said = comment(world, repository, pull, actor, body);
    return c.json(commentJson(world, repository, pull, said), 201);
  });
  app.get('/issues/comments/:id', (c) => {
    const repository = c.get('repository');
    const { pull, said } = commentNamed(c);
    return c.json(commentJson(world, repository, pull, said));
  });
  app.patch('/issues/comments/:id', async (c) => {
    const repository = c.get('repository');
    const { pull, said } = commentNamed(c);
    const editor = requireEditor(world, c, said);
    const { body } = await readBody(c, newComment);
    editComment(world, repository, pull, editor, said, body);
    return c.json(commentJson(world, repository, pull, said));
  });
  app.delete('/issues/comments/:id', (c) => {
    const { pull, said } = commentNamed(c);
    const editor = requireEditor(world, c, said);
    deleteComment(world, c.get('repository'), pull, editor, said);
    return c.body(null, 204);
  });
  return app;
}

/** Whoever said it, or may write. Throws a 403 Refusal. */
function requireEditor(world: World, c: ForgeContext, said: Comment) {
  const actor = requireActor(c);
  if (said.author === actor.login || world.canPush(c.get('repository'), actor)) return actor;
  throw new Refusal(403, 'Must have admin rights to Repository.');
}

/** Throws a 404 Refusal. */
function commentNamed(c: ForgeContext): { pull: Pull; said: Comment } {
  const id = Number(c.req.param('id'));
  for (const pull of c.get('repository').record.pulls) {
    const said = pull.comments.find((candidate) => candidate.id === id);
    if (said !== undefined) return { pull, said };
  }
  throw notFound();
}
