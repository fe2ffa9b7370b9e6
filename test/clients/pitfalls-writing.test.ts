// What goes wrong for those who write to GitHub and listen to it: the forge shows each pitfall, and what
// our client makes of it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { webhookSchemas } from '../../schemas/github-webhook.ts';
import { intendedCheck, sameCheck } from '../../src/core/check.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { configOf, HEAD, pullOf } from '../support/builders.ts';
import { PERMISSIONS, TestApp } from '../support/forge-app.ts';
import { config, Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
let app: TestApp;
let count = 0;
beforeAll(async () => {
  hands = await Hands.start();
  app = await TestApp.start(hands.forge);
  await hands.forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
});
afterAll(async () => {
  await app.close();
  await hands.close();
});
afterEach(async () => {
  await hands.forge.control('DELETE', '/faults');
  await hands.forge.control('PATCH', '/limits', { content_per_minute: null });
  await hands.forge.turn({ fresh_fork_seconds: 0, statuses_max: 1000 });
});

const open = (): Promise<OpenPull> => {
  count += 1;
  return hands.open(`pitfall-${count}`);
};
const heard = async (): Promise<string[]> => {
  await hands.forge.forge.idle();
  return hands.forge.events();
};
const check = { state: 'pending', description: 'Testing', url: 'https://x.test/1' } as const;
const merge = ({ number }: OpenPull) =>
  hands.forge.rest('bob', 'PUT', `/pulls/${number}/merge`, { merge_method: 'squash' });
const stateOf = async ({ number }: OpenPull) =>
  (await hands.forge.rest(null, 'GET', `/pulls/${number}`)).json;

describe('P1 a webhook is lost', () => {
  test('a poll finds the pull request that nobody told of', async () => {
    await hands.forge.forge.idle();
    hands.forge.heard.length = 0;
    await hands.forge.fault({ match: { api: 'webhook' }, do: { drop: true }, times: 'always' });
    const pull = await open();
    expect(await heard()).toEqual([]);
    const page = unwrap(await hands.client().readPage(null));
    expect(page.pulls.map(({ number }) => number)).toContain(pull.number);
  });

  test('one that failed is on record, and GitHub sends it again when asked, not by itself', async () => {
    await hands.forge.fault({
      match: { api: 'webhook', path: 'opened' },
      do: { fail: 'timed_out' },
    });
    const pull = await open();
    await hands.forge.forge.idle();
    hands.forge.heard.length = 0;
    const [{ id: hook }] = (await hands.forge.rest('root', 'GET', '/hooks')).json;
    const [failed] = (
      await hands.forge.rest('root', 'GET', `/hooks/${hook}/deliveries?status=failure`)
    ).json;
    await hands.forge.rest('root', 'POST', `/hooks/${hook}/deliveries/${failed.id}/attempts`);
    expect(await heard()).toEqual(['pull_request.opened']);
    expect(hands.forge.heard[0]?.body).toMatchObject({ number: pull.number });
  });
});

describe('P7 "No commit found for SHA" for the fresh head of a fork', () => {
  test('a refusal that ends by itself: the same post is taken later', async () => {
    count += 1;
    const { sha } = await hands.openFromFork(`fork-${count}`);
    await hands.forge.turn({ fresh_fork_seconds: 5 });
    expect(await hands.github.postCheck(sha, check)).toMatchObject({
      ok: false,
      error: {
        kind: 'refused',
        status: 422,
        message: expect.stringMatching(/^No commit found for SHA/),
      },
    });
    await hands.forge.advance(6);
    expect(await hands.github.postCheck(sha, check)).toMatchObject({ ok: true });
  });
});

describe('P8 the statuses of one commit and context are used up', () => {
  test('by a thousand; the refusal is final and told as it is', async () => {
    const { sha } = await open();
    await hands.forge.turn({ statuses_max: 2 });
    unwrap(await hands.github.postCheck(sha, check));
    unwrap(await hands.github.postCheck(sha, { ...check, state: 'success' }));
    expect(await hands.github.postCheck(sha, check)).toMatchObject({
      ok: false,
      error: {
        kind: 'refused',
        status: 422,
        message: expect.stringMatching(/maximum number of statuses/),
      },
    });
  });
});

describe('S9.2 a commit status with an emoji', () => {
  test('is refused; ours has none, and is shown as it was meant', async () => {
    const { sha, number } = await open();
    const refused = await hands.github.postCheck(sha, { ...check, description: 'Testing 🚧' });
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 422, message: expect.stringContaining("doesn't accept 4-byte Unicode") },
    });
    const why = { kind: 'build_yaml', message: 'build.yaml:3: no step 🚧' } as const;
    const pull = pullOf(number, { build: { kind: 'unbuildable', targetSha: HEAD, why } });
    const meant = intendedCheck(pull, [], configOf());
    unwrap(await hands.github.postCheck(sha, meant));
    expect(sameCheck(meant, (await hands.pull(number)).shown)).toBe(true);
  });
});

