// S10.1: how the API is asked and how it answers, whatever is asked: names in paths, errors as text or as documents,
// lists that have not changed, and bodies that nobody should send.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { Problem } from '../../schemas/answers.ts';
import { DeveloperPulls, TeamsStatus } from '../../schemas/people-status.ts';
import { QueueStatus } from '../../schemas/queue-status.ts';
import { failed, OLD_HEAD, passed, pullOf, stateOf } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import { appWith } from './doors.ts';
import { answerTo, command, MAIN, quiet, request, STABLE, seed, stubOf } from './sluice.ts';

const API = '/api/v1alpha';
const JSON_TYPE = 'application/json';

beforeEach(async () => {
  quiet();
  const [one, two] = [pullOf(1), pullOf(2, { build: passed(2, { targetSha: OLD_HEAD }) })];
  const asked = { author: { login: 'eve', name: 'Eve', email: 'e@x' }, reviewers: ['ALICE'] };
  const review = { decision: null, approvedBy: [], changesRequestedBy: [] };
  const three = pullOf(3, { facts: { ...asked, review } });
  const four = pullOf(4, { build: failed(4) });
  const pulls = [one, two, three, four];
  await seed(stubOf(MAIN), stateOf({ polledAt: Date.now(), pulls }));
});
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const json = async (path: string): Promise<unknown> => (await request(path)).json();

describe('S10.1 a branch in a path', () => {
  it.each([
    'main',
    'acme/bakery/main',
    'acme%2Fbakery%3Amain',
    'acme%2fbakery:main',
    'acme/bakery/%6dain',
  ])('%s', async (name) => {
    const list = (await json(`${API}/watched_branches/${name}/prs`)) as unknown[];
    expect(list).toHaveLength(4);
    expect((await request(`${API}/watched_branches/${name}/prs/1`)).status).toBe(200);
    expect((await request(`${API}/watched_branches/${name}/queue`)).status).toBe(200);
    expect(await command(`/watched_branches/${name}/prs/4/retry`)).toEqual([200, '']);
  });

  it.each([
    ['wild', 'wild is not a watched branch'],
    ['acme/bakery/release%2F1.0', 'acme/bakery:release/1.0 is not a watched branch'],
    ['__proto__', '__proto__ is not a watched branch'],
    ['%E0%A4%A', '%E0%A4%A is not a watched branch'],
    ['%00', '\0 is not a watched branch'],
    [`${'x'.repeat(3_000)}`, `${'x'.repeat(3_000)} is not a watched branch`],
  ])('not %s', async (name, sentence) => {
    const answer = await answerTo(`${API}/watched_branches/${name}/prs`);
    expect(answer).toEqual([404, `404: ${sentence}`]);
  });

  it.each(['0', '-1', '1.5', '1e3', 'NaN', '%31x', '99999999999'])('no number: %s', async (it) => {
    const answer = await answerTo(`${API}/watched_branches/main/prs/${it}`);
    expect(answer).toEqual([400, '400: PR number must be an integer']);
  });
});

describe('S10.1 errors', () => {
  const path = `${API}/watched_branches/wild/prs`;
  const asking = (accept: string) => request(path, { headers: { accept } });

  it.each(['application/json', 'text/html;q=0.1, application/problem+json'])(
    'are a document for who asks for JSON: %s',
    async (accept) => {
      const answer = await asking(accept);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect([answer.status, Problem.parse(await answer.json())]).toEqual([
        404,
        {
          ...{ type: 'about:blank', title: 'Not Found', status: 404 },
          detail: 'wild is not a watched branch',
        },
      ]);
    },
  );

  it.each(['*/*', 'text/plain', ''])('are a line of text for %j', async (accept) => {
    expect(await (await asking(accept)).text()).toBe('404: wild is not a watched branch');
  });

  it('also those of who may not ask, and of what is not there', async () => {
    const headers = { accept: 'application/json' };
    const refused = await request(`${API}/update`, { method: 'POST', headers });
    expect(Problem.parse(await refused.json())).toMatchObject({ status: 401 });
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    const nothing = await request('/nothing', { headers });
    expect(Problem.parse(await nothing.json()).detail).toBe('there is nothing at /nothing');
  });
});

