// The whole system for a test, on free ports and in a folder of its own: forge, Batch, live site and Sluice
// in workerd; and what can be seen of it from outside, in the forge's git and in Batch's records.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cloneUrl, type Draft, draft } from '../../scripts/demo/contributor.ts';
import type { Fate } from '../../scripts/demo/fates.ts';
import { git } from '../../scripts/demo/git.ts';
import { type Closing, createClosing } from '../../scripts/start/closing.ts';
import { type Demo, startDemo } from '../../scripts/start/run-demo.ts';
import { portsFrom } from '../../scripts/start/stack.ts';

/** Away from the ports that people use, and from those of other test files that start at the same time. */
const FIRST_PORT = 18_000 + (process.pid % 500) * 20;

export interface TestStack extends Demo {
  /** owner/name and URL, as the people of the demo use them. */
  readonly access: { readonly url: string; readonly repo: string };
  /** A commit on a branch of a fresh clone, not pushed yet. */
  draft(fate: Fate): Promise<Draft>;
  close(): Promise<void>;
}

/** @param options whatever is not that of `npm start` */
export async function startTestStack(
  options: { readonly as?: 'token' | 'app'; readonly pollEverySeconds?: number } = {},
): Promise<TestStack> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const closing: Closing = createClosing();
  closing.add('folder', () => rmSync(home, { recursive: true, force: true }));
  const ports = await portsFrom(FIRST_PORT);
  const demo = await startDemo({ home, ports, as: 'token', closing, ...options });
  const { stack } = demo;
  mkdirSync(join(home, 'work', 'drafts'), { recursive: true });
  return {
    ...demo,
    access: { url: stack.forge.url, repo: stack.repo },
    draft: (fate) =>
      draft(
        fate,
        cloneUrl(stack.forge.url, stack.repo, fate.author),
        join(home, 'work', 'drafts', fate.branch.replaceAll('/', '-')),
      ),
    close: () => closing.closeAll((trouble) => process.stderr.write(`${trouble}\n`)),
  };
}

/** The forge's main as anybody can fetch it, newest first. */
export async function mainOf(demo: Demo) {
  const copy = await copyOf(demo);
  const log = await git(copy, ['log', '--format=%H %P|%T|%s', 'refs/heads/main']);
  return log.split('\n').map((line) => {
    const [commits = '', tree = '', subject = ''] = line.split('|');
    const [sha = '', ...parents] = commits.split(' ');
    return { sha, parents, tree, subject };
  });
}

/** Refs of the forge that Sluice made for itself. */
export async function ownRefs(demo: Demo): Promise<string[]> {
  const copy = await copyOf(demo);
  const places = ['refs/sluice', 'refs/heads/sluice-scratch'];
  const refs = await git(copy, ['for-each-ref', '--format=%(refname)', ...places]);
  return refs === '' ? [] : refs.split('\n');
}

/** A bare copy that has every ref as the forge has it now. */
async function copyOf({ stack }: Demo): Promise<string> {
  const copy = join(stack.home, 'work', 'copy.git');
  await git(stack.home, ['init', '--quiet', '--bare', copy]);
  const everything = ['--quiet', '--prune', stack.forge.gitUrl(stack.repo), '+refs/*:refs/*'];
  await git(copy, ['fetch', ...everything]);
  return copy;
}

const batches = z.object({
  batches: z.array(
    z.object({
      id: z.number(),
      state: z.string(),
      complete: z.boolean(),
      n_jobs: z.number(),
      attributes: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** Batch's records, newest first. @param query in Batch's own query language */
export async function batchesOf({ stack }: Demo, query: string) {
  const response = await fetch(
    `${stack.batch.url}/api/v1alpha/batches?${new URLSearchParams({ q: query })}`,
    { headers: { authorization: `Bearer ${stack.batchToken}` } },
  );
  return batches.parse(await response.json()).batches;
}

/** Orders a fault of the forge or of Batch; withdraws those that were not used. */
export const faultsOf = (url: string, control: '_forge' | '_batch') => ({
  async add(fault: unknown): Promise<void> {
    const response = await fetch(`${url}/${control}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  },
  async clear(): Promise<void> {
    await fetch(`${url}/${control}/faults`, { method: 'DELETE' });
  },
});

/** Looks again and again. @returns what the look found, once it is anything but false or an empty list */
export async function until<T>(
  what: string,
  look: () => Promise<T | false>,
  patienceMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== false && !(Array.isArray(found) && found.length === 0)) return found;
    await sleep(50);
  }
  throw new Error(`waited in vain until ${what}`);
}
