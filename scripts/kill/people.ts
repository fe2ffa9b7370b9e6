// What people do to the repository, by GitHub's REST interface, as people do it: when nobody answers they try again, and
// find that it has happened already.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { alice, bob, type Person } from '../demo/people.ts';
import type { Stack } from '../start/stack.ts';

const PATIENCE_MS = 60_000;
const AGAIN_AFTER_MS = 200;

const refAnswer = z.object({ object: z.object({ sha: z.string() }) });
const pullAnswer = z.object({ number: z.number() });
const fileAnswer = z.object({ sha: z.string(), content: z.string() });

export interface People {
  /** A pull request with one file. @returns its number */
  propose(branch: string, path: string, text: string): Promise<number>;
  /** Another commit on the branch, which overwrites the file. */
  rewrite(branch: string, path: string, text: string): Promise<void>;
  /** A commit on main that nobody has tested. @param message by which it is known again */
  pushDirectly(path: string, message: string): Promise<void>;
  approve(pr: number): Promise<void>;
  label(pr: number, name: string): Promise<void>;
  unlabel(pr: number, name: string): Promise<void>;
  close(pr: number): Promise<void>;
  /** By Sluice's own API. */
  retry(pr: number): Promise<void>;
}

export function peopleOf({ forge, sluice, repo, manageToken }: Stack): People {
  const api = `${forge.url}/repos/${repo}`;
  const call = (by: Person, method: string, path: string, body?: unknown) =>
    insist(`${api}${path}`, by.token, method, body);

  /** Until it is there for all to see: an attempt may have been lost, and what is read may lag. */
  const write = async (branch: string, path: string, text: string, message: string) => {
    const content = Buffer.from(text).toString('base64');
    await untilSeen(`${path} on ${branch}`, async () => {
      const known = await call(alice, 'GET', `/contents/${path}?ref=${branch}`);
      const there = known.ok ? fileAnswer.parse(known.body) : undefined;
      if (there?.content === content) return true;
      await call(alice, 'PUT', `/contents/${path}`, { branch, message, content, sha: there?.sha });
      return undefined;
    });
  };
  return {
    async propose(branch, path, text) {
      const main = refAnswer.parse((await call(alice, 'GET', '/git/ref/heads/main')).body);
      await call(alice, 'POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: main.object.sha });
      await write(branch, path, text, `Add ${path}`);
      const title = `Mill: ${path}`;
      await call(alice, 'POST', '/pulls', { title, head: branch, base: 'main', body: '' });
      return untilSeen(`a pull request of ${branch}`, async () => {
        const listed = await call(alice, 'GET', `/pulls?state=all&head=acme:${branch}`);
        return z.array(pullAnswer).parse(listed.body)[0]?.number;
      });
    },
    rewrite: (branch, path, text) => write(branch, path, text, `Rewrite ${path}`),
    pushDirectly: (path, message) => write('main', path, `${message}\n`, message),
    approve: async (pr) => void (await call(bob, 'POST', `/pulls/${pr}/reviews`, approval)),
    label: async (pr, name) =>
      void (await call(bob, 'POST', `/issues/${pr}/labels`, { labels: [name] })),
    unlabel: async (pr, name) => void (await call(bob, 'DELETE', `/issues/${pr}/labels/${name}`)),
    close: async (pr) => void (await call(alice, 'PATCH', `/pulls/${pr}`, { state: 'closed' })),
    async retry(pr) {
      const path = `/api/v1alpha/watched_branches/main/prs/${pr}/retry`;
      await insist(`${sluice.url}${path}`, manageToken, 'POST', { by: 'bob' });
    },
  };
}

const approval = { event: 'APPROVE' };

async function untilSeen<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(AGAIN_AFTER_MS);
  }
  throw new Error(`${what} is not to be seen`);
}

interface Answer {
  readonly ok: boolean;
  readonly body: unknown;
}

/** @returns what was answered, a refusal too. @throws when for a minute nobody answered, or only that it cannot now */
async function insist(url: string, token: string, method: string, body: unknown): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const response = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'user-agent': 'people' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      if (response.status < 500 && response.status !== 429 && response.status !== 403)
        return {
          ok: response.ok,
          body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
        };
    } catch (error) {
      // Whoever was asked is dead just now. He is started again.
      if (performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) throw new Error(`${method} ${url}: nobody answered`);
    await sleep(AGAIN_AFTER_MS);
  }
}
