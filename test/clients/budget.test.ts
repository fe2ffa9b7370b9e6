// What GitHub has left for us, against the forge's own limits: kept for landings, waited for, and not spent where
// nothing has changed.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Budget } from '../../src/clients/github/budget.ts';
import { conditionalFetch, KnownAnswers } from '../../src/clients/github/conditional-fetch.ts';
import type { GitHub } from '../../src/loop/ports.ts';
import { Hands, unwrap } from './hands.ts';

let hands: Hands;
let budget: Budget;
let everyday: GitHub;
let landing: GitHub;

beforeAll(async () => {
  hands = await Hands.start();
});
afterAll(() => hands.close());
beforeEach(async () => {
  const { forge } = hands;
  await forge.control('DELETE', '/faults');
  await forge.control('PATCH', '/limits', {
    rest_per_hour: 5000,
    graphql_points_per_hour: 5000,
    content_per_minute: null,
  });
  // The hour of the test before is over.
  await forge.advance(3600);
  budget = newBudget();
  everyday = hands.client({ now, spend: budget.spending('everyday') });
  landing = hands.client({ now, spend: budget.spending('landing') });
});

const now = () => hands.forge.now() * 1000;
/** What the credential was said to lack. */
const problems: string[] = [];
const newBudget = () =>
  new Budget({
    ...{ reserve: 0.5, now, web: 'https://github.test' },
    onProblem: (sentence) => problems.push(sentence),
  });
const limit = (limits: object) => hands.forge.control('PATCH', '/limits', limits);
const asked = async (call: () => Promise<unknown>) => (await hands.asked(call)).requests.length;
const post = (github: GitHub) =>
  hands.main().then((sha) => github.postCheck(sha, { state: 'success', ...CHECK }));
const CHECK = { description: 'Tested', url: 'https://sluice.test/1' };
const faultOf = (kind: string) => ({ ok: false, error: { kind } });

describe('S3.3 what is left of the hour', () => {
  test('is known from every answer, of REST and of GraphQL', async () => {
    expect(budget.present.left).toEqual({ core: null, graphql: null });
    unwrap(await everyday.readRules());
    unwrap(await everyday.readPage(null));
    const { core, graphql } = budget.present.left;
    expect([core, graphql]).toMatchObject([
      { limit: 5000, used: 2, remaining: 4998 },
      // A page fetches more than a hundred lists.
      { limit: 5000, used: 2, remaining: 4998 },
    ]);
    expect((core?.resetsAt ?? 0) % 3_600_000).toBe(0);
  });

  test('also from one that refuses: 404, and GraphQL’s 200 with errors', async () => {
    await hands.forge.fault({
      match: { api: 'graphql' },
      do: { answer: 'graphql_rate_limited' },
    });
    expect(await everyday.readPage(null)).toMatchObject(faultOf('rate_limited'));
    expect(await landing.readPulls([1])).toMatchObject(faultOf('rate_limited'));
    await everyday.dropRef('refs/sluice/main/999');
    expect(budget.present.left.core?.used).toBe(1);
  });

  test('a reserve is kept: everyday calls wait, those of landings go on, until nothing is left', async () => {
    const pull = await hands.open('reserve');
    const commits = await hands.tested(pull);
    await hands.forge.advance(3600);
    await limit({ rest_per_hour: 12, graphql_points_per_hour: 12 });
    // Two points each; half of twelve is kept.
    for (let read = 0; read < 3; read++) unwrap(await everyday.readPage(null));
    expect(
      await asked(async () => {
        expect(await everyday.readPage(null)).toEqual({
          ok: false,
          error: {
            kind: 'reserved',
            message:
              '6 of 12 requests of this hour (graphql) are left, which are kept for landings',
            retryAfterMs: expect.any(Number),
          },
        });
      }),
    ).toBe(0);
    unwrap(await landing.readPulls([pull.number]));
    unwrap(await post(landing));
    const landed = await landing.land(commits, { branch: pull.branch, movable: true });
    expect(unwrap(landed)).toMatchObject({ kind: 'landed' });
    const verify = () => landing.verify(commits, commits.testedSha);
    while ((budget.present.left.graphql?.remaining ?? 0) > 0)
      expect(unwrap(await verify())).toEqual({ kind: 'as_tested' });
    expect(await verify()).toMatchObject(faultOf('rate_limited'));
    await hands.forge.advance(3600);
    unwrap(await everyday.readPage(null));
  });
});

