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
    commits: 1,
    additions: 1,
    changed_files: 1,
  });
  expect(await forge.ref('refs/pull/1/head')).toBe(sha);
});

test('a push says which commits and files it brought', async () => {
  const work = await forge.clone('alice');
  await work.git('checkout', '-q', '-B', 'topic', 'origin/main');
  const first = await work.commit('a b.txt', '1\n', 'one');
  await work.git('rm', '-q', 'hello.txt');
  const second = await work.commit('c.txt', '2\n', 'two');
  await work.git('push', '-q', 'origin', 'topic');
  await forge.forge.idle();

  expect(forge.heard.map(({ body }) => body)).toMatchObject([
    {
      ref: 'refs/heads/topic',
      before: '0'.repeat(40),
      after: second,
      created: true,
      forced: false,
      commits: [
        { id: first, added: ['a b.txt'], removed: [] },
        { id: second, added: ['c.txt'], removed: ['hello.txt'] },
      ],
      head_commit: { id: second, message: 'two' },
      pusher: { name: 'alice' },
    },
  ]);
});

test('a pull request follows its head and closes with its branch', async () => {
  const work = await forge.clone('alice');
  const before = await work.push('pr/one', 'one.txt', '1\n', 'Add one');
  const after = await work.push('pr/one', 'one.txt', '2\n', 'Add one again');
  await work.git('push', '-q', 'origin', ':pr/one');
  await forge.forge.idle();

  expect(forge.events()).toEqual([
    'push',
    'pull_request.opened',
    'push',
    'pull_request.synchronize',
    'push',
    'pull_request.closed',
  ]);
  expect(forge.heard[3]?.body).toMatchObject({ before, after });
  expect((await forge.rest(null, 'GET', '/pulls/1')).json).toMatchObject({
    state: 'closed',
    merged: false,
    head: { sha: after },
  });
  expect((await forge.rest('alice', 'PATCH', '/pulls/1', { state: 'open' })).status).toBe(422);
});

test('a fork opens a pull request against the original, which holds its commits', async () => {
  await forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
  const work = await forge.clone('eve', 'eve/widget');
  const sha = await work.push('pr/gift', 'gift.txt', '1\n', 'A gift');
  await forge.forge.idle();

  const pull = (await forge.rest(null, 'GET', '/pulls/1')).json;
  expect(pull.head).toMatchObject({ label: 'eve:pr/gift', sha, repo: { full_name: 'eve/widget' } });
  const reader = await forge.clone('bob');
  await reader.git('fetch', '-q', 'origin', 'refs/pull/1/head');
  expect(await reader.git('rev-parse', 'FETCH_HEAD')).toBe(sha);
  await reader.git('fetch', '-q', '--depth=1', 'origin', sha);

  const merged = await forge.rest('alice', 'POST', '/merges', { base: 'main', head: sha });
  expect(merged.status).toBe(201);
  expect((await forge.rest(null, 'GET', '/pulls/1')).json).toMatchObject({ merged: true });
});

test('a deleted fork leaves its pull request without a head repository', async () => {
  await forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
  await (await forge.clone('eve', 'eve/widget')).push('pr/gift', 'gift.txt', '1\n', 'A gift');
  expect((await forge.rest(null, 'DELETE', '//_forge/repositories/acme/widget')).status).toBe(422);
  await forge.rest(null, 'DELETE', '//_forge/repositories/eve/widget');
  expect((await forge.rest(null, 'GET', '/pulls/1')).json.head.repo).toBe(null);
  const query = `{ repository(owner: "acme", name: "widget") {
    pullRequest(number: 1) { headRepository { name } headRef { id } isCrossRepository } } }`;
  expect((await forge.graphql('bob', query)).data.repository.pullRequest).toEqual({
    headRepository: null,
    headRef: null,
    isCrossRepository: true,
  });
});

test('only writers push, and nobody pushes to refs/pull', async () => {
  const eve = await forge.clone('eve');
  await expect(eve.push('topic', 'a.txt', '1\n', 'a')).rejects.toThrow(/403/);
  const alice = await forge.clone('alice');
  await alice.push('topic', 'a.txt', '1\n', 'a');
  await alice.git('push', '-q', 'origin', 'topic:refs/sluice/kept');
  const hidden = alice.git('push', '-q', 'origin', 'topic:refs/pull/1/head');
  await expect(hidden).rejects.toThrow(/deny updating a hidden ref/);
  const stranger = alice.git('push', 'http://x:wrong@127.0.0.1:1/', 'topic');
  await expect(stranger).rejects.toThrow();
});

test('a mirrored repository is copied and never written to', async () => {
  const source = await forge.clone('alice');
  await source.git('tag', 'v1');
  const refs = await source.git('for-each-ref');
  const wanted = { owner: 'acme', name: 'copy', mirrorOf: source.dir, writers: ['alice'] };
  await forge.forge.createRepository(wanted);
  const copy = await forge.clone('alice', 'acme/copy');
  await copy.push('main', 'more.txt', '1\n', 'more');
  expect(await copy.git('tag')).toBe('v1');
  expect(await source.git('for-each-ref')).toBe(refs);
});

test('a merge pushed to the base marks the pull request merged', async () => {
  const work = await forge.clone('alice');
  const head = await work.push('pr/one', 'one.txt', '1\n', 'Add one');
  await work.git('checkout', '-q', '-B', 'main', 'origin/main');
  await work.git('merge', '-q', '--no-ff', '-m', 'merge', 'pr/one');
  await work.git('push', '-q', 'origin', 'main');
  await forge.forge.idle();
  expect(forge.events().slice(2)).toEqual(['push', 'pull_request.closed']);
  expect((await forge.rest(null, 'GET', '/pulls/1')).json).toMatchObject({
    merged: true,
    state: 'closed',
    head: { sha: head },
    merged_by: { login: 'alice' },
  });
});
