// The pages of the forge: readable without script, forms that act, everything escaped.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { TestApp } from '../support/forge-app.ts';

let forge: TestForge;
beforeEach(async () => {
  forge = await TestForge.start();
});
afterEach(() => forge.close());

async function read(path: string): Promise<string> {
  const response = await fetch(`${forge.forge.url}${path}`);
  expect(response.status).toBe(200);
  return response.text();
}

const post = (path: string, fields: Record<string, string>): Promise<Response> =>
  fetch(`${forge.forge.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

const submit = async (path: string, fields: Record<string, string>): Promise<number> =>
  (await post(path, fields)).status;

test('a pull request is made, judged and changed by forms alone', async () => {
  const fresh = { as: 'alice', message: 'An <idea>', path: 'idea.txt', content: 'one\r\ntwo\r\n' };
  const page = '/acme/widget/pull/1';
  const made = await post('/acme/widget/new', fresh);
  expect([made.status, made.headers.get('location')]).toEqual([303, page]);
  const forms: Record<string, string>[] = [
    { verb: 'label', as: 'root', label: '<b>' },
    { verb: 'review', as: 'bob', state: 'APPROVED', body: 'fine' },
    { verb: 'comment', as: 'eve', body: '<script>alert(1)</script>' },
    { verb: 'push', as: 'bob', path: 'idea.txt', content: 'three', message: 'Better' },
    { verb: 'title', as: 'alice', title: 'A better idea' },
    { verb: 'close', as: 'root' },
    { verb: 'reopen', as: 'root' },
    { verb: 'unlabel', as: 'root', label: '<b>' },
  ];
  for (const form of forms) expect(await submit(page, form)).toBe(303);
  await forge.forge.idle();
  expect(forge.events()).toEqual([
    'push',
    'pull_request.opened',
    'pull_request.labeled',
    'pull_request_review.submitted',
    'push',
    'pull_request.synchronize',
    'pull_request.edited',
    'pull_request.closed',
    'pull_request.reopened',
    'pull_request.unlabeled',
  ]);

  const shown = await read(page);
  expect(shown).toContain('A better idea');
  expect(shown).toContain('+three');
  expect(shown).toContain('&lt;script&gt;');
  expect(shown).not.toContain('<script');
  expect(await read('/')).toContain('acme/widget');
  expect(await read('/acme/widget')).toContain('pr/an-idea');
  expect(await read('/acme/widget/commits/pr/an-idea')).toContain('Better');
  const { head } = (await forge.rest(null, 'GET', '/pulls/1')).json;
  expect(await read(`/acme/widget/commit/${head.sha}`)).toContain('three');
});

test('what Apps reported is shown, with the buttons that they and GitHub put there', async () => {
  const app = await TestApp.start(forge);
  const sha = await forge.openPull(1);
  const actions = [{ label: 'Tactical', description: 'What failed', identifier: 'tactical' }];
  const id = await app.check(sha, 'gate', { conclusion: 'failure', actions });
  const page = '/acme/widget/pull/1';
  const shown = await read(page);
  for (const text of ['gate', 'Re-run', 'Tactical', 'Convert to draft'])
    expect(shown).toContain(text);
  await forge.forge.idle();
  app.heard.length = 0;
  const run = String(id);
  expect(await submit(page, { verb: 'rerun', as: 'bob', run })).toBe(303);
  expect(await submit(page, { verb: 'action', as: 'bob', run, identifier: 'tactical' })).toBe(303);
  expect(await submit(page, { verb: 'draft', as: 'alice', draft: 'yes' })).toBe(303);
  await forge.forge.idle();
  expect(app.events()).toEqual([
    'check_run.rerequested',
    'check_run.requested_action',
    'pull_request.converted_to_draft',
  ]);
  expect(await read(page)).toContain('Ready for review');
  await app.close();
});

/** In the order in which each form of a page offers them. */
async function offered(path: string, headers: Record<string, string> = {}): Promise<string[]> {
  const page = await (await fetch(`${forge.forge.url}${path}`, { headers })).text();
  const forms = [...page.matchAll(/<form.*?<\/form>/gs)].map(([form]) => form);
  return forms.map((form) => {
    const people = [...form.matchAll(/<option>(\w+)</g)].map(([, login]) => login);
    return `${/>([^<]+)<\/button>/.exec(form)?.[1]}: ${people.join(' ')}`;
  });
}

test('a page waits for what it can tell at once: whether it merges', async () => {
  await forge.openPull(1);
  expect(await read('/acme/widget/pull/1')).toMatch(/<th>Merge<\/th><td>clean</);
});

test.each([
  ['a\r\nb\n\nc', '<p>a\nb</p><p>c</p>'],
  [
    '<!-- sluice: authorization -->\n`abc1234` is <!-- not\nseen -->**not** tested',
    '<p><code>abc1234</code> is <strong>not</strong> tested</p>',
  ],
  [
    '[`how`](http://127.0.0.1:1/a?b=1&c=2).',
    '<p><a href="http://127.0.0.1:1/a?b=1&amp;c=2"><code>how</code></a>.</p>',
  ],
  [
    '[x](javascript:alert(1)) [y](http://a"onclick="b)',
    '<p>[x](javascript:alert(1)) <a href="http://a&quot;onclick=&quot;b">y</a></p>',
  ],
  [
    '**<b>** `<i>` [<u>](http://a) <!-->',
    '<p><strong>&lt;b&gt;</strong> <code>&lt;i&gt;</code> <a href="http://a">&lt;u&gt;</a> &lt;!--&gt;</p>',
  ],
  ['2 * 3 ** 4 ` [a] (b)', '<p>2 * 3 ** 4 ` [a] (b)</p>'],
])('what is written is shown as it is read: %j', async (written, shown) => {
  await forge.openPull(1);
  expect(await submit('/acme/widget/pull/1', { verb: 'comment', as: 'eve', body: written })).toBe(
    303,
  );
  expect(await read('/acme/widget/pull/1')).toContain(`<div class="words">${shown}</div>`);
});

test('whoever may write is offered first, an admin last, and nobody to judge what is their own', async () => {
  expect(await offered('/acme/widget')).toEqual(['Push to a new branch pr/…: alice bob eve root']);
  await forge.openPull(1);
  const page = '/acme/widget/pull/1';
  const forms = await offered(page);
  expect(forms).toContain('Approve: bob eve root');
  expect(forms).toContain('Comment: alice bob eve root');
  const again = await offered(page, { cookie: 'forge_as=bob' });
  expect(again).toContain('Comment: bob alice eve root');
  expect(again).toContain('Approve: bob eve root');
  expect(await offered(page, { cookie: 'forge_as=alice' })).toContain('Approve: bob eve root');
});

test('the last choice is remembered, but not who judged', async () => {
  await forge.openPull(1);
  const cookieOf = async (fields: Record<string, string>) =>
    (await post('/acme/widget/pull/1', fields)).headers.get('set-cookie');
  expect(await cookieOf({ verb: 'comment', as: 'eve', body: 'hm' })).toMatch(/^forge_as=eve;/);
  const verdict = { verb: 'review', as: 'bob', state: 'APPROVED', body: '' };
  expect(await cookieOf(verdict)).toBeNull();
});

test('what cannot be done is said on a page', async () => {
  const outside = { as: 'alice', message: 'x', path: '../x', content: '' };
  expect(await submit('/acme/widget/new', outside)).toBe(422);
  expect(await submit('/acme/widget/new', { ...outside, as: 'nobody' })).toBe(422);
  expect(await submit('/acme/widget/new', { ...outside, as: 'eve' })).toBe(403);
  expect(await submit('/acme/widget/pull/9', { verb: 'close', as: 'root' })).toBe(404);
  expect((await fetch(`${forge.forge.url}/acme/none`)).status).toBe(404);
});
