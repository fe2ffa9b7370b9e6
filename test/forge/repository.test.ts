// The repository itself and what is in it: renamed and deleted, people and teams, files, trees and blobs.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { TestApp } from '../support/forge-app.ts';

let forge: TestForge;
beforeAll(async () => {
  forge = await TestForge.start();
});
afterAll(() => forge.close());

describe('S1.1 a repository', () => {
  test('that is renamed is found by its old name and by its number', async () => {
    await forge.control('POST', '/repositories', {
      owner: 'acme',
      name: 'before',
      writers: ['alice'],
    });
    const renamed = await forge.rest('root', 'PATCH', '//repos/acme/before', { name: 'after' });
    const { id, full_name } = renamed.json;
    expect(full_name).toBe('acme/after');
    const moved = await forge.rest('alice', 'GET', '//repos/acme/before/pulls?state=all');
    const location = moved.headers.get('location') ?? '';
    expect([moved.status, moved.json.message]).toEqual([301, 'Moved Permanently']);
    expect(location).toBe(`${forge.forge.url}/repositories/${id}/pulls?state=all`);
    expect((await forge.rest('alice', 'GET', `//repositories/${id}/pulls?state=all`)).json).toEqual(
      [],
    );
    expect((await forge.rest('alice', 'POST', '//repos/acme/before/pulls', {})).status).toBe(307);
    expect(
      (await forge.graphql('alice', '{ repository(owner:"acme",name:"before") { nameWithOwner } }'))
        .data.repository.nameWithOwner,
    ).toBe('acme/after');
    await forge.control('POST', '/repositories', { owner: 'acme', name: 'before' });
    await forge.restart();
    expect((await forge.rest(null, 'GET', '//repos/acme/after')).json.id).toBe(id);
    expect((await forge.rest(null, 'GET', '//repos/acme/before')).json.id).not.toBe(id);
    expect((await forge.rest('alice', 'DELETE', '//repos/acme/after')).status).toBe(404);
    expect((await forge.rest('root', 'DELETE', '//repos/acme/after')).status).toBe(204);
    expect((await forge.rest(null, 'GET', '//repos/acme/after')).status).toBe(404);
  });

  test('has settings, branches and commits', async () => {
    const edit = { allow_squash_merge: false, default_branch: 'main' };
    expect((await forge.rest('root', 'PATCH', '', edit)).json.allow_squash_merge).toBe(false);
    await forge.openPull(1);
    const refused = await forge.rest('bob', 'PUT', '/pulls/1/merge', { merge_method: 'squash' });
    expect([refused.status, refused.json.message]).toEqual([
      405,
      'Squash merges are not allowed on this repository.',
    ]);
    await forge.rest('root', 'PATCH', '', { allow_squash_merge: true });
    const branches = (await forge.rest(null, 'GET', '/branches')).json;
    expect(branches.map(({ name }: { name: string }) => name)).toEqual(['main', 'topic-1']);
    const commits = (await forge.rest(null, 'GET', '/commits?sha=topic-1&per_page=1')).json;
    expect(commits).toMatchObject([{ commit: { message: 'Change topic-1.txt' } }]);
    const one = (await forge.rest(null, 'GET', '/commits/topic-1')).json;
    expect(one).toMatchObject({ stats: { additions: 1 }, files: [{ filename: 'topic-1.txt' }] });
    expect((await forge.rest(null, 'GET', `/commits/${one.sha}/pulls`)).json).toMatchObject([
      { number: 1 },
    ]);
    expect((await forge.rest('root', 'PATCH', '', { default_branch: 'none' })).status).toBe(422);
  });
});

describe('S4.6 a list in pages', () => {
  test('shifts when something before the page goes away', async () => {
    for (const number of [2, 3, 4]) await forge.openPull(number);
    const page = async (number: number) => {
      const path = `/pulls?per_page=2&page=${number}&sort=created&direction=asc`;
      const { json, headers } = await forge.rest(null, 'GET', path);
      return [json.map((pull: { number: number }) => pull.number), headers.get('link')];
    };
    const [first, link] = await page(1);
    expect(first).toEqual([1, 2]);
    expect(link).toMatch(/page=2&.*>; rel="next", .*page=2&.*>; rel="last"/);
    await forge.rest('alice', 'PATCH', '/pulls/2', { state: 'closed' });
    // 3 is on neither page now: whoever goes by numbers of pages misses it.
    expect((await page(2))[0]).toEqual([4]);
    await forge.rest('alice', 'PATCH', '/pulls/2', { state: 'open' });
  });
});

