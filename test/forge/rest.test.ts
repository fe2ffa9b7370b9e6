// The REST side of the forge: codes and sentences as GitHub's, and commits with a SHA known before.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestForge, type WorkTree } from '../support/forge.ts';

let forge: TestForge;
let work: WorkTree;
let base: string;

beforeEach(async () => {
  forge = await TestForge.start();
  work = await forge.clone('alice');
  base = await work.git('rev-parse', 'origin/main');
});
afterEach(() => forge.close());

describe('who may', () => {
  test('read without a token, write only with one, and never with a wrong one', async () => {
    expect((await forge.rest(null, 'GET', '')).status).toBe(200);
    expect(await forge.rest(null, 'POST', '/git/refs', {})).toMatchObject({
      status: 401,
      json: { message: 'Requires authentication' },
    });
    expect((await forge.rest('eve', 'POST', '/git/refs', {})).status).toBe(403);
    const wrong = { 'user-agent': 'test', authorization: 'Bearer nobody' };
    const response = await fetch(`${forge.forge.url}/user`, { headers: wrong });
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { message: 'Bad credentials' },
    ]);
    expect((await forge.restWith('constructor', 'GET', '//user')).status).toBe(401);
    expect((await forge.rest('alice', 'GET', '//user')).json.login).toBe('alice');
  });

  test('a request without a User-Agent is refused, limits are told', async () => {
    const nameless = await fetch(`${forge.forge.url}/user`, { headers: { 'user-agent': '' } });
    expect(nameless.status).toBe(403);
    const { headers } = await forge.rest('alice', 'GET', '//user');
    expect(headers.get('x-ratelimit-remaining')).toMatch(/^49\d\d$/);
  });

  test('a body that is not JSON is 400, one that lacks a field 422', async () => {
    const response = await fetch(`${forge.forge.url}/repos/acme/widget/git/refs`, {
      method: 'POST',
      headers: { 'user-agent': 'test', authorization: 'token alice-token' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect((await forge.rest('alice', 'POST', '/git/refs', {})).status).toBe(422);
    expect((await forge.rest('alice', 'GET', '/nothing/here')).status).toBe(404);
    expect((await forge.rest('alice', 'GET', '//repos/acme/none/pulls')).status).toBe(404);
  });
});

describe('refs', () => {
  test('are created, moved forward, forced, deleted', async () => {
    const next = await work.push('topic', 'a.txt', '1\n', 'a');
    const ref = 'refs/heads/copy';
    expect((await forge.rest('bob', 'POST', '/git/refs', { ref, sha: next })).status).toBe(201);
    expect((await forge.rest('bob', 'POST', '/git/refs', { ref, sha: next })).json.message).toBe(
      'Reference already exists',
    );
    const back = await forge.rest('bob', 'PATCH', '/git/refs/heads/copy', { sha: base });
    expect([back.status, back.json.message]).toEqual([422, 'Update is not a fast forward']);
    const forced = { sha: base, force: true };
    expect((await forge.rest('bob', 'PATCH', '/git/refs/heads%2Fcopy', forced)).status).toBe(200);
    expect(await forge.ref(ref)).toBe(base);
    expect((await forge.rest('bob', 'DELETE', '/git/refs/heads/copy')).status).toBe(204);
    expect((await forge.rest('bob', 'DELETE', '/git/refs/heads/copy')).status).toBe(422);
  });
});

test('a commit made through the API has the SHA that git gives the same fields', async () => {
  const { json } = await forge.rest(null, 'GET', `/git/commits/${base}`);
  const person = { name: 'Ann Ø', email: 'ann@example.com', date: '2026-03-04T05:06:07Z' };
  const message = 'Title (#1)\n\nBody without an end';
  const body = { message, tree: json.tree.sha, parents: [base], author: person };
  const made = await forge.rest('alice', 'POST', '/git/commits', body);
  expect(made.status).toBe(201);
  await work.git('fetch', '-q', 'origin', made.json.sha);

  const config = ['-c', `user.name=${person.name}`, '-c', 'i18n.commitEncoding=UTF-8'];
  const raw = await work.git('cat-file', 'commit', made.json.sha);
  expect(raw).toBe(
    [
      `tree ${json.tree.sha}`,
      `parent ${base}`,
      'author Ann Ø <ann@example.com> 1772600767 +0000',
      'committer Ann Ø <ann@example.com> 1772600767 +0000',
      '',
      message,
    ].join('\n'),
  );
  expect(await work.git(...config, 'fsck', '--strict', '--no-dangling')).toBe('');
  expect((await forge.rest('alice', 'POST', '/git/commits', body)).json.sha).toBe(made.json.sha);
});

describe('POST /merges', () => {
  test('merges, has nothing to do, conflicts, finds nothing', async () => {
    const mine = await work.push('mine', 'hello.txt', 'mine\n', 'mine');
    const yours = await work.push('yours', 'hello.txt', 'yours\n', 'yours');
    const merge = (head: string, to = 'main') =>
      forge.rest('alice', 'POST', '/merges', { base: to, head });
    await work.push('main', 'other.txt', '1\n', 'other');
    const merged = await merge(mine);
    expect(merged.status).toBe(201);
    expect(merged.json.parents).toMatchObject([{}, { sha: mine }]);
    expect(await forge.ref('refs/heads/main')).toBe(merged.json.sha);
    expect((await merge(mine)).status).toBe(204);
    expect(await merge(yours)).toMatchObject({ status: 409, json: { message: 'Merge conflict' } });
    expect((await merge('none')).status).toBe(404);
    expect((await merge(mine, 'none')).status).toBe(404);
  });
});

test('what lies between two commits, and what a file holds', async () => {
  const head = await work.push('topic', 'dir/a.txt', 'one\n', 'a');
  const after = await work.push('main', 'b.txt', '1\n', 'b');
  const compared = (await forge.rest(null, 'GET', '/compare/main...topic')).json;
  expect(compared).toMatchObject({
    status: 'diverged',
    ahead_by: 1,
    behind_by: 1,
    base_commit: { sha: after },
    merge_base_commit: { sha: base },
    commits: [{ sha: head }],
    files: [{ filename: 'dir/a.txt', status: 'added', additions: 1 }],
  });
  const below = (await forge.rest(null, 'GET', `/compare/topic...${base}`)).json;
  expect(below).toMatchObject({ status: 'behind', behind_by: 1, commits: [], files: [] });
  await work.git('mv', 'b.txt', 'renamed name.txt');
  await work.git('rm', '-q', 'hello.txt');
  await work.git('commit', '-q', '-m', 'rename');
  await work.git('push', '-q', 'origin', 'HEAD:moved');
  const moved = (await forge.rest(null, 'GET', '/compare/main...moved')).json.files;
  expect(moved).toMatchObject([
    { filename: 'hello.txt', status: 'removed', deletions: 1, sha: null },
    { filename: 'renamed name.txt', previous_filename: 'b.txt', status: 'renamed', changes: 0 },
  ]);
  const file = await forge.rest(null, 'GET', `/contents/dir/a.txt?ref=${head}`);
  expect(Buffer.from(file.json.content, 'base64').toString()).toBe('one\n');
  expect((await forge.rest(null, 'GET', '/contents/dir/a.txt')).status).toBe(404);
  const tree = (await forge.rest(null, 'GET', `/git/trees/${head}?recursive=1`)).json.tree;
  expect(tree.map(({ path }: { path: string }) => path)).toEqual(['dir', 'dir/a.txt', 'hello.txt']);
});

describe('statuses', () => {
  test('the newest of each context counts; a thousand is the end', async () => {
    const post = (state: string, context: string) =>
      forge.rest('bob', 'POST', `/statuses/${base}`, { state, context });
    expect((await forge.rest(null, 'GET', `/commits/${base}/status`)).json.state).toBe('pending');
    await post('failure', 'ci');
    for (let i = 0; i < 998; i += 1) await post('pending', 'CI');
    expect((await post('success', 'ci')).status).toBe(201);
    expect(await post('success', 'ci')).toMatchObject({ status: 422 });
    expect((await post('success', 'other')).status).toBe(201);
    expect((await forge.rest(null, 'GET', '/commits/main/status')).json).toMatchObject({
      state: 'success',
      total_count: 2,
    });
    const missing = await forge.rest('bob', 'POST', `/statuses/${'e'.repeat(40)}`, {
      state: 'success',
    });
    expect(missing.json.message).toMatch(/^No commit found for SHA/);
    const list = await forge.rest(null, 'GET', `/commits/${base}/statuses?per_page=2`);
    expect(list.json).toHaveLength(2);
    expect(list.headers.get('link')).toMatch(/page=2>; rel="next"/);
  });
});

describe('the merge button', () => {
  test('squashes at the head that was asked for', async () => {
    const head = await work.push('pr/one', 'one.txt', '1\n', 'Add one\n\nBody.');
    const press = (body: object) => forge.rest('bob', 'PUT', '/pulls/1/merge', body);
    expect((await press({ sha: base, merge_method: 'squash' })).status).toBe(409);
    const merged = await press({ sha: head, merge_method: 'squash' });
    expect(merged).toMatchObject({ status: 200, json: { merged: true } });
    expect((await press({ merge_method: 'squash' })).status).toBe(405);
    const commit = (await forge.rest(null, 'GET', `/git/commits/${merged.json.sha}`)).json;
    expect(commit).toMatchObject({ message: 'Add one (#1)\n\nBody.', parents: [{ sha: base }] });
    expect((await forge.rest(null, 'GET', '/pulls/1')).json).toMatchObject({
      merged: true,
      merge_commit_sha: merged.json.sha,
    });
  });
});

test('reviews, labels, comments and people of a pull request', async () => {
  await work.push('pr/one', 'one.txt', '1\n', 'Add one');
  const approve = { event: 'APPROVE' };
  expect((await forge.rest('alice', 'POST', '/pulls/1/reviews', approve)).status).toBe(422);
  const review = await forge.rest('bob', 'POST', '/pulls/1/reviews', approve);
  expect(review.json.state).toBe('APPROVED');
  const dismissals = `/pulls/1/reviews/${review.json.id}/dismissals`;
  const dismissed = await forge.rest('alice', 'PUT', dismissals, { message: 'no' });
  expect(dismissed.json.state).toBe('DISMISSED');
  await forge.rest('bob', 'POST', '/issues/1/labels', { labels: ['one', 'do not merge'] });
  await forge.rest('bob', 'DELETE', '/issues/1/labels/do%20not%20merge');
  await forge.rest('bob', 'POST', '/issues/1/assignees', { assignees: ['bob', 'nobody'] });
  await forge.rest('bob', 'POST', '/pulls/1/requested_reviewers', { reviewers: ['eve'] });
  const said = await forge.rest('eve', 'POST', '/issues/1/comments', { body: 'hm' });
  await forge.rest('eve', 'PATCH', `/issues/comments/${said.json.id}`, { body: 'ah' });
  await forge.rest('alice', 'PATCH', '/pulls/1', { title: 'Better' });
  await forge.forge.idle();

  expect(forge.events().slice(2)).toEqual([
    'pull_request_review.submitted',
    'pull_request_review.dismissed',
    'pull_request.labeled',
    'pull_request.labeled',
    'pull_request.unlabeled',
    'pull_request.assigned',
    'pull_request.review_requested',
    'pull_request.edited',
  ]);
  expect((await forge.rest(null, 'GET', '/pulls?state=all')).json).toMatchObject([
    {
      title: 'Better',
      labels: [{ name: 'one' }],
      assignees: [{ login: 'bob' }],
      requested_reviewers: [{ login: 'eve' }],
    },
  ]);
  expect((await forge.rest(null, 'GET', '/issues/1/comments')).json).toMatchObject([
    { body: 'ah' },
  ]);
});
