// REST: refs and commits, below /repos/{owner}/{name}/git; and POST /merges. Trees and blobs are
// objects.ts.

import { Hono } from 'hono';
import { z } from 'zod';
import { signature } from '../commit.ts';
import { GitError } from '../git.ts';
import { isSha } from '../git-repository.ts';
import { commitJson, gitCommitJson, noreplyAddress } from '../json/commit.ts';
import { refNodeId } from '../json/node-id.ts';
import { mergeInto } from '../merging.ts';
import type { Account } from '../model/account.ts';
import { fullName } from '../model.ts';
import { moveRefs } from '../ref-changes.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireWriter } from './access.ts';
import { readBody } from './reading.ts';
import { rightsOf } from './rights.ts';

const personSchema = z.object({
  name: z.string(),
  email: z.string(),
  date: z.iso.datetime({ offset: true }).optional(),
});

const newCommit = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: personSchema.optional(),
  committer: personSchema.optional(),
});

const newRef = z.object({ ref: z.string(), sha: z.string() });
const refUpdate = z.object({ sha: z.string(), force: z.boolean().default(false) });
const merge = z.object({
  base: z.string(),
  head: z.string(),
  commit_message: z.string().optional(),
});

export function refs(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/git/ref/:ref{.+}', async (c) => {
    const repository = c.get('repository');
    return c.json(await refJson(world, repository, `refs/${c.req.param('ref')}`));
  });
  app.get('/git/matching-refs/:ref{.+}', async (c) => {
    const repository = c.get('repository');
    const prefix = `refs/${c.req.param('ref')}`;
    const names = [...repository.git.refs.keys()].filter((name) => name.startsWith(prefix));
    return c.json(await Promise.all(names.map((name) => refJson(world, repository, name))));
  });
  app.post('/git/refs', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const { ref, sha } = await readBody(c, newRef);
    const move = { name: ref, before: null, after: sha, force: false };
    await world.exclusive(repository, () => {
      if (repository.git.refs.has(ref)) throw new Refusal(422, 'Reference already exists');
      return moveRefs(world, repository, actor, [move], rightsOf(c));
    });
    return c.json(await refJson(world, repository, ref), 201);
  });
  app.patch('/git/refs/:ref{.+}', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const { sha, force } = await readBody(c, refUpdate);
    const name = `refs/${c.req.param('ref')}`;
    await world.exclusive(repository, () => {
      if (!repository.git.refs.has(name)) throw new Refusal(422, 'Reference does not exist');
      const move = { name, before: undefined, after: sha, force };
      return moveRefs(world, repository, actor, [move], rightsOf(c));
    });
    return c.json(await refJson(world, repository, name));
  });
  app.delete('/git/refs/:ref{.+}', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const name = `refs/${c.req.param('ref')}`;
    if (name === `refs/heads/${repository.record.defaultBranch}`) {
      throw new Refusal(422, 'Cannot delete the default branch');
    }
    const move = { name, before: undefined, after: null, force: true };
    await world.exclusive(repository, () => moveRefs(world, repository, actor, [move]));
    return c.body(null, 204);
  });
  return app;
}

async function refJson(world: World, repository: Repository, name: string) {
  const sha = repository.git.refs.get(name);
  const object = sha === undefined ? null : await repository.git.object(sha);
  if (object === null) throw notFound();
  const url = `${world.url}/repos/${fullName(repository.record)}/git`;
  return {
    ref: name,
    node_id: refNodeId(repository.record.id, name),
    url: `${url}/${name}`,
    object: { sha: object.sha, type: object.type, url: `${url}/${object.type}s/${object.sha}` },
  };
}

export function commits(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/git/commits/:sha', async (c) => {
    const repository = c.get('repository');
    const sha = c.req.param('sha');
    const commit = isSha(sha) ? await repository.git.commit(sha) : null;
    if (commit === null) throw notFound();
    return c.json(gitCommitJson(world, repository, commit));
  });
  app.post('/git/commits', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const sha = await createCommit(world, repository, actor, await readBody(c, newCommit));
    const commit = await repository.git.commit(sha);
    if (commit === null) throw notFound();
    return c.json(gitCommitJson(world, repository, commit), 201);
  });
  app.post('/merges', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const { base, head, commit_message: message } = await readBody(c, merge);
    const wanted = { base, head, message };
    const sha = await world.exclusive(repository, () =>
      mergeInto(world, repository, actor, wanted, rightsOf(c)),
    );
    const commit = sha === null ? null : await repository.git.commit(sha);
    if (commit === null) return c.body(null, 204);
    return c.json(commitJson(world, repository, commit), 201);
  });
  return app;
}

async function createCommit(
  world: World,
  repository: Repository,
  actor: Account,
  wanted: z.output<typeof newCommit>,
): Promise<string> {
  const { git } = repository;
  const tree = isSha(wanted.tree) ? await git.object(wanted.tree) : null;
  if (tree?.type !== 'tree') throw new Refusal(422, 'Tree SHA does not exist');
  for (const parent of wanted.parents) {
    const object = isSha(parent) ? await git.object(parent) : null;
    if (object?.type !== 'commit') {
      throw new Refusal(422, 'Parent SHA does not exist or is not a commit object');
    }
  }
  const caller = { name: actor.name ?? actor.login, email: noreplyAddress(actor), date: undefined };
  const author = wanted.author ?? caller;
  const committer = wanted.committer ?? author;
  const sign = (person: z.output<typeof personSchema> | typeof caller) =>
    signature(person.name, person.email, person.date ?? world.now());
  try {
    return await git.writeCommit({
      tree: wanted.tree,
      parents: wanted.parents,
      author: sign(author),
      committer: sign(committer),
      message:
        repository.record.knobs.commit_message === 'exact' ? wanted.message : `${wanted.message}\n`,
    });
  } catch (error) {
    if (error instanceof GitError) throw new Refusal(422, error.stderr.trim());
    throw error;
  }
}
