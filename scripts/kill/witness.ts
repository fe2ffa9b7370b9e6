// Gathers what a story is judged by: the forge's git as anybody can fetch it, the forge's and Batch's records, and the
// reasons that Sluice tells. It judges nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { git } from '../demo/git.ts';
import type { Stack } from '../start/stack.ts';
import type { BatchSeen, Commit } from './verdict.ts';

const batchPage = z.object({
  batches: z.array(
    z.object({
      id: z.number(),
      state: z.string(),
      complete: z.boolean(),
      n_jobs: z.number(),
      attributes: z.record(z.string(), z.string()).default({}),
    }),
  ),
  last_batch_id: z.number().optional(),
});
const forgeState = z.object({
  repositories: z.array(
    z.object({
      name: z.string(),
      pulls: z.array(z.object({ number: z.number(), state: z.object({ kind: z.string() }) })),
    }),
  ),
});
const branchStatus = z.object({
  branches: z.array(
    z.object({
      sha: z.string().nullable(),
      deploy_sha: z.string().nullable(),
      deploy_state: z.string().nullable(),
    }),
  ),
});
const pullStatuses = z.array(
  z.object({ number: z.number(), reasons: z.array(z.object({ kind: z.string() })) }),
);
const pullDetail = z.object({
  batch: z.object({ id: z.number(), state: z.string() }).nullable(),
});

export interface Witness {
  /** The newest first, by first parents. @param since left out, with what lies before it */
  main(since: string | null): Promise<Commit[]>;
  ownRefs(): Promise<string[]>;
  /** Every batch, the newest first. */
  batches(): Promise<BatchSeen[]>;
  /** Numbers of the pull requests that the forge shows as open. */
  open(): Promise<Set<number>>;
  branch(): Promise<z.infer<typeof branchStatus>['branches'][0] | undefined>;
  /** By number, of the pull requests that Sluice knows as open. */
  reasons(): Promise<Map<number, string[]>>;
  /** The batch in which the test of a pull request failed, as Sluice tells it; null when it tells of no such one. */
  failedBatch(number: number): Promise<number | null>;
  /** What passes that broke off said, since the log's line number `from`. */
  crashes(from: number): string[];
  logLines(): number;
}

export function witnessOf(stack: Stack): Witness {
  const { home, forge, batch, sluice, repo, batchToken, manageToken } = stack;
  const json = async (url: string, token: string): Promise<unknown> => {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const api = (path: string): Promise<unknown> =>
    json(`${sluice.url}/api/v1alpha/${path}`, manageToken);
  const log = (): string[] => readFileSync(sluice.logFile, 'utf8').split('\n');
  return {
    async main(since) {
      const copy = await copyOf(home, forge.gitUrl(repo));
      const range = since === null ? 'refs/heads/main' : `${since}..refs/heads/main`;
      const format = ['log', '--first-parent', '--format=%H %P|%s', range];
      return (await git(copy, format)).split('\n').filter(Boolean).map(commitOf);
    },
    async ownRefs() {
      const copy = await copyOf(home, forge.gitUrl(repo));
      const places = ['refs/sluice', 'refs/heads/sluice-scratch'];
      const refs = await git(copy, ['for-each-ref', '--format=%(refname)', ...places]);
      return refs.split('\n').filter(Boolean);
    },
    async batches() {
      const all: BatchSeen[] = [];
      for (let before = ''; ; ) {
        const url = `${batch.url}/api/v1alpha/batches?q=user:ci${before}`;
        const page = batchPage.parse(await json(url, batchToken));
        all.push(...page.batches);
        if (page.last_batch_id === undefined) return all;
        before = `&last_batch_id=${page.last_batch_id}`;
      }
    },
    async open() {
      const state = forgeState.parse(await json(`${forge.url}/_forge/state`, ''));
      const pulls = state.repositories.find(({ name }) => name === repo)?.pulls ?? [];
      return new Set(pulls.filter(({ state: { kind } }) => kind === 'open').map((p) => p.number));
    },
    branch: async () => branchStatus.parse(await api('watched_branches')).branches[0],
    async reasons() {
      const pulls = pullStatuses.parse(await api('watched_branches/main/prs'));
      return new Map(pulls.map(({ number, reasons }) => [number, reasons.map((r) => r.kind)]));
    },
    async failedBatch(number) {
      const { batch } = pullDetail.parse(await api(`watched_branches/main/prs/${number}`));
      return batch?.state === 'failure' ? batch.id : null;
    },
    crashes: (from) =>
      log()
        .slice(from)
        .filter((line) => line.includes('"pass.crashed"')),
    logLines: () => log().length - 1,
  };
}

function commitOf(line: string): Commit {
  const [commits = '', subject = ''] = line.split('|');
  const [sha = '', ...parents] = commits.split(' ');
  return { sha, parents, subject };
}

/** A bare copy that has every ref as the forge has it now. */
async function copyOf(home: string, url: string): Promise<string> {
  const copy = join(home, 'work', 'witness.git');
  await git(home, ['init', '--quiet', '--bare', copy]);
  await git(copy, ['fetch', '--quiet', '--prune', url, '+refs/*:refs/*']);
  return copy;
}