describe('S3.3, P9 a secondary limit', () => {
  test('stops what was not sent yet, whoever sends it; what is under way is finished', async () => {
    await limit({ content_per_minute: 2, retry_after_seconds: 17 });
    const shas = await Promise.all([1, 2, 3, 4].map(() => hands.main()));
    const check = { state: 'pending', ...CHECK } as const;
    // As in a pass: four actions at once.
    const posts = await Promise.all(shas.map((sha) => everyday.postCheck(sha, check)));
    expect(posts.map(({ ok }) => ok).toSorted()).toEqual([false, false, true, true]);
    const sent = await asked(async () => {
      const limited = { ok: false, error: { kind: 'rate_limited' } };
      for (const github of [everyday, landing])
        expect(await github.readPage(null)).toMatchObject(limited);
    });
    expect(sent).toBe(0);
    const until = budget.present.forbidden?.until ?? 0;
    expect(until - now()).toBeGreaterThan(10_000);
    expect(until - now()).toBeLessThanOrEqual(17_000);
    await hands.forge.advance(61);
    unwrap(await everyday.readPage(null));
    expect(budget.present.forbidden).toBeNull();
  });

  test('is another credential’s own', async () => {
    await hands.forge.fault({ match: { api: 'rest' }, do: { answer: 'secondary_limit_429' } });
    expect(await everyday.readRules()).toMatchObject(faultOf('rate_limited'));
    const other = newBudget().spending('everyday');
    unwrap(await hands.client({ token: 'bob-token', now, spend: other }).readRules());
  });
});

describe('S4.1 a quiet poll', () => {
  const fetch = (known: KnownAnswers) =>
    conditionalFetch((input, init) => globalThis.fetch(input, init), known);
  const client = (known: KnownAnswers, token = 'root-token') =>
    hands.client({ token, now, fetch: fetch(known), spend: budget.spending('everyday') });
  const used = () => budget.present.left.core?.used;

  test('costs nothing of REST’s limit, until something changes', async () => {
    const known = new KnownAnswers();
    const github = client(known);
    const rules = unwrap(await github.readRules());
    expect(used()).toBe(2);
    for (let poll = 0; poll < 3; poll++) expect(unwrap(await github.readRules())).toEqual(rules);
    expect(used()).toBe(2);
    await hands.rules({ kind: 'ruleset', required_status_checks: [{ context: 'lint' }] });
    const changed = unwrap(await github.readRules());
    expect(changed.checks.map(({ name }) => name)).toEqual(['lint']);
    expect(used()).toBeGreaterThan(2);
    await hands.rules({});
  });

  test('P21 with another token asks in full, and is never told the first one’s answer', async () => {
    const known = new KnownAnswers();
    unwrap(await client(known).readRules());
    const sent: (string | null)[] = [];
    const spy: typeof globalThis.fetch = (input, init) => {
      sent.push(new Headers(init?.headers).get('if-none-match'));
      return globalThis.fetch(input, init);
    };
    const bob = hands.client({ token: 'bob-token', fetch: conditionalFetch(spy, known) });
    unwrap(await bob.readRules());
    expect(sent).toEqual([null, null]);
    unwrap(await bob.readRules());
    expect(sent.slice(2)).toEqual([expect.any(String), expect.any(String)]);
  });

  test('keeps answers of so many branches and no more', () => {
    const known = new KnownAnswers();
    const answer = { etag: 'W/"1"', type: 'application/json', body: '{}' };
    for (let branch = 0; branch < 1_000; branch++) known.keep(`token ${branch}`, answer);
    expect([known.of('token 0'), known.of('token 999')]).toEqual([undefined, answer]);
  });
});

describe('S1.2 what the credential may do', () => {
  const tokenWith = async (scopes: readonly string[]): Promise<string> =>
    (await hands.forge.control('POST', '/tokens', { kind: 'classic', login: 'root', scopes }))
      .token;

  test('is told once by the first answer, with where to mend it', async () => {
    problems.length = 0;
    const spend = budget.spending('everyday');
    const poor = hands.client({ now, spend, token: await tokenWith(['repo']) });
    unwrap(await poor.readRules());
    unwrap(await poor.readPage(null));
    const sentence =
      'GITHUB_TOKEN lacks the scope workflow: what changes .github/workflows cannot land. Give it workflow: https://github.test/settings/tokens';
    expect([budget.present.problem, problems]).toEqual([sentence, [sentence]]);
    const mended = hands.client({ now, spend, token: await tokenWith(['repo', 'workflow']) });
    unwrap(await mended.readRules());
    expect([budget.present.problem, problems]).toEqual([null, [sentence]]);
  });

  test('is said with the refusal that it causes', async () => {
    const poor = hands.client({ now, token: await tokenWith(['workflow']) });
    const head = await hands.main();
    expect(await poor.postCheck(head, { state: 'success', ...CHECK })).toMatchObject({
      ok: false,
      error: {
        kind: 'refused',
        message: expect.stringMatching(/; it asks for one of the scopes /),
      },
    });
  });
});
