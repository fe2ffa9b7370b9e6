// Sluice inside workerd, for tests: requests through its front door, a look into an object's storage,
// and a world outside that does not answer unless a test says so.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { sign } from '@octokit/webhooks-methods';
import { expect, vi } from 'vitest';
import { BranchName } from '../../schemas/ids.ts';
import { BranchRecord, type BranchState } from '../../schemas/state.ts';
import { testEnvironment } from '../support/environment.ts';
import { problemsOf } from './described.ts';

export const MAIN = BranchName.parse('acme/bakery:main');
export const STABLE = BranchName.parse('acme/bakery:stable');
export const ORIGIN = 'https://sluice.test';

export const stubOf = (name: string) => env.BRANCH.getByName(name);
type Stub = ReturnType<typeof stubOf>;

/** Whatever is answered must be as our own OpenAPI document says. */
export async function request(path: string, init?: RequestInit): Promise<Response> {
  const asked = new Request(`${ORIGIN}${path}`, { redirect: 'manual', ...init });
  const answer = await exports.default.fetch(asked.clone());
  expect(await problemsOf(asked, answer)).toEqual([]);
  return answer;
}

/** Status and body, the way most tests want an answer. */
export async function answerTo(path: string, init?: RequestInit): Promise<[number, string]> {
  const response = await request(path, init);
  return [response.status, await response.text()];
}

/** A page, and the text that people see in it besides its frame. */
export async function pageAt(
  path: string,
): Promise<{ status: number; html: string; text: string; headers: Headers }> {
  const response = await request(path);
  const html = await response.text();
  const [, main = ''] = /<main.*?>(.*)<\/main>/s.exec(html) ?? [];
  const text = main.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return { status: response.status, html, text, headers: response.headers };
}

/** A command, with the manage token unless a test says otherwise. */
export const command = (
  path: string,
  body: unknown = {},
  token: string | null = testEnvironment.MANAGE_TOKEN,
): Promise<[number, string]> =>
  answerTo(`/api/v1alpha${path}`, {
    method: 'POST',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** A webhook as GitHub sends it. */
export async function webhook(
  event: string | null,
  body: unknown,
  signed: { readonly secret?: string; readonly signature?: string | null } = {},
  delivery: { readonly hook: number; readonly guid: string } | null = null,
): Promise<[number, string]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature =
    signed.signature === undefined
      ? await sign(signed.secret ?? testEnvironment.GITHUB_WEBHOOK_SECRET, text || ' ')
      : signed.signature;
  const headers = new Headers({ 'content-type': 'application/json' });
  if (event !== null) headers.set('x-github-event', event);
  if (signature !== null) headers.set('x-hub-signature-256', signature);
  if (delivery !== null) {
    headers.set('x-github-hook-id', String(delivery.hook));
    headers.set('x-github-delivery', delivery.guid);
  }
  return answerTo('/github_callback', { method: 'POST', headers, body: text });
}

type Fetch = typeof globalThis.fetch;

/** GitHub and Batch answer as given; by default they are down. */
export const outside = (
  answer: Fetch = async () => new Response('the world is down', { status: 503 }),
) => vi.spyOn(globalThis, 'fetch').mockImplementation(answer);

/** Before each test: nobody answers outside, and the log keeps to itself. */
export function quiet(): void {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  outside();
}

/** What an object has stored; null when it has stored nothing yet. */
export const storedBy = (stub: Stub): Promise<BranchRecord | null> =>
  runInDurableObject(stub, (_object, { storage }) => {
    const record = storage.kv.get('record');
    return record === undefined ? null : BranchRecord.parse(record);
  });

export const alarmOf = (stub: Stub): Promise<number | null> =>
  runInDurableObject(stub, (_object, { storage }) => storage.getAlarm());

/** Makes an object believe a state, as if it had stored it before it was evicted. */
export async function seed(stub: Stub, { pulls, ...record }: BranchState): Promise<void> {
  await runInDurableObject(stub, async (_object, { storage }) => {
    // The alarm that it has set as it was made would have it believe, and write, something else.
    const silenced = storage.deleteAlarm();
    storage.kv.put('record', record);
    for (const [number, pull] of Object.entries(pulls))
      storage.sql.exec(
        'INSERT OR REPLACE INTO pull (number, json) VALUES (?, ?)',
        Number(number),
        JSON.stringify(pull),
      );
    await silenced;
  });
  await evictDurableObject(stub);
}
