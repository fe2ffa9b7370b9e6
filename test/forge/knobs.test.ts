// The knobs: each thing that GitHub does now and then, or of which nobody is sure, switched on and off.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';

let forge: TestForge;
let number = 0;
let head: string;
beforeAll(async () => {
  forge = await TestForge.start();
  await forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
});
afterAll(() => forge.close());
beforeEach(async () => {
  number += 1;
  head = await forge.openPull(number);
});
afterEach(async () => {
  await forge.control('DELETE', '/faults');
  await forge.turn({
    read_lag: { seconds: 0 },
    mergeable_unknown_reads: 1,
    indirect_merge: 'always',
    head_moved_with_base: 'merged',
    scratch_merge_head: 'any_commit',
    commit_message: 'exact',
    update_refs_bypass: true,
    unreferenced_commits: 'readable',
    fresh_fork_seconds: 0,
    statuses_max: 1000,
    review_decision: 'told',
  });
});

const pull = async () => (await forge.rest(null, 'GET', `/pulls/${number}`)).json;
const main = () => forge.ref('refs/heads/main');
async function repositoryId(): Promise<string> {
  return (await forge.graphql('root', '{ repository(owner:"acme",name:"widget") { id } }')).data
    .repository.id;
}
async function updateRefs(...refUpdates: object[]) {
  const mutation =
    'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';
  return forge.graphql('root', mutation, {
    input: { repositoryId: await repositoryId(), refUpdates },
  });
}
/** A pull request from eve's fork. @returns its head */
async function openFromFork(): Promise<string> {
  number += 1;
  const branch = `fork-${number}`;
  const ref = {
    ref: `refs/heads/${branch}`,
    sha: (await forge.rest(null, 'GET', '//repos/eve/widget/branches/main')).json.commit.sha,
  };
  await forge.rest('eve', 'POST', '//repos/eve/widget/git/refs', ref);
  const file = { message: 'x', content: Buffer.from(branch).toString('base64'), branch };
  const made = await forge.rest('eve', 'PUT', `//repos/eve/widget/contents/${branch}.txt`, file);
  await forge.rest('eve', 'POST', '/pulls', { title: branch, head: `eve:${branch}`, base: 'main' });
  return made.json.commit.sha;
}

test('what cannot be turned is refused with what can', async () => {
  await expect(forge.turn({ read_lag: { seconds: -1 } })).rejects.toThrow(/read_lag.seconds/);
  await expect(forge.turn({ weather: 'rain' })).rejects.toThrow(/weather/);
  await expect(forge.control('PATCH', '/limits', { concurrent: 0 })).rejects.toThrow(/concurrent/);
  for (const wrong of [
    { match: { api: 'rest' }, do: { duplicate: 1 } },
    { match: { api: 'webhook' }, do: { status: 500 } },
    { match: { api: 'rest' }, do: { answer: 'nonsense' } },
    { match: { api: 'rest', pattern: '(' }, do: { drop: true } },
    { match: { api: 'git' }, do: { staleSeconds: 1 } },
    { match: { api: 'rest' }, when: 'after', do: { staleSeconds: 1 } },
    { match: { api: 'rest' }, do: { forbidField: 'x' } },
  ]) {
    await expect(forge.fault(wrong)).rejects.toThrow(/422/);
  }
});

describe('S3.3 stale reads', () => {
  test('lists, single reads, refs and GraphQL show how it was, writes do not', async () => {
    await forge.turn({ read_lag: { seconds: 30 } });
    const before = await main();
    const landed = await forge.rest('bob', 'PUT', `/pulls/${number}/merge`, {
      merge_method: 'squash',
    });
    expect(landed.status).toBe(200);
    const query = `{ repository(owner: "acme", name: "widget") { ref(qualifiedName: "refs/heads/main") { target { oid } }
      pullRequest(number: ${number}) { state } } }`;
    const seen = async () => {
      const { ref, pullRequest } = (await forge.graphql('bob', query)).data.repository;
      const list = (await forge.rest(null, 'GET', '/pulls?per_page=100')).json;
      const isListed = list.some((one: { number: number }) => one.number === number);
      return [await main(), (await pull()).state, isListed, ref.target.oid, pullRequest.state];
    };
    expect(await seen()).toEqual([before, 'open', true, before, 'OPEN']);
    const again = await forge.rest('bob', 'PUT', `/pulls/${number}/merge`, {});
    expect(again.status).toBe(405);
    await forge.advance(31);
    expect(await seen()).toEqual([landed.json.sha, 'closed', false, landed.json.sha, 'MERGED']);
  });

  test('only of some kinds, or of one request', async () => {
    await forge.turn({ read_lag: { seconds: 30, of: ['refs'] } });
    await forge.advance(40);
    const before = await main();
    await forge.commit('bob', 'main', `kinds-${number}.txt`, '1\n');
    await forge.rest('bob', 'PATCH', `/pulls/${number}`, { title: 'new' });
    expect([await main(), (await pull()).title]).toEqual([before, 'new']);
    await forge.turn({ read_lag: { seconds: 0 } });
    await forge.fault({
      match: { api: 'rest', path: `/pulls/${number}` },
      do: { staleSeconds: 30 },
    });
    expect((await pull()).title).toBe(`Pull ${number}`);
    expect((await pull()).title).toBe('new');
  });
});

