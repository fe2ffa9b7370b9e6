// The forge as git sees it: clone, push, forks, and what a push does to pull requests.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';

let forge: TestForge;
beforeEach(async () => {
  forge = await TestForge.start();
});
afterEach(() => forge.close());

test('a branch pushed below pr/ opens a pull request and is told by a signed webhook', async () => {
  const work = await forge.clone('alice');
  const sha = await work.push('pr/one', 'one.txt', '1\n', 'Add one\n\nBecause of two.');
  await forge.forge.idle();

  expect(forge.events()).toEqual(['push', 'pull_request.opened']);
  expect(forge.heard.every(({ signed }) => signed)).toBe(true);
  const pull = (await forge.rest(null, 'GET', '/pulls/1')).json;
  expect(pull).toMatchObject({
    number: 1,
    state: 'open',
    title: 'Add one',
    body: 'Because of two.',
    user: { login: 'alice' },
    head: { ref: 'pr/one', sha },
    base: { ref: 'main' },
  });
  expect(await forge.ref('refs/pull/1/head')).toBe(sha);
});