describe('P9 the secondary limit', () => {
  test('when much is reported at once: nothing is asked before the time that GitHub names', async () => {
    const { sha } = await open();
    await hands.forge.advance(61);
    await hands.forge.control('PATCH', '/limits', {
      content_per_minute: 2,
      retry_after_seconds: 17,
    });
    unwrap(await hands.github.postCheck(sha, check));
    unwrap(await hands.github.postCheck(sha, { ...check, description: '1 of 7' }));
    const limited = await hands.github.postCheck(sha, { ...check, description: '2 of 7' });
    expect(limited).toMatchObject({
      ok: false,
      error: { kind: 'rate_limited', retryAfterMs: 17_000 },
    });
    await hands.forge.advance(61);
    unwrap(await hands.github.postCheck(sha, { ...check, description: '2 of 7' }));
  });
});

describe('P14 a merge is answered 502 after it happened', () => {
  test('the merge button: the pull request is merged all the same, and a second press is refused', async () => {
    const pull = await open();
    const match = { api: 'rest', method: 'PUT', path: '/merge' };
    await hands.forge.fault({ match, when: 'after', do: { answer: 'bad_gateway' } });
    expect((await merge(pull)).status).toBe(502);
    expect((await stateOf(pull)).merged).toBe(true);
    expect((await merge(pull)).status).toBe(405);
  });

  test('updateRefs: an outcome that is not known, read back as landed', async () => {
    const pull = await open();
    const landing = await hands.tested(pull);
    const match = { api: 'graphql', path: 'updateRefs' };
    await hands.forge.fault({ match, when: 'after', do: { answer: 'graphql_timeout' } });
    const landed = await hands.github.land(landing, { branch: pull.branch, movable: true });
    expect(landed).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(unwrap(await hands.github.readBack(landing))).toMatchObject({ kind: 'landed' });
    expect(await hands.main()).toBe(landing.testedSha);
  });
});

describe('P15 405 has several meanings', () => {
  test.each([
    ['base_modified', 405, /^Base branch was modified/],
    ['merge_in_progress', 405, /^Merge already in progress/],
    ['not_mergeable', 405, /is not mergeable$/],
    ['head_modified', 409, /^Head branch was modified/],
    ['head_out_of_date', 409, /^Head branch is out of date/],
  ])('%s', async (answer, status, words) => {
    const pull = await open();
    await hands.forge.fault({ match: { api: 'rest', path: '/merge' }, do: { answer } });
    const refused = await merge(pull);
    expect([refused.status, refused.json.message]).toEqual([status, expect.stringMatching(words)]);
    expect((await stateOf(pull)).merged).toBe(false);
  });
});

describe('P16 our own push to the base', () => {
  test('is told like anybody’s, makes mergeable unknown again, and conflicts are judged by our own merge', async () => {
    const [landed, waiting] = [await open(), await open()];
    const mergeable = async () => (await stateOf(waiting)).mergeable;
    await expect.poll(mergeable).toBe(true);
    await hands.forge.forge.idle();
    hands.forge.heard.length = 0;
    const landing = await hands.tested(landed);
    unwrap(await hands.github.land(landing, { branch: landed.branch, movable: true }));
    await hands.forge.forge.idle();
    const pushes = hands.forge.heard.filter(({ event }) => event === 'push');
    expect(pushes.map(({ body }) => [body['ref'], body['after']])).toContainEqual([
      'refs/heads/main',
      landing.testedSha,
    ]);
    expect(await mergeable()).toBe(null);
    expect((await hands.tested(waiting)).targetSha).toBe(landing.testedSha);
  });
});

describe('P22 one event is delivered twice', () => {
  test('by two hooks or by a redelivery the GUID is the same, and so is what is to be read', async () => {
    await hands.forge.forge.idle();
    hands.forge.heard.length = 0;
    await hands.forge.fault({
      match: { api: 'webhook', path: 'pull_request.opened' },
      do: { duplicate: 1 },
      times: 2,
    });
    await open();
    await hands.forge.forge.idle();
    const opened = hands.forge.heard.filter(({ body }) => body.action === 'opened');
    expect(opened).toHaveLength(2);
    const deliveries = (await hands.forge.control('GET', '/deliveries')).filter(
      ({ event, action }: { event: string; action: string }) =>
        event === 'pull_request' && action === 'opened',
    );
    expect(new Set(deliveries.slice(-4).map(({ guid }: { guid: string }) => guid)).size).toBe(1);
    expect(new Set(deliveries.slice(-4).map(({ hookId }: { hookId: number }) => hookId)).size).toBe(
      2,
    );
    const [first, second] = opened.map(({ body }) =>
      routeEvent({ name: 'pull_request', body: webhookSchemas.pull_request.parse(body) }, [
        config(),
      ]),
    );
    expect(second).toEqual(first);
  });
});