describe('S6.2 merges', () => {
  test('mergeable is null for as many reads as one likes', async () => {
    await forge.turn({ mergeable_unknown_reads: 3 });
    await forge.forge.idle();
    const read = async () => {
      const { mergeable, mergeable_state } = await pull();
      return [mergeable, mergeable_state];
    };
    const unknown = [null, 'unknown'];
    expect([await read(), await read(), await read()]).toEqual([unknown, unknown, unknown]);
    await expect.poll(read).toEqual([true, 'clean']);
    await forge.rest('bob', 'POST', `/statuses/${head}`, { state: 'failure', context: 'other' });
    expect(await read()).toEqual([true, 'unstable']);
    await forge.control('PUT', '/rules/acme/widget/main', {
      required_status_checks: [{ context: 'ci' }],
    });
    expect(await read()).toEqual([true, 'blocked']);
    await forge.control('DELETE', '/rules/acme/widget/main');
  });

  test('a scratch merge may take only what is on a branch', async () => {
    const fork = await openFromFork();
    const merge = (sha: string) =>
      forge.rest('bob', 'POST', '/merges', { base: 'scratch', head: sha });
    await forge.rest('bob', 'POST', '/git/refs', { ref: 'refs/heads/scratch', sha: await main() });
    await forge.turn({ scratch_merge_head: 'own_branches' });
    expect((await merge(fork)).status).toBe(404);
    expect((await merge(head)).status).toBe(201);
    await forge.turn({ scratch_merge_head: 'any_commit' });
    expect((await merge(fork)).status).toBe(201);
    await forge.rest('bob', 'DELETE', '/git/refs/heads/scratch');
  });

  test('a commit may come back with another SHA than its fields have', async () => {
    const tree = (await forge.rest(null, 'GET', `/git/commits/${head}`)).json.tree.sha;
    const by = { name: 'a', email: 'a@b', date: '2026-01-02T03:04:05Z' };
    const make = async () =>
      (
        await forge.rest('bob', 'POST', '/git/commits', {
          message: 'm',
          tree,
          parents: [head],
          author: by,
        })
      ).json.sha;
    const exact = await make();
    expect(await make()).toBe(exact);
    await forge.turn({ commit_message: 'newline_added' });
    expect(await make()).not.toBe(exact);
  });

  test('a commit that nothing leads to may not be found', async () => {
    const tree = (await forge.rest(null, 'GET', `/git/commits/${head}`)).json.tree.sha;
    const { sha } = (
      await forge.rest('bob', 'POST', '/git/commits', { message: 'loose', tree, parents: [head] })
    ).json;
    const read = async () =>
      (await forge.rest(null, 'GET', `/contents/hello.txt?ref=${sha}`)).status;
    expect(await read()).toBe(200);
    await forge.turn({ unreferenced_commits: 'not_found' });
    expect(await read()).toBe(404);
    expect((await forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'success' })).status).toBe(
      422,
    );
    await forge.rest('bob', 'POST', '/git/refs', { ref: `refs/heads/kept-${number}`, sha });
    expect(await read()).toBe(200);
  });
});

