// REST: files of a repository as they are at a commit, and one file written onto a branch.

import { Hono } from 'hono';
import { z } from 'zod';
import { commitFile } from '../file-commit.ts';
import { gitCommitJson } from '../json/commit.ts';
import { fullName } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireWriter } from './access.ts';
import { isUnknown } from './commits.ts';
import { readBody } from './reading.ts';
import { rightsOf } from './rights.ts';

/** Up to here GitHub puts a file into JSON, up to there it gives it raw. */
const JSON_MAX_BYTES = 1024 * 1024;
const RAW_MAX_BYTES = 100 * 1024 * 1024;
const DIRECTORY_MAX = 1000;

const newFile = z.object({
  message: z.string(),
  content: z.base64(),
  sha: z.string().optional(),
  branch: z.string().optional(),
});

function entryJson(
  world: World,
  { record }: Repository,
  ref: string,
  entry: {
    readonly type: string;
    readonly path: string;
    readonly sha: string;
    readonly size: number;
  },
) {
  const { type, path, sha, size } = entry;
  const place = path.split('/').map(encodeURIComponent).join('/');
  const at = `${world.url}/repos/${fullName(record)}`;
  const url = `${at}/contents/${place}?ref=${encodeURIComponent(ref)}`;
  const git_url = `${at}/git/${type}s/${sha}`;
  const html_url = `${world.url}/${fullName(record)}/${type}/${encodeURIComponent(ref)}/${place}`;
  return {
    type: type === 'tree' ? ('dir' as const) : ('file' as const),
    size,
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    url,
    git_url,
    html_url,
    download_url: type === 'tree' ? null : url,
    _links: { self: url, git: git_url, html: html_url },
  };
}

export function contents(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/contents', (c) => contentOf(world, c, ''));
  app.get('/contents/:path{.+}', (c) => contentOf(world, c, c.req.param('path')));
  app.put('/contents/:path{.+}', async (c) => {
    const repository = c.get('repository');
    const actor = requireWriter(world, c);
    const wanted = await readBody(c, newFile);
    const path = c.req.param('path');
    const branch = wanted.branch ?? repository.record.defaultBranch;
    const rights = rightsOf(c);
    const sha = await world.exclusive(repository, async () => {
      await requireKnown(repository, branch, path, wanted.sha);
      const content = Buffer.from(wanted.content, 'base64');
      const commit = { branch, startAt: branch, path, content, message: wanted.message };
      return commitFile(world, repository, actor, commit, rights);
    });
    const commit = await repository.git.commit(sha);
    const blob = await repository.git.object(`${sha}:${path}`);
    if (commit === null || blob === null) throw notFound();
    const entry = { type: 'blob', path, sha: blob.sha, size: blob.body.length };
    const content = entryJson(world, repository, branch, entry);
    const answer = { content, commit: gitCommitJson(world, repository, commit) };
    return c.json(answer, wanted.sha === undefined ? 201 : 200);
  });
  return app;
}

/** GitHub wants the blob that is to be replaced named, so that nobody overwrites what they have not seen. */
async function requireKnown(
  { git }: Repository,
  branch: string,
  path: string,
  sha: string | undefined,
): Promise<void> {
  const there = await git.object(`refs/heads/${branch}:${path}`);
  if (there === null && sha === undefined) return;
  if (there === null || sha === undefined) {
    throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  }
  if (there.sha !== sha) throw new Refusal(409, `${path} does not match ${sha}`);
}

async function contentOf(world: World, c: ForgeContext, path: string): Promise<Response> {
  const repository = c.get('repository');
  const { git, record } = repository;
  const ref = c.req.query('ref') ?? record.defaultBranch;
  const commit = await git.commit(ref);
  if (commit === null || (await isUnknown(world, repository, commit.sha))) {
    throw new Refusal(404, `No commit found for the ref ${ref}`);
  }
  const object = await git.object(`${commit.sha}:${path}`);
  if (object === null) throw notFound();
  if (object.type === 'tree') {
    const entries = (await git.tree(object.sha, false)).slice(0, DIRECTORY_MAX);
    const prefix = path === '' ? '' : `${path}/`;
    return c.json(
      entries.map(({ type, path: at, sha }) =>
        entryJson(world, repository, ref, { type, path: prefix + at, sha, size: 0 }),
      ),
    );
  }
  const isRaw = c.req.header('accept')?.includes('raw') === true;
  const size = object.body.length;
  if (size > RAW_MAX_BYTES || (size > JSON_MAX_BYTES && !isRaw)) {
    throw new Refusal(
      403,
      'This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via the API, but you can use the Git Data API to request blobs up to 100 MB in size.',
      [{ resource: 'Blob', field: 'data', code: 'too_large' }],
    );
  }
  if (isRaw) {
    return c.body(new Uint8Array(object.body), 200, {
      'content-type': 'application/vnd.github.raw+json; charset=utf-8',
    });
  }
  const file = entryJson(world, repository, ref, { type: 'blob', path, sha: object.sha, size });
  return c.json({ ...file, encoding: 'base64', content: object.body.toString('base64') });
}
