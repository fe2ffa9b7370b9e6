// S6.7 The buttons on our check, inside workerd: a signed webhook of our own App's check repeats a test, and nothing
// else does. Whatever it is, GitHub gets its 202, and a sentence.
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sign } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../src/core/config.ts';
import { createBranches } from '../../src/routes/branches.ts';
import { githubCallback } from '../../src/routes/github-callback.ts';
import { failed, pullOf, sourceOf, stateOf } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import { MAIN, quiet, seed, stubOf } from './sluice.ts';

const APP = 7;
const SECRET = testEnvironment.GITHUB_WEBHOOK_SECRET;

/** The front door of a Sluice that comes as a GitHub App. */
function door() {
  const { GITHUB_TOKEN: _, ...environment } = testEnvironment;
  const config = parseConfig({
    ...environment,
    GITHUB_APP_KEY: '-----BEGIN PRIVATE KEY-----',
    SLUICE_CONFIG: JSON.stringify({
      ...JSON.parse(testEnvironment.SLUICE_CONFIG),
      github: { app_id: APP },
    }),
  });
  if (!config.ok) throw new Error(config.error.join());
  return githubCallback(config.value, createBranches(config.value.branches, env.BRANCH));
}

beforeEach(async () => {
  quiet();
  const shown = { state: 'failure', description: 'Failed', url: '', words: 'batch 101' } as const;
  const pulls = [pullOf(1, { build: failed(1), facts: { shown } })];
  await seed(stubOf(MAIN), stateOf({ pulls }));
});
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const run = {
  head_sha: sourceOf(1),
  name: 'sluice',
  external_id: 'batch 101',
  app: { id: APP },
};
const common = { repository: { full_name: 'acme/bakery' }, sender: { login: 'bob' } };
const rerequested = { ...common, action: 'rerequested', check_run: run };

async function send(event: string, body: object, secret = SECRET): Promise<[number, string]> {
  const text = JSON.stringify(body);
  const headers = {
    'x-github-event': event,
    'x-hub-signature-256': await sign(secret, text),
  };
  const answer = await door().request('/github_callback', { method: 'POST', headers, body: text });
  return [answer.status, await answer.text()];
}

/** What the branch says of the pull request's test. */
const lastEvent = async () => (await stubOf(MAIN).eventsOf(1)).at(-1)?.text;
const DISCARDED = 'The test of #1 in batch 101 counts no more';

describe('S6.7 a test is asked for again', () => {
  it.each<[string, string, object]>([
    ['by GitHub’s button', 'check_run', rerequested],
    [
      'by ours',
      'check_run',
      { ...rerequested, action: 'requested_action', requested_action: { identifier: 'retry' } },
    ],
    [
      'by the other of ours',
      'check_run',
      {
        ...{ ...rerequested, action: 'requested_action' },
        requested_action: { identifier: 'tactical_retry' },
      },
    ],
    [
      'with all checks of the commit',
      'check_suite',
      {
        ...common,
        action: 'rerequested',
        check_suite: { head_sha: sourceOf(1), app: { id: APP } },
      },
    ],
  ])('%s', async (_, event, body) => {
    expect(await send(event, body)).toEqual([202, '202: noted']);
    expect(await lastEvent()).toBe(DISCARDED);
  });

  it('once, however often GitHub tells of it', async () => {
    expect(await send('check_run', rerequested)).toEqual([202, '202: noted']);
    expect(await send('check_run', rerequested)).toEqual([
      202,
      '202: A retry was asked for already, by bob.',
    ]);
  });
});

describe('S6.7 nothing is repeated', () => {
  it.each<[string, object, string]>([
    [
      'for a commit that was replaced',
      { ...rerequested, check_run: { ...run, head_sha: sourceOf(9) } },
      '202: Retry cannot be requested: no open pull request of acme/bakery:main is at 1009100.',
    ],
    [
      'for the check of an earlier test',
      { ...rerequested, check_run: { ...run, external_id: 'batch 99' } },
      '202: Retry cannot be requested: this is the check of an earlier test.',
    ],
    ['for another App', { ...rerequested, check_run: { ...run, app: { id: 8 } } }, '202: noted'],
    ['for another check', { ...rerequested, check_run: { ...run, name: 'lint' } }, '202: noted'],
    ['when it is only told', { ...rerequested, action: 'completed' }, '202: noted'],
  ])('%s', async (_, body, sentence) => {
    expect(await send('check_run', body)).toEqual([202, sentence]);
    expect(await lastEvent()).toBeUndefined();
  });

  it('S4.2 for whoever does not know the secret', async () => {
    expect(await send('check_run', rerequested, 'another-secret')).toEqual([
      401,
      '401: X-Hub-Signature-256 does not match the body',
    ]);
    expect(await lastEvent()).toBeUndefined();
  });
});