describe('S7 what becomes of a pull request', () => {
  const merge = async (base = 'main') => forge.rest('bob', 'POST', '/merges', { base, head });

  test('whose commits are pushed to its base: merged, or not noticed', async () => {
    await forge.turn({ indirect_merge: 'missed' });
    await merge();
    expect((await pull()).state).toBe('open');
    head = await forge.openPull(++number);
    await forge.rest('bob', 'POST', '/git/refs', { ref: 'refs/heads/stable', sha: await main() });
    await forge.turn({ indirect_merge: 'default_branch' });
    await forge.rest('bob', 'PATCH', `/pulls/${number}`, { base: 'stable' });
    await merge('stable');
    expect((await pull()).state).toBe('open');
    head = await forge.openPull(++number);
    await merge();
    expect((await pull()).merged).toBe(true);
  });

  test.each([
    ['merged', true],
    ['closed', false],
  ])('whose head is moved into the base together with it: %s', async (fate, merged) => {
    await forge.turn({ head_moved_with_base: fate });
    const before = await main();
    const tree = (await forge.rest(null, 'GET', `/git/commits/${head}`)).json.tree.sha;
    const { sha } = (
      await forge.rest('root', 'POST', '/git/commits', { message: 's', tree, parents: [before] })
    ).json;
    const answer = await updateRefs(
      { name: 'refs/heads/main', beforeOid: before, afterOid: sha },
      { name: `refs/heads/topic-${number}`, beforeOid: head, afterOid: sha, force: true },
    );
    expect(answer.errors).toBeUndefined();
    expect(await pull()).toMatchObject({ state: 'closed', merged });
  });

  test('that is merged by the button: its branch goes away where that is set', async () => {
    await forge.rest('root', 'PATCH', '', { delete_branch_on_merge: true });
    await forge.rest('bob', 'PUT', `/pulls/${number}/merge`, { merge_method: 'merge' });
    expect(await forge.ref(`refs/heads/topic-${number}`)).toBe(null);
    expect((await pull()).merged).toBe(true);
    expect((await forge.rest(null, 'GET', `/pulls/${number}/merge`)).status).toBe(204);
    await forge.rest('root', 'PATCH', '', { delete_branch_on_merge: false });
  });

  test('that is a draft: no button until it is ready', async () => {
    const change = async (mutation: string) => {
      const query = `mutation($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`;
      const { node_id: id } = await pull();
      return (await forge.graphql('alice', query, { id })).data[mutation].pullRequest.isDraft;
    };
    await forge.forge.idle();
    forge.heard.length = 0;
    expect(await change('convertPullRequestToDraft')).toBe(true);
    const refused = await forge.rest('bob', 'PUT', `/pulls/${number}/merge`, {});
    expect([refused.status, refused.json.message]).toEqual([405, 'Pull Request is still a draft']);
    await expect.poll(async () => (await pull()).mergeable_state).toBe('draft');
    expect(await change('markPullRequestReadyForReview')).toBe(false);
    await forge.forge.idle();
    expect(forge.events()).toEqual([
      'pull_request.converted_to_draft',
      'pull_request.ready_for_review',
    ]);
  });

  test('whose branch is deleted closes, unmerged', async () => {
    await forge.rest('bob', 'DELETE', `/git/refs/heads/topic-${number}`);
    expect(await pull()).toMatchObject({ state: 'closed', merged: false, head: { sha: head } });
  });
});

describe('S7.5 updateRefs under rules', () => {
  test('may not know of those who bypass them', async () => {
    const rules = { required_status_checks: [{ context: 'ci' }], bypass: ['root'] };
    await forge.control('PUT', '/rules/acme/widget/main', rules);
    const before = await main();
    const move = { name: 'refs/heads/main', beforeOid: before, afterOid: head };
    await forge.turn({ update_refs_bypass: false });
    expect((await updateRefs(move)).errors[0].message).toMatch(/Required status check "ci"/);
    await forge.turn({ update_refs_bypass: true });
    expect((await updateRefs(move)).errors).toBeUndefined();
    await forge.control('DELETE', '/rules/acme/widget/main');
  });
});

describe('S7.8 what is told of reviews and statuses', () => {
  test('reviewDecision may be null although a rule asks', async () => {
    await forge.control('PUT', '/rules/acme/widget/main', { required_approving_review_count: 1 });
    const query = `{ repository(owner:"acme",name:"widget") { pullRequest(number:${number}) { reviewDecision } } }`;
    const decision = async () =>
      (await forge.graphql('bob', query)).data.repository.pullRequest.reviewDecision;
    expect(await decision()).toBe('REVIEW_REQUIRED');
    await forge.turn({ review_decision: 'null' });
    expect(await decision()).toBe(null);
    await forge.control('DELETE', '/rules/acme/widget/main');
  });

  test('as many statuses as one likes are the end', async () => {
    await forge.turn({ statuses_max: 2 });
    const post = (context: string) =>
      forge.rest('bob', 'POST', `/statuses/${head}`, { state: 'pending', context });
    expect([(await post('ci')).status, (await post('CI')).status]).toEqual([201, 201]);
    expect((await post('ci')).json.errors).toMatchObject([
      { message: expect.stringMatching(/maximum number of statuses/) },
    ]);
    expect((await post('other')).status).toBe(201);
  });

  test('a field of GraphQL is forbidden by order, the others are told', async () => {
    await forge.fault({ match: { api: 'graphql' }, do: { forbidField: 'statusCheckRollup' } });
    const query = `{ repository(owner:"acme",name:"widget") { pullRequest(number:${number}) { number statusCheckRollup { state } } } }`;
    const path = ['repository', 'pullRequest', 'statusCheckRollup'];
    expect(await forge.graphql('bob', query)).toMatchObject({
      data: { repository: { pullRequest: { number, statusCheckRollup: null } } },
      errors: [
        { type: 'FORBIDDEN', path, message: 'Resource not accessible by personal access token' },
      ],
    });
  });
});