describe('P23 the re-run button', () => {
  test('sends one of two events to the App alone, and a completed run stays completed', async () => {
    const { sha } = await open();
    const id = await app.check(sha, 'sluice', { conclusion: 'failure' });
    const suite = (await app.rest('GET', `/check-runs/${id}`)).json.check_suite.id;
    await hands.forge.forge.idle();
    app.heard.length = 0;
    await hands.forge.rest('bob', 'POST', `/check-runs/${id}/rerequest`);
    await hands.forge.rest('bob', 'POST', `/check-suites/${suite}/rerequest`);
    await hands.forge.forge.idle();
    expect(app.events()).toEqual(['check_run.rerequested', 'check_suite.rerequested']);
    expect((await app.rest('PATCH', `/check-runs/${id}`, { status: 'queued' })).status).toBe(422);
    expect((await app.rest('GET', `/check-runs/${id}`)).json.conclusion).toBe('failure');
    // Both lead to the commit, so whatever is made of them concerns the right pull request.
    const [run, whole] = app.heard.map(({ body }) => body);
    const marks = [
      ...routeEvent({ name: 'check_run', body: webhookSchemas.check_run.parse(run) }, [config()]),
      ...routeEvent({ name: 'check_suite', body: webhookSchemas.check_suite.parse(whole) }, [
        config(),
      ]),
    ];
    expect(marks.map(({ mark }) => mark)).toEqual([
      { flag: 'github', read: { sha } },
      { flag: 'github', read: { sha } },
    ]);
  });
});

describe('P25 ten calls at once', () => {
  test('are answered at once: nothing of ours queues or throttles them', async () => {
    const { number } = await open();
    await hands.forge.fault({ match: { api: 'graphql' }, do: { delayMs: 200 }, times: 10 });
    const start = performance.now();
    const reads = await Promise.all(
      Array.from({ length: 10 }, () => hands.client().readPulls([number])),
    );
    expect(reads.every(({ ok }) => ok)).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000);
    const lock = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8');
    expect(lock).not.toMatch(/plugin-throttling|plugin-retry|bottleneck/);
  });
});

describe('P26 a pull request that changes GitHub’s own workflows', () => {
  const WORKFLOW = '.github/workflows/ci.yml';
  const openWorkflow = async (): Promise<OpenPull> => {
    count += 1;
    return hands.open(`workflow-${count}`, WORKFLOW, `on: push # ${count}\n`);
  };

  test('is refused to an App without the permission, by every way, and lands with it', async () => {
    const pull = await openWorkflow();
    const words = `refusing to allow a GitHub App to create or update workflow \`${WORKFLOW}\` without \`workflows\` permission`;
    const button = await app.rest('PUT', `/pulls/${pull.number}/merge`, {});
    expect([button.status, button.json.message]).toEqual([403, words]);
    const landing = await hands.tested(pull);
    const source = { branch: pull.branch, movable: true };
    const token = await app.mint();
    expect(unwrap(await hands.client({ token }).land(landing, source))).toEqual({
      kind: 'refused',
      words,
    });
    const work = await hands.forge.clone('alice');
    const url = new URL(hands.forge.forge.gitUrl('acme/widget'));
    url.username = 'x-access-token';
    url.password = token;
    await work.git('fetch', '-q', 'origin', landing.testedSha);
    const pushed = work.git('push', url.href, `${landing.testedSha}:main`);
    await expect(pushed).rejects.toThrow(/refusing to allow a GitHub App/);
    await hands.forge.control('PATCH', '/apps/gate', {
      permissions: { ...PERMISSIONS, workflows: 'write' },
    });
    const allowed = await app.mint();
    expect(unwrap(await hands.client({ token: allowed }).land(landing, source))).toMatchObject({
      kind: 'landed',
    });
  });

  test('and to a classic token without the scope', async () => {
    const pull = await openWorkflow();
    const wanted = { kind: 'classic', login: 'root', scopes: ['repo'] };
    const { token } = await hands.forge.control('POST', '/tokens', wanted);
    const landing = await hands.tested(pull);
    const landed = await hands
      .client({ token })
      .land(landing, { branch: pull.branch, movable: true });
    expect(unwrap(landed)).toEqual({
      kind: 'refused',
      words: expect.stringMatching(
        /refusing to allow a Personal Access Token .* without `workflow` scope/,
      ),
    });
    expect(await hands.main()).toBe(landing.targetSha);
  });
});
