// Webhooks that are refused or ignored, inside workerd: no object is ever made for them. A file of its
// own, because the list of objects lasts as long as the file.
import { listDurableObjectIds } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sign } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testEnvironment } from '../support/environment.ts';
import { answerTo, quiet, webhook } from './sluice.ts';

beforeEach(quiet);
afterEach(() => void vi.restoreAllMocks());
afterEach(async () => {
  expect(await listDurableObjectIds(env.BRANCH)).toEqual([]);
});

const repository = { full_name: 'acme/bakery' };
const opened = (number: number, ref = 'main') => ({
  action: 'opened',
  repository,
  pull_request: { number, base: { ref } },
});

describe('S4.2 a webhook that GitHub did not sign is refused, and nothing is stored', () => {
  const WRONG = '401: X-Hub-Signature-256 does not match the body';
  const hex = '0'.repeat(64);

  it.each<[what: string, signed: { secret?: string; signature?: string | null }, body: unknown]>([
    ['no signature', { signature: null }, opened(7)],
    ['an empty signature', { signature: '' }, opened(7)],
    ['a wrong signature', { signature: `sha256=${hex}` }, opened(7)],
    ['a signature that is none', { signature: 'sha256=zz' }, opened(7)],
    ['a signature of the older kind', { signature: `sha1=${hex.slice(24)}` }, opened(7)],
    ['a signature with a secret that is not ours', { secret: 'another-secret' }, opened(7)],
    ['an empty body', {}, ''],
    ['something that is not JSON, unsigned', { signature: null }, 'x'],
  ])('%s', async (_what, signed, body) => {
    expect(await webhook('pull_request', body, signed)).toEqual([401, WRONG]);
  });

  it('a body changed on its way', async () => {
    const secret = testEnvironment.GITHUB_WEBHOOK_SECRET;
    const signature = await sign(secret, JSON.stringify(opened(7)));
    expect(await webhook('pull_request', opened(8), { signature })).toEqual([401, WRONG]);
  });
});

describe('S4.2 bad input is refused with a sentence', () => {
  it('not JSON', async () => {
    expect(await webhook('push', 'ref=refs/heads/main')).toEqual([
      400,
      '400: the body is not JSON; expected content type application/json',
    ]);
  });

  it('not the event that it claims to be', async () => {
    const [status, text] = await webhook('pull_request', { repository, action: 'opened' });
    expect(status).toBe(400);
    expect(text).toMatch(/^400: this is not a pull_request event: .*pull_request/s);
  });

  it.each<[event: string | null, sentence: string]>([
    ['ping', '202: ping is not used'],
    ['workflow_job', '202: workflow_job is not used'],
    ['constructor', '202: constructor is not used'],
    [null, '202: an unnamed event is not used'],
  ])('an event that nobody uses is accepted and ignored: %s', async (event, sentence) => {
    expect(await webhook(event, { zen: 'x' })).toEqual([202, sentence]);
  });

  const MAX = 25 * 1024 * 1024;
  it('one byte too many, by what it says of its length', async () => {
    const body = new Uint8Array(MAX + 1);
    expect(await answerTo('/github_callback', { method: 'POST', body })).toEqual([
      413,
      '413: a webhook has at most 25 MB',
    ]);
  });

  it('one byte too many, without saying so', async () => {
    const megabyte = new Uint8Array(1024 * 1024);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent < 25) controller.enqueue(megabyte);
        else if (sent === 25) controller.enqueue(new Uint8Array(1));
        else controller.close();
        sent += 1;
      },
    });
    expect(await answerTo('/github_callback', { method: 'POST', body })).toEqual([
      413,
      '413: a webhook has at most 25 MB',
    ]);
  });

  it('just not too many: judged by its signature', async () => {
    const body = new Uint8Array(MAX);
    expect((await answerTo('/github_callback', { method: 'POST', body }))[0]).toBe(401);
  });

  it('any other method', async () => {
    expect((await answerTo('/github_callback'))[0]).toBe(404);
  });
});

describe('S1.3 a branch that nobody watches', () => {
  it('never gets an object', async () => {
    expect(await webhook('pull_request', opened(7, 'wild'))).toEqual([202, '202: noted']);
    expect(await webhook('push', { repository, ref: 'refs/heads/wild' })).toEqual([
      202,
      '202: noted',
    ]);
    const other = { ...opened(7), repository: { full_name: 'acme/other' } };
    expect(await webhook('pull_request', other)).toEqual([202, '202: noted']);
  });
});
