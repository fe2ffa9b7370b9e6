// Gathers what a report is judged from, out of the running services: Sluice's events and statuses, the
// forge's history as git sees it, the forge's pull requests, the live site. It judges nothing.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readPull } from '../demo/contributor.ts';
import { git } from '../demo/git.ts';
import { bot } from '../demo/people.ts';
import type { Role } from '../demo/story.ts';
import type { Evidence, PullEvidence } from './report.ts';
import type { SluiceEvent } from './sluice-api.ts';
import type { Stack } from './stack.ts';

export interface Run {
  readonly stack: Stack;
  readonly events: readonly SluiceEvent[];
  readonly roles: readonly Role[];
  readonly brokeOff: string | null;
  readonly milliseconds: number;
}

export async function gatherEvidence(run: Run): Promise<Evidence> {
  const { stack, events, brokeOff, milliseconds } = run;
  const pulls = await Promise.all(run.roles.map((role) => pullEvidence(stack, role)));
  const main = await readHistory(stack);
  const liveSha = await readLiveSha(stack.site.url);
  return { events, pulls, main, liveSha, brokeOff, milliseconds };
}

async function pullEvidence(stack: Stack, role: Role): Promise<PullEvidence> {
  const { number, fate, sourceSha } = role;
  const status = await stack.api.pull(number);
  const forge = await readPull({ url: stack.forge.url, repo: stack.repo }, bot, number);
  return { number, title: fate.title, intended: fate.intended, sourceSha, status, forge };
}

/** First-parent history of the watched branch, from a clone made now. */
async function readHistory({ forge, repo, branch, home }: Stack): Promise<Evidence['main']> {
  const clone = join(home, 'work', 'witness.git');
  rmSync(clone, { recursive: true, force: true });
  await git('.', ['clone', '--quiet', '--bare', forge.gitUrl(repo), clone]);
  const format = ['log', '--first-parent', '--format=%H %P', branch];
  return (await git(clone, format)).split('\n').map((line) => {
    const [sha = '', parent = null] = line.split(' ').filter((word) => word !== '');
    return { sha, parent };
  });
}

const version = z.object({ sha: z.string() });

async function readLiveSha(siteUrl: string): Promise<string | null> {
  const response = await fetch(`${siteUrl}/version.json`);
  return response.ok ? version.parse(await response.json()).sha : null;
}