describe('S5.5 people', () => {
  test('teams and their members, over REST and GraphQL', async () => {
    await forge.control('PUT', '/teams/acme/services', {
      name: 'Services',
      members: ['bob', 'alice'],
    });
    await expect(forge.control('PUT', '/teams/acme/none', { members: ['nobody'] })).rejects.toThrow(
      /no user nobody/,
    );
    const members = (await forge.rest('root', 'GET', '//orgs/acme/teams/services/members')).json;
    expect(members.map(({ login }: { login: string }) => login)).toEqual(['bob', 'alice']);
    expect((await forge.rest('root', 'GET', '//orgs/acme/teams')).json).toMatchObject([
      { slug: 'services' },
    ]);
    expect((await forge.rest('root', 'GET', '//orgs/acme/teams/services')).json.members_count).toBe(
      2,
    );
    expect((await forge.rest('root', 'GET', '/teams')).json).toMatchObject([{ name: 'Services' }]);
    expect((await forge.rest('root', 'GET', '//orgs/acme/teams/none/members')).status).toBe(404);
    const { token } = await forge.control('POST', '/tokens', {
      kind: 'classic',
      login: 'root',
      scopes: ['repo'],
    });
    expect((await forge.restWith(token, 'GET', '//orgs/acme/teams/services/members')).status).toBe(
      404,
    );
    const query =
      '{ organization(login: "acme") { team(slug: "services") { name members(first: 9) { nodes { login } } } } }';
    expect((await forge.graphql('bob', query)).data.organization.team).toEqual({
      name: 'Services',
      members: { nodes: [{ login: 'bob' }, { login: 'alice' }] },
    });
  });

  test('are asked for reviews and assigned, alone or as a team, and let go again', async () => {
    const ask = (method: string, path: string, body: object) =>
      forge.rest('bob', method, path, body);
    const asked = { reviewers: ['eve'], team_reviewers: ['services'] };
    await ask('POST', '/pulls/1/requested_reviewers', asked);
    expect(
      (await ask('POST', '/pulls/1/requested_reviewers', { reviewers: ['nobody'] })).status,
    ).toBe(422);
    expect((await forge.rest(null, 'GET', '/pulls/1/requested_reviewers')).json).toMatchObject({
      users: [{ login: 'eve' }],
      teams: [{ slug: 'services' }],
    });
    const query = `{ repository(owner:"acme",name:"widget") { pullRequest(number:1) { reviewRequests(first:9) { nodes {
      requestedReviewer { ... on User { login } ... on Team { slug } } } } } } }`;
    expect(
      (await forge.graphql('bob', query)).data.repository.pullRequest.reviewRequests.nodes,
    ).toEqual([
      { requestedReviewer: { login: 'eve' } },
      { requestedReviewer: { slug: 'services' } },
    ]);
    const { token } = await forge.control('POST', '/tokens', {
      ...{ kind: 'classic', login: 'bob', scopes: ['repo', 'workflow'] },
    });
    // Of the query's text alone, whoever is asked.
    expect((await forge.restWith(token, 'POST', '//graphql', { query })).json).toEqual({
      errors: [
        {
          type: 'INSUFFICIENT_SCOPES',
          locations: [{ line: 2, column: 63 }],
          message: expect.stringMatching(/^Your token .* The 'slug' field requires .*'read:org'/),
        },
      ],
    });
    const app = await TestApp.start(forge, { permissions: { pull_requests: 'read' } });
    const { data, errors } = await app.graphql(query);
    await app.close();
    expect(data.repository.pullRequest.reviewRequests.nodes[1]).toEqual({
      requestedReviewer: null,
    });
    expect(errors).toMatchObject([
      { type: 'FORBIDDEN', message: 'Resource not accessible by integration' },
    ]);
    await ask('DELETE', '/pulls/1/requested_reviewers', asked);
    const assigned = await ask('POST', '/issues/1/assignees', { assignees: ['eve', 'nobody'] });
    expect(assigned.json.assignees).toMatchObject([{ login: 'eve' }]);
    expect(
      (await ask('DELETE', '/issues/1/assignees', { assignees: ['eve'] })).json.assignees,
    ).toEqual([]);
    const labels = await ask('PUT', '/issues/1/labels', { labels: ['a', 'b'] });
    expect(labels.json.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
    await ask('PUT', '/issues/1/labels', { labels: ['b'] });
    expect((await forge.rest(null, 'GET', '/issues/1/labels')).json).toMatchObject([{ name: 'b' }]);
  });

  test('what they may do, and who can be assigned', async () => {
    const level = async (login: string) =>
      (await forge.rest('bob', 'GET', `/collaborators/${login}/permission`)).json.permission;
    expect([await level('root'), await level('alice'), await level('eve')]).toEqual([
      'admin',
      'write',
      'read',
    ]);
    expect((await forge.rest('bob', 'GET', '/collaborators/alice')).status).toBe(204);
    expect((await forge.rest('bob', 'GET', '/collaborators/eve')).status).toBe(404);
    expect((await forge.rest('bob', 'GET', '/collaborators')).json).toHaveLength(3);
    expect((await forge.rest('bob', 'GET', '/assignees')).json).toHaveLength(3);
    expect((await forge.rest('bob', 'GET', '/assignees/eve')).status).toBe(404);
    expect((await forge.rest('bob', 'GET', '//users/EVE')).json.login).toBe('eve');
    expect((await forge.rest('bob', 'GET', '//users/nobody')).status).toBe(404);
  });
});

describe('S6.3 files', () => {
  test('are written onto a branch, by whoever has seen what is there', async () => {
    const put = (fields: object) =>
      forge.rest('alice', 'PUT', '/contents/docs/a b.txt', {
        message: 'm',
        content: 'YQ==',
        branch: 'topic-1',
        ...fields,
      });
    const made = await put({});
    expect(made.status).toBe(201);
    expect((await put({})).status).toBe(422);
    expect((await put({ sha: 'f'.repeat(40) })).status).toBe(409);
    expect((await put({ sha: made.json.content.sha, content: 'Yg==' })).status).toBe(200);
    const raw = await fetch(
      `${forge.forge.url}/repos/acme/widget/contents/docs/a%20b.txt?ref=topic-1`,
      {
        headers: { 'user-agent': 'test', accept: 'application/vnd.github.raw+json' },
      },
    );
    expect(await raw.text()).toBe('b');
    expect((await forge.rest(null, 'GET', '/contents/docs?ref=topic-1')).json).toMatchObject([
      { name: 'a b.txt', type: 'file' },
    ]);
  });

  test('of more than a megabyte are not told as JSON', async () => {
    const { sha } = (
      await forge.rest('alice', 'POST', '/git/blobs', { content: 'x'.repeat(1_100_000) })
    ).json;
    const tree = { tree: [{ path: 'large', mode: '100644', type: 'blob', sha }] };
    const made = (await forge.rest('alice', 'POST', '/git/trees', tree)).json;
    const commit = { message: 'large', tree: made.sha, parents: [] };
    const { sha: at } = (await forge.rest('alice', 'POST', '/git/commits', commit)).json;
    const answer = await forge.rest(null, 'GET', `/contents/large?ref=${at}`);
    expect([answer.status, answer.json.errors]).toEqual([
      403,
      [expect.objectContaining({ code: 'too_large' })],
    ]);
  });

  test('trees are made from others, entries are taken away', async () => {
    const main = (await forge.rest(null, 'GET', '/git/trees/main')).json;
    const change = {
      base_tree: main.sha,
      tree: [
        { path: 'dir/new.txt', mode: '100644', type: 'blob', content: 'new\n' },
        { path: 'hello.txt', mode: '100644', type: 'blob', sha: null },
      ],
    };
    const made = await forge.rest('alice', 'POST', '/git/trees', change);
    expect(made.json.tree).toMatchObject([{ path: 'dir', type: 'tree' }]);
    const whole = (await forge.rest(null, 'GET', `/git/trees/${made.json.sha}?recursive=1`)).json;
    expect(whole.tree).toMatchObject([{ path: 'dir' }, { path: 'dir/new.txt', size: 4 }]);
    const blob = whole.tree[1].sha;
    const read = (await forge.rest(null, 'GET', `/git/blobs/${blob}`)).json;
    expect(Buffer.from(read.content, 'base64').toString()).toBe('new\n');
    for (const path of ['../out', 'a//b', '.git/config']) {
      const tree = [{ path, mode: '100644', type: 'blob', content: 'x' }];
      expect((await forge.rest('alice', 'POST', '/git/trees', { tree })).status).toBe(422);
    }
    expect(
      (await forge.rest('alice', 'POST', '/git/trees', { tree: [{ path: 'x', mode: '100644' }] }))
        .status,
    ).toBe(422);
  });
});
