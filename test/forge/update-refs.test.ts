// GraphQL updateRefs: a compare-and-swap of several refs at once, with everything that a push causes.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';

const ZERO = '0'.repeat(40);
const MUTATION = `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;

interface Update {
  readonly name: string;
  readonly beforeOid?: string;
  readonly afterOid: string;
  readonly force?: boolean;
}

let forge: TestForge;
let base: string;
let head: string;

beforeEach(async () => {
  forge = await TestForge.start();
  const work = await forge.clone('alice');
  head = await work.push('pr/one', 'one.txt', '1\n', 'Add one');
  base = await work.git('rev-parse', 'origin/main');
  await forge.forge.idle();
  forge.heard.length = 0;
});
afterEach(() => forge.close());

async function update(...refUpdates: Update[]) {
  const query = `{ repository(owner: "acme", name: "widget") { id } }`;
  const { id } = (await forge.graphql('alice', query)).data.repository;
  return forge.graphql('alice', MUTATION, { input: { repositoryId: id, refUpdates } });
}

/** The squash commit of the pull request on `parent`, made through the API. */
async function squash(parent: string): Promise<string> {
  const { tree } = (await forge.rest(null, 'GET', `/git/commits/${head}`)).json;
  const author = { name: 'a', email: 'a@b', date: '2026-01-02T03:04:05Z' };
  const body = { message: 'Add one (#1)', tree: tree.sha, parents: [parent], author };
  return (await forge.rest('alice', 'POST', '/git/commits', body)).json.sha;
}

describe('updateRefs', () => {
  test('creates, moves and deletes in one call', async () => {
    const main = 'refs/heads/main';
    await update({ name: 'refs/sluice/kept', beforeOid: ZERO, afterOid: base });
    const answer = await update(
      { name: main, beforeOid: base, afterOid: head },
      { name: 'refs/sluice/kept', beforeOid: base, afterOid: ZERO },
      { name: 'refs/heads/topic', beforeOid: ZERO, afterOid: base },
    );
    expect(answer).toEqual({ data: { updateRefs: { clientMutationId: null } } });
    expect(await forge.ref(main)).toBe(head);
    expect(await forge.ref('refs/sluice/kept')).toBe(null);
    expect(await forge.ref('refs/heads/topic')).toBe(base);
  });

  test('moves nothing when one ref is not where it is expected', async () => {
    const tested = await squash(base);
    const answer = await update(
      { name: 'refs/heads/topic', beforeOid: ZERO, afterOid: base },
      { name: 'refs/heads/main', beforeOid: head, afterOid: tested },
    );
    expect(answer.errors).toMatchObject([{ type: 'UNPROCESSABLE', path: ['updateRefs'] }]);
    expect(await forge.ref('refs/heads/main')).toBe(base);
    expect(await forge.ref('refs/heads/topic')).toBe(null);
  });

  test('loses the race against a push in between', async () => {
    const tested = await squash(base);
    const work = await forge.clone('bob');
    const pushed = await work.push('main', 'other.txt', '1\n', 'Somebody else');
    const answer = await update({ name: 'refs/heads/main', beforeOid: base, afterOid: tested });
    expect(answer.errors).toHaveLength(1);
    expect(await forge.ref('refs/heads/main')).toBe(pushed);
  });

  test('of many at once exactly one wins', async () => {
    const tested = await squash(base);
    const one = { name: 'refs/heads/main', beforeOid: base, afterOid: tested };
    const answers = await Promise.all(Array.from({ length: 8 }, () => update(one)));
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
  });

  test('throws history away only by force', async () => {
    const move = { name: 'refs/heads/pr/one', beforeOid: head, afterOid: base };
    expect((await update(move)).errors[0].message).toBe('Update is not a fast forward');
    expect((await update({ ...move, force: true })).errors).toBeUndefined();
    // The head lies in the base now: there is nothing left to merge.
    expect((await forge.rest(null, 'GET', '/pulls/1')).json).toMatchObject({
      state: 'closed',
      merged: false,
    });
  });

  test('head and base moved together leave the pull request merged', async () => {
    const tested = await squash(base);
    await update(
      { name: 'refs/heads/main', beforeOid: base, afterOid: tested },
      { name: 'refs/heads/pr/one', beforeOid: head, afterOid: tested, force: true },
    );
    await forge.forge.idle();
    expect(forge.events()).toEqual([
      'push',
      'push',
      'pull_request.synchronize',
      'pull_request.closed',
    ]);
    expect(forge.heard[3]?.body).toMatchObject({ pull_request: { merged: true } });
    expect((await forge.rest(null, 'GET', '/pulls/1')).json).toMatchObject({
      merged: true,
      merge_commit_sha: tested,
      head: { sha: tested },
    });
  });

  test('a squash that lands alone leaves the pull request open', async () => {
    await update({ name: 'refs/heads/main', beforeOid: base, afterOid: await squash(base) });
    expect((await forge.rest(null, 'GET', '/pulls/1')).json.state).toBe('open');
  });

  test('refuses strangers, unknown objects and names that are none', async () => {
    const unknown = 'd'.repeat(40);
    const missing = await update({ name: 'refs/heads/x', beforeOid: ZERO, afterOid: unknown });
    expect(missing.errors[0].message).toBe('Object does not exist');
    const bad = await update({ name: 'refs/heads/..', beforeOid: ZERO, afterOid: base });
    expect(bad.errors).toHaveLength(1);
    const nested = { name: 'refs/heads/main/below', beforeOid: ZERO, afterOid: base };
    expect((await update(nested)).errors[0].message).toMatch(/^Reference update failed/);
    const short = await update({ name: 'refs/heads/x', afterOid: 'abc' });
    expect(short.errors[0].message).toMatch(/not a full SHA-1/);
    const { id } = (await forge.graphql('eve', '{ repository(owner:"acme",name:"widget"){id} }'))
      .data.repository;
    const input = { repositoryId: id, refUpdates: [{ name: 'refs/heads/x', afterOid: base }] };
    const stranger = await forge.graphql('eve', MUTATION, { input });
    expect(stranger.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
  });
});
