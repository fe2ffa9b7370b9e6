// REST: trees and blobs, below /repos/{owner}/{name}/git.

import { Hono } from 'hono';
import { z } from 'zod';
import { isSha, type TreeEntry } from '../git-repository.ts';
import { fullName } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeEnv } from '../traffic.ts';
import { editTree, type TreeChange, writeBlob } from '../tree-edit.ts';
import type { World } from '../world.ts';
import { requireWriter } from './access.ts';
import { readBody } from './reading.ts';

/** GitHub's limit for one recursive answer. */
const ENTRIES_MAX = 100_000;

const newTree = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string().min(1),
      mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
      type: z.enum(['blob', 'tree', 'commit']).optional(),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
});
const newBlob = z.object({
  content: z.string(),
  encoding: z.enum(['utf-8', 'base64']).default('utf-8'),
});

function treeJson(url: string, sha: string, all: readonly TreeEntry[]) {
  const tree = all.slice(0, ENTRIES_MAX).map(({ size, ...entry }) => ({
    ...entry,
    ...(size === null ? {} : { size }),
    ...(entry.type === 'commit' ? {} : { url: `${url}/${entry.type}s/${entry.sha}` }),
  }));
  return { sha, url: `${url}/trees/${sha}`, tree, truncated: all.length > ENTRIES_MAX };
}

export function objects(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const urlOf = (repository: Repository) => `${world.url}/repos/${fullName(repository.record)}/git`;
  app.get('/git/trees/:sha{.+}', async (c) => {
    const repository = c.get('repository');
    const object = await repository.git.object(`${c.req.param('sha')}^{tree}`);
    if (object === null) throw notFound();
    const recursive = c.req.query('recursive') !== undefined;
    const entries = await repository.git.tree(object.sha, recursive);
    return c.json(treeJson(urlOf(repository), object.sha, entries));
  });
  app.post('/git/trees', async (c) => {
    const repository = c.get('repository');
    requireWriter(world, c);
    const { base_tree, tree } = await readBody(c, newTree);
    const base =
      base_tree === undefined ? null : await repository.git.object(`${base_tree}^{tree}`);
    if (base_tree !== undefined && base === null) throw notFound();
    const changes: TreeChange[] = [];
    for (const { path, mode, sha, content } of tree) {
      const written = content === undefined ? sha : await writeBlob(repository.git, content);
      if (written === undefined)
        throw new Refusal(422, `tree.sha or tree.content is missing for ${path}`);
      changes.push({ path, mode, sha: written });
    }
    const made = await editTree(repository.git, base?.sha ?? null, changes);
    const entries = await repository.git.tree(made, false);
    return c.json(treeJson(urlOf(repository), made, entries), 201);
  });
  app.get('/git/blobs/:sha', async (c) => {
    const repository = c.get('repository');
    const sha = c.req.param('sha');
    const object = isSha(sha) ? await repository.git.object(sha) : null;
    if (object?.type !== 'blob') throw notFound();
    return c.json({
      sha,
      node_id: `B_${sha}`,
      size: object.body.length,
      url: `${urlOf(repository)}/blobs/${sha}`,
      content: object.body.toString('base64'),
      encoding: 'base64',
    });
  });
  app.post('/git/blobs', async (c) => {
    const repository = c.get('repository');
    requireWriter(world, c);
    const { content, encoding } = await readBody(c, newBlob);
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
    const sha = await writeBlob(repository.git, bytes);
    return c.json({ sha, url: `${urlOf(repository)}/blobs/${sha}` }, 201);
  });
  return app;
}