describe('S10.1 a list that has not changed', () => {
  it.each(['/watched_branches/main/prs', '/watched_branches'])('%s', async (path) => {
    // Of a frozen branch nothing is estimated, so that nothing changes with the time.
    await command('/freeze');
    const first = await request(`${API}${path}`);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect(headers['if-none-match']).not.toBe('');
    const second = await request(`${API}${path}`, { headers });
    expect([second.status, await second.text()]).toEqual([304, '']);
    await command('/unfreeze');
    expect((await request(`${API}${path}`, { headers })).status).toBe(200);
  });
});

describe('S10.1 a body that nobody should send', () => {
  const freeze = (body: BodyInit, type: string) =>
    answerTo(`${API}/freeze`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testEnvironment.MANAGE_TOKEN}`, 'content-type': type },
      body,
    });

  it.each<[body: BodyInit, type: string, status: number, sentence: string]>([
    ['{"reason":', JSON_TYPE, 400, '400: the body is not JSON'],
    ['reason=fire', 'application/x-www-form-urlencoded', 400, '400: the body is not JSON'],
    ['[]', 'application/json', 400, 'expected object'],
    ['null', 'application/json', 400, 'expected object'],
    ['"main"', 'application/json', 400, 'expected object'],
    ['{"branch": 7}', 'application/json', 400, 'branch'],
    ['{"reason": {}}', 'application/json', 400, 'reason'],
    ['{"until": "tomorrow"}', 'application/json', 400, 'expected a time with its zone'],
    ['{"until": "2026-01-05T09:00:00"}', 'application/json', 400, 'expected a time with its zone'],
    ['{"until": "2020-01-05T09:00:00Z"}', 'application/json', 400, 'which has passed'],
    ['<freeze/>', 'application/xml', 415, 'the body is application/xml; expected application/json'],
    ['x', 'application/json2', 415, 'expected application/json'],
    [new Uint8Array([0xff, 0xfe, 0x00]), 'application/json', 400, '400: the body is not JSON'],
    ['['.repeat(100_000), 'application/json', 400, '400: the body is not JSON'],
    [`{"reason":"${'x'.repeat(501)}"}`, 'application/json', 400, 'reason'],
    [' '.repeat(1024 * 1024 + 1), 'application/json', 413, 'at most 1 MiB'],
  ])('%.20s as %s: %i', async (body, type, status, sentence) => {
    expect(await freeze(body, type)).toEqual([status, expect.stringContaining(sentence)]);
  });

  it('is told in one line, whatever is wrong with it, and however much', async () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`a\n${at}`, at]));
    const [, several] = await freeze(JSON.stringify({ branch: 7, reason: {}, ...many }), JSON_TYPE);
    expect(several).toMatch(/^400: branch: .*; reason: .*; Unrecognized keys: "a 0", "a 1"/);
    expect(several).not.toMatch(/\n|✖/);
    const after = { sha: 7, steps: Array.from({ length: 9 }, () => 7), branch: 'a/b:c' };
    const [, deploy] = await command('/dev_deploy_branch', { ...after, excluded_steps: [] });
    expect(deploy).toMatch(/^400: steps\[0\]: .*; and \d+ more$/);
  });

  it.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'text/plain'])(
    'but %s is taken',
    async (type) => {
      const until = new Date(Date.now() + 60_000).toISOString();
      const body = JSON.stringify({ branch: STABLE, until });
      expect(await freeze(body, type)).toEqual([200, '{"frozen":true}']);
      expect(await json(`${API}/watched_branches`)).toMatchObject({
        branches: [{ frozen: null }, { frozen: { until, reason: 'no reason given' } }],
      });
    },
  );
});

describe('S10.1 people', () => {
  it('developers have two names', async () => {
    const robert = { hail_username: 'robert', gh_username: 'bob' };
    expect(await json(`${API}/developers`)).toEqual([
      { hail_username: 'alice', gh_username: 'alice' },
      robert,
    ]);
    expect(await json(`${API}/developers/robert`)).toEqual(robert);
    expect(await json(`${API}/developers/BOB`)).toEqual(robert);
    expect((await answerTo(`${API}/developers/me`))[0]).toBe(404);
  });

  it('teams have members, who need be no developers', async () => {
    expect(TeamsStatus.parse(await json(`${API}/teams`))).toEqual({
      bakers: [
        { hail_username: 'robert', gh_username: 'bob' },
        { hail_username: 'carol', gh_username: 'carol' },
      ],
    });
  });

  it('have pull requests of their own, to review, and to do something about', async () => {
    const pulls = DeveloperPulls.parse(await json(`${API}/developers/alice/prs`));
    const numbers = (list: readonly { number: number }[]) =>
      list.map(({ number }) => number).toSorted();
    expect(numbers(pulls.open)).toEqual([1, 2, 4]);
    expect(numbers(pulls.reviewer)).toEqual([3]);
    expect(numbers(pulls.action_required)).toEqual([3, 4]);
    expect(pulls.reviewer[0]).toMatchObject({ wb_index: 0, wb_name: MAIN, author: 'eve' });
  });
});

describe('S10.2 the queue', () => {
  it('has places, and who lacks something of its own has none', async () => {
    const { queue } = QueueStatus.parse(await json(`${API}/watched_branches/main/queue`));
    expect(queue.map(({ position, number }) => [position, number])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const second = (await json(`${API}/watched_branches/main/prs/2`)) as Record<string, unknown>;
    const ahead = [{ number: 1, title: 'Change 1', is_merge_candidate: true }];
    expect(second).toMatchObject({
      queue: { position: 2, ahead, estimate: null },
      prs_ahead_in_queue: ahead,
      is_up_to_date: false,
      review_approved: true,
    });
    expect(await json(`${API}/watched_branches/main/prs/4`)).toMatchObject({ queue: null });
  });
});

describe('S10.1 what the service says of itself', () => {
  it('its API in JSON, in YAML and as a page without scripts of its own', async () => {
    const yaml = await request('/openapi.yaml');
    expect(yaml.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(parse(await yaml.text())).toEqual(await json('/openapi.json'));
    const [status, page] = await answerTo('/swagger');
    expect([status, page]).toEqual([200, expect.stringContaining(`POST ${API}/freeze`)]);
    expect(page).toContain('<code>branch?, reason?, until?</code>');
    expect(page).toContain('<code>branch, steps, excluded_steps, extra_config?, user?</code>');
    expect(page).toContain('<code>after?, cursor?, limit?</code>');
    expect(page).toContain('For manage_ci');
    expect(page).not.toMatch(/<script(?! src="\/assets\/)/);
  });

  it('its version, and to who may read which deployment it is', async () => {
    expect(await answerTo(`${API}/version`)).toEqual([
      200,
      expect.stringMatching(/^\d+\.\d+\.\d+-\S+$/),
    ]);
    const stranger = await appWith({}).request(`https://sluice.test${API}/version`);
    expect(await stranger.text()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('S10.1 a batch by its id', () => {
  it.each([
    ['/batches', 'https://batch.test/batches'],
    ['/batches/101', '/acme/bakery/pull/1'],
    ['/batches/7', 'https://batch.test/batches/7'],
  ])('%s leads to %s', async (path, place) => {
    const { status, headers } = await request(path);
    expect([status, headers.get('location')]).toEqual([302, place]);
  });

  it('that is none', async () => {
    expect((await answerTo('/batches/x'))[0]).toBe(400);
  });
});
