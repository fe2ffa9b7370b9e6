// The forms of the pages inside workerd: each is a command, leads back to its page, and the page says what came of it.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvedBy, failed, pullOf, sourceOf, stateOf } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import { MAIN, quiet, request, STABLE, seed, storedBy, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const asManager = { authorization: `Bearer ${testEnvironment.MANAGE_TOKEN}` };

/** Sends a form and goes where it leads. @returns where that is, and what is said there */
async function submit(path: string, fields: Record<string, string> = {}) {
  const sent = await request(path, {
    method: 'POST',
    headers: asManager,
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  expect(sent.status).toBe(303);
  const location = sent.headers.get('location') ?? '';
  const cookie = sent.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await request(location, { headers: { ...asManager, cookie } });
  const html = await page.text();
  const [, tone, said] =
    /id="flash" class="notice" data-tone="(\w+)".*?<p>(.*?)<\/p>/s.exec(html) ?? [];
  return { location, tone, said, html, cookies: page.headers.get('set-cookie') ?? '' };
}

const pull = '/acme/bakery/pull/1';
const withPull = (...pulls: ReturnType<typeof pullOf>[]) =>
  seed(stubOf(MAIN), stateOf({ polledAt: Date.now(), pulls }));

describe('S10.2 a button', () => {
  it('freezes one branch, with its reason, and lets it go on', async () => {
    const frozen = await submit('/freeze_merge_deploy', { branch: MAIN, reason: ' fire ' });
    expect(frozen).toMatchObject({
      location: '/',
      tone: 'good',
      said: 'acme/bakery:main is frozen.',
    });
    expect(frozen.html).toContain('Unfreeze main');
    expect([
      (await storedBy(stubOf(MAIN)))?.frozen,
      (await storedBy(stubOf(STABLE)))?.frozen,
    ]).toEqual([expect.objectContaining({ reason: 'fire' }), undefined]);
    expect(await submit('/freeze_merge_deploy', { branch: MAIN })).toMatchObject({
      tone: 'bad',
      said: 'CI is already frozen.',
    });
    await submit('/unfreeze_merge_deploy', { branch: MAIN });
    expect((await storedBy(stubOf(MAIN)))?.frozen).toBeNull();
  });

  it('freezes every branch when none is named, as the predecessor did', async () => {
    expect(await submit('/freeze_merge_deploy')).toMatchObject({ said: 'Every branch is frozen.' });
    const stored = await Promise.all([MAIN, STABLE].map((name) => storedBy(stubOf(name))));
    expect(stored.map((record) => record?.frozen?.reason)).toEqual([
      'no reason given',
      'no reason given',
    ]);
  });

  it.each([`${pull}/retry`, '/watched_branches/0/pr/1/retry'])('retries: POST %s', async (path) => {
    await withPull(pullOf(1, { build: failed(1) }));
    expect(await submit(path)).toMatchObject({
      location: pull,
      said: 'Everything is tested again.',
    });
    expect(await submit(path, { tactical: 'true' })).toMatchObject({
      tone: 'bad',
      said: 'A retry was asked for already, by the manage token.',
    });
  });

  it.each([
    [`${pull}/authorize`, pull],
    ['/authorize_source_sha', '/'],
  ])('authorizes a commit: POST %s', async (path, location) => {
    await withPull(pullOf(1));
    const sha = sourceOf(1);
    expect(await submit(path, { sha })).toMatchObject({ location, tone: 'good' });
    expect((await storedBy(stubOf(MAIN)))?.authorized).toEqual([sha]);
  });

  it.each([
    ['/update', '/'],
    [`${pull}/update`, pull],
  ])('has everything read again: POST %s', async (path, location) => {
    await withPull(pullOf(1));
    expect(await submit(path)).toMatchObject({
      location,
      said: 'GitHub and Batch are read again.',
    });
  });

  it('adds a namespace and a service to it, and limits that', async () => {
    await submit('/namespaces/add', { namespace: 'alice' });
    await submit('/namespaces/alice/services/add', { service: 'web' });
    const limited = await submit('/namespaces/alice/services/web/edit', { rate_limit: '2.5' });
    expect(limited).toMatchObject({
      location: '/namespaces',
      said: 'web may be asked 2.5 times a second.',
    });
    expect(limited.html).toContain('at most 2.5/s');
    const unlimited = await submit('/namespaces/alice/services/web/edit', { rate_limit: '' });
    expect(unlimited.html).not.toContain('at most');
  });
});

describe('S10.2 a form that makes no sense is refused on the page that it leads back to', () => {
  it.each<[path: string, fields: Record<string, string>, said: RegExp]>([
    ['/freeze_merge_deploy', { branch: 'wild' }, /^That is not a watched branch\.$/],
    ['/freeze_merge_deploy', { reason: 'x'.repeat(501) }, /reason/],
    [`${pull}/authorize`, { sha: 'abc' }, /full 40-digit SHA/],
    [`${pull}/retry`, { tactical: 'perhaps' }, /tactical/],
    ['/acme/bakery/pull/nine/retry', {}, /is a number/],
    ['/acme/other/pull/1/retry', {}, /not a watched branch/],
    ['/watched_branches/7/pr/1/retry', {}, /not a watched branch/],
    ['/namespaces/add', { namespace: '<b>' }, /namespace/],
    ['/namespaces/alice/services/add', {}, /service/],
    ['/namespaces/alice/services/web/edit', { rate_limit: 'many' }, /rate_limit/],
    ['/dev_deploys', { user: 'alice', branch: 'nonsense', steps: 'a' }, /owner\/repo:branch/],
    ['/dev_deploys', { user: 'alice', branch: 'a/b:c', steps: '' }, /names of steps/],
    ['/dev_deploys', { user: 'wild', branch: 'a/b:c', steps: 'a' }, /wild has no account/],
  ])('POST %s %j', async (path, fields, said) => {
    expect(await submit(path, fields)).toMatchObject({
      tone: 'bad',
      said: expect.stringMatching(said),
    });
  });

  it('and what is wrong with it is text on the page', async () => {
    const { html } = await submit('/freeze_merge_deploy', { branch: MAIN, reason: '<script>x' });
    expect(html).toContain('&lt;script&gt;x');
    expect(html).not.toContain('<script>x');
  });

  it('and what was typed need not be typed again', async () => {
    const typed = { user: 'alice', branch: 'nonsense', steps: 'a b', excluded_steps: '"><b>' };
    const { html } = await submit('/dev_deploys', typed);
    for (const value of ['nonsense', 'a b', '&quot;&gt;&lt;b&gt;'])
      expect(html).toContain(`value="${value}"`);
    expect(html).not.toContain('"><b>');
  });

  it('is said once', async () => {
    const { cookies } = await submit('/update');
    expect(cookies).toMatch(/^sluice_flash=; Max-Age=0/);
  });
});

describe('S10.3 a cookie that we did not write says nothing', () => {
  it.each(['nonsense', '%7B%22tone%22%3A%22worse%22%7D'])('%s', async (value) => {
    const page = await request('/', { headers: { cookie: `sluice_flash=${value}` } });
    expect(page.status).toBe(200);
    expect(await page.text()).not.toContain('id="flash"');
  });
});

describe('S10.1 addresses of the predecessor', () => {
  it.each([
    ['/watched_branches/0/pr/12', 302, '/acme/bakery/pull/12'],
    ['/watched_branches/9/pr/12', 404, null],
    ['/watched_branches/0/pr/twelve', 404, null],
  ])('GET %s', async (path, status, location) => {
    const answer = await request(path, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
  });
});

describe('S10.2 who is to review', () => {
  it('finds it on their own page', async () => {
    const review = { ...approvedBy(), decision: null };
    await withPull(pullOf(1, { facts: { review, reviewers: ['bob'] } }), pullOf(2));
    const html = await (await request('/me?login=bob')).text();
    expect(html).toContain('Waiting for bob');
    expect(html).toContain('Change 1');
    expect(html).not.toContain('Change 2');
  });
});

describe('S10.3 text of strangers never becomes a header', () => {
  it.each([
    '/%2Fevil.example/bakery/pull/1/retry',
    '/acme%0d%0aset-cookie:%20a=b/bakery/pull/1/retry',
    '/acme/bakery%0d%0ax:%20y/pull/1/update',
  ])('the address that a form leads back to: %s', async (path) => {
    const sent = await request(path, { method: 'POST', headers: asManager, redirect: 'manual' });
    const location = sent.headers.get('location') ?? '';
    expect(new URL(location, 'https://sluice.test').origin).toBe('https://sluice.test');
    expect(location).not.toMatch(/[\r\n]|^\/\//);
    expect(sent.headers.get('x')).toBeNull();
    expect(sent.headers.get('set-cookie')).not.toContain('a=b');
  });

  it('the title and the branch of a pull request', async () => {
    const odd = 'Rye\r\nset-cookie: a=b\r\n\r\n<script>';
    const { facts } = pullOf(1);
    await withPull(pullOf(1, { facts: { title: odd, source: { ...facts.source, branch: odd } } }));
    for (const path of ['/', pull, '/api/v1alpha/watched_branches/main/prs/1']) {
      const answer = await request(path, { headers: asManager });
      expect(answer.status).toBe(200);
      expect([...answer.headers].join()).not.toContain('a=b');
    }
    expect((await submit(`${pull}/update`)).html).not.toContain('<script>');
  });
});
