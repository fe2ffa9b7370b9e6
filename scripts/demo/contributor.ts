// What a person does with the forge: clone, commit, push, find the pull request, approve it,
// label it. Only what a human could do with git and a token; nothing reaches into the forge.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fate } from './fates.ts';
import { git } from './git.ts';
import type { Person } from './people.ts';

/** A commit on a branch of a clone, not pushed yet. */
export interface Draft {
  readonly fate: Fate;
  readonly folder: string;
  readonly sha: string;
}

export interface ForgeAccess {
  readonly url: string;
  /** owner/name of the repository that takes the pull requests. */
  readonly repo: string;
}

/** The clone URL with the person's token in it, as the forge takes it for pushing. */
export function cloneUrl(forgeUrl: string, repo: string, person: Person): string {
  const url = new URL(`${forgeUrl}/${repo}.git`);
  url.username = person.login;
  url.password = person.token;
  return url.href;
}

/** Clones `url` into `folder` and commits the fate's edits on its branch. */
export async function draft(fate: Fate, url: string, folder: string): Promise<Draft> {
  await git('.', ['clone', '--quiet', url, folder]);
  await git(folder, ['switch', '--quiet', '-c', fate.branch]);
  for (const [path, edit] of Object.entries(fate.edits)) {
    const file = join(folder, path);
    await writeFile(file, edit(await readFile(file, 'utf8')));
  }
  const message = `${fate.title}\n\n${fate.body}`;
  await git(folder, ['commit', '--quiet', '--all', '-m', message], fate.author);
  return { fate, folder, sha: await git(folder, ['rev-parse', 'HEAD']) };
}

const pullList = z.array(z.object({ number: z.number(), head: z.object({ sha: z.string() }) }));

/** Pushes the draft, which opens a pull request, and returns its number. */
export async function propose(forge: ForgeAccess, { fate, folder, sha }: Draft): Promise<number> {
  await git(folder, ['push', '--quiet', 'origin', fate.branch]);
  const answer = await call(forge, fate.author, 'GET', '/pulls?state=all&per_page=100');
  const opened = pullList.parse(answer).find((pull) => pull.head.sha === sha);
  if (!opened) throw new Error(`the push of ${fate.branch} opened no pull request`);
  return opened.number;
}

export async function approve(forge: ForgeAccess, by: Person, number: number): Promise<void> {
  await call(forge, by, 'POST', `/pulls/${number}/reviews`, { event: 'APPROVE' });
}

export async function label(
  forge: ForgeAccess,
  by: Person,
  number: number,
  name: string,
): Promise<void> {
  await call(forge, by, 'POST', `/issues/${number}/labels`, { labels: [name] });
}

const pullState = z.object({ state: z.enum(['open', 'closed']) });
const commentList = z.array(z.object({ body: z.string() }));

/** How the forge itself sees the pull request, whatever Sluice says. */
export async function readPull(forge: ForgeAccess, by: Person, number: number) {
  const { state } = pullState.parse(await call(forge, by, 'GET', `/pulls/${number}`));
  const comments = commentList.parse(await call(forge, by, 'GET', `/issues/${number}/comments`));
  return { state, comments: comments.map((comment) => comment.body) };
}

async function call(
  forge: ForgeAccess,
  by: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${forge.url}/repos/${forge.repo}${path}`, {
    method,
    headers: { authorization: `Bearer ${by.token}`, 'user-agent': `sluice-demo (${by.login})` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} as ${by.login}: ${response.status} ${text}`);
  return JSON.parse(text);
}
