// Rules of branches, faults to order, and a restart: what the forge does that a test asks it to do.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KNOWN_ANSWERS } from '../../scripts/forge/known-answers.ts';
import { TestForge, type WorkTree } from '../support/forge.ts';
import { judgeAnswer } from '../support/openapi/judge.ts';

let forge: TestForge;
let work: WorkTree;

beforeEach(async () => {
  forge = await TestForge.start();
  work = await forge.clone('alice');
});
afterEach(() => forge.close());

const setRules = (rules: object) =>
  forge.rest(null, 'PUT', '//_forge/rules/acme/widget/main', rules);
const addFault = (fault: object) => forge.rest(null, 'POST', '//_forge/faults', fault);

describe('rules', () => {
  test('hold for pushes, ref updates and the merge button, but not for who bypasses', async () => {
    const sha = await work.push('pr/one', 'one.txt', '1\n', 'Add one');
    await setRules({ required_status_checks: [{ context: 'ci' }], bypass: ['bob'] });

    const pushed = work.git('push', 'origin', `${sha}:main`);
    await expect(pushed).rejects.toThrow(/GH013: Repository rule violations found/);
    const patched = await forge.rest('alice', 'PATCH', '/git/refs/heads/main', { sha });
    expect(patched.status).toBe(422);
    expect(patched.json.message).toMatch(/Required status check "ci" is expected/);
    expect((await forge.rest('alice', 'PUT', '/pulls/1/merge', {})).status).toBe(405);

    await forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'success', context: 'ci' });
    await work.git('push', '-q', 'origin', `${sha}:main`);
    expect(await forge.ref('refs/heads/main')).toBe(sha);

    const other = await (await forge.clone('bob')).push('main', 'b.txt', '1\n', 'by bob');
    expect(await forge.ref('refs/heads/main')).toBe(other);
  });

  test('reviews: only through a pull request, and decided by writers', async () => {
    await work.push('pr/one', 'one.txt', '1\n', 'Add one');
    await setRules({ kind: 'protection', required_approving_review_count: 1 });
    const pushed = work.git('push', 'origin', 'HEAD:main');
    await expect(pushed).rejects.toThrow(/GH006: .*\n.*Changes must be made through a pull/);
    const decision = async () =>
      (
        await forge.graphql(
          'bob',
          '{ repository(owner:"acme",name:"widget") { pullRequest(number:1) { reviewDecision } } }',
        )
      ).data.repository.pullRequest.reviewDecision;
    await forge.rest('eve', 'POST', '/pulls/1/reviews', { event: 'APPROVE' });
    expect(await decision()).toBe('REVIEW_REQUIRED');
    await forge.rest('bob', 'POST', '/pulls/1/reviews', { event: 'REQUEST_CHANGES', body: 'no' });
    expect(await decision()).toBe('CHANGES_REQUESTED');
    expect((await forge.rest('bob', 'PUT', '/pulls/1/merge', {})).status).toBe(405);
    await forge.rest('bob', 'POST', '/pulls/1/reviews', { event: 'APPROVE' });
    expect(await decision()).toBe('APPROVED');
    expect((await forge.rest('bob', 'PUT', '/pulls/1/merge', {})).status).toBe(200);
  });

  test('history cannot be thrown away, and the rules can be read', async () => {
    await work.push('main', 'more.txt', '1\n', 'more');
    await setRules({
      non_fast_forward: true,
      required_status_checks: [{ context: 'ci', integration_id: 7 }],
      bypass: ['bob'],
    });
    const forced = work.git('push', '-f', 'origin', 'HEAD~1:main');
    await expect(forced).rejects.toThrow(/Cannot force-push to this branch/);
    const rules = (await forge.rest(null, 'GET', '/rules/branches/main')).json;
    expect(rules.map(({ type }: { type: string }) => type)).toEqual([
      'deletion',
      'required_status_checks',
      'non_fast_forward',
    ]);
    expect((await forge.rest(null, 'GET', '/branches/main')).json.protected).toBe(true);
  });
});

describe('faults', () => {
  const merge = () => forge.rest('alice', 'POST', '/merges', { base: 'main', head: 'topic' });

  test('before: nothing happens; after: it happens and the answer is lost', async () => {
    const head = await work.push('topic', 'a.txt', '1\n', 'a');
    const base = await forge.ref('refs/heads/main');
    const match = { api: 'rest', method: 'POST', path: '/merges' };
    await addFault({ match, when: 'before', do: { status: 502 } });
    expect((await merge()).status).toBe(502);
    expect(await forge.ref('refs/heads/main')).toBe(base);
    await addFault({ match, when: 'after', do: { status: 502, headers: { 'retry-after': '3' } } });
    const lost = await merge();
    expect([lost.status, lost.headers.get('retry-after')]).toEqual([502, '3']);
    expect((await forge.rest(null, 'GET', `/compare/${head}...main`)).json.status).toBe('ahead');
    expect((await merge()).status).toBe(204);
  });

  test('a connection is cut, in REST and in git', async () => {
    await addFault({ match: { api: 'graphql', path: 'viewer' }, do: { drop: true } });
    await expect(forge.graphql('bob', '{ viewer { login } }')).rejects.toThrow();
    expect((await forge.graphql('bob', '{ viewer { login } }')).data.viewer.login).toBe('bob');
    await addFault({ match: { api: 'git', path: 'info/refs' }, do: { status: 503 } });
    await expect(work.git('fetch', 'origin')).rejects.toThrow(/503/);
    await work.git('fetch', 'origin');
  });

  test('a connection hangs until whoever asked gives up; the forge goes on', async () => {
    await addFault({ match: { api: 'rest', pattern: '/branches/m.in$' }, do: { hang: true } });
    const signal = AbortSignal.timeout(100);
    const asked = fetch(`${forge.forge.url}/repos/acme/widget/branches/main`, { signal });
    await expect(asked).rejects.toThrow(/timeout/);
    expect((await forge.rest(null, 'GET', '/branches/main')).status).toBe(200);
  });

  test('one is for one client alone, and is cleared by its name', async () => {
    const ours = { api: 'rest', client: 'test' };
    await addFault({ match: { ...ours, client: 'other' }, do: { status: 502 }, name: 'other' });
    await addFault({ match: ours, do: { status: 503 }, name: 'ours' });
    await forge.control('DELETE', '/faults?name=other');
    expect(await forge.control('GET', '/faults')).toMatchObject([{ name: 'ours' }]);
    expect((await forge.rest(null, 'GET', '/branches/main')).status).toBe(503);
    await addFault({ match: { ...ours, client: 'other' }, do: { status: 502 } });
    expect((await forge.rest(null, 'GET', '/branches/main')).status).toBe(200);
  });

  test.each(Object.keys(KNOWN_ANSWERS))(
    '%s is an answer that GitHub could give',
    async (answer) => {
      const api = answer.startsWith('graphql') ? 'graphql' : 'rest';
      await addFault({ match: { api }, do: { answer } });
      const [method, path] = { rest: ['PUT', '/pulls/1/merge'], graphql: ['POST', '//graphql'] }[
        api
      ];
      const { status, json, headers } = await forge.rest('bob', method ?? '', path ?? '', {});
      const body = typeof json === 'string' ? json : JSON.stringify(json);
      const type = headers.get('content-type');
      const asked = { method: 'PUT', path: '/repos/acme/widget/pulls/1/merge', body: '' };
      if (status === 200) expect(json.errors).toHaveLength(1);
      else expect(judgeAnswer(asked, { status, type, body })).toEqual([]);
    },
  );

  test('a webhook is lost, and the next one is not', async () => {
    await addFault({ match: { api: 'webhook', path: 'pull_request.opened' }, do: { drop: true } });
    await work.push('pr/one', 'one.txt', '1\n', 'one');
    await work.push('pr/two', 'two.txt', '2\n', 'two');
    await forge.forge.idle();
    expect(forge.events()).toEqual(['push', 'push', 'pull_request.opened']);
    const deliveries = (await forge.rest(null, 'GET', '//_forge/deliveries')).json;
    expect(deliveries.at(-3).result).toEqual({ kind: 'dropped' });
  });

  test('what is asked of the forge is written down', async () => {
    await forge.rest(null, 'DELETE', '//_forge/requests');
    await forge.rest('bob', 'GET', '/pulls?state=all');
    await forge.graphql('bob', '{ viewer { login } }');
    expect((await forge.rest(null, 'GET', '//_forge/requests')).json).toMatchObject([
      { api: 'rest', method: 'GET', path: '/repos/acme/widget/pulls?state=all', status: 200 },
      { api: 'graphql', method: 'POST', path: '/graphql', status: 200 },
    ]);
    expect((await addFault({ match: { api: 'mail' }, do: { drop: true } })).status).toBe(422);
  });
});

test('a restart keeps repositories, pull requests, reviews, statuses and rules', async () => {
  const sha = await work.push('pr/one', 'one.txt', '1\n', 'one');
  await forge.rest('bob', 'POST', '/pulls/1/reviews', { event: 'APPROVE' });
  await forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'success', context: 'ci' });
  await setRules({ non_fast_forward: true });
  const state = async () => (await forge.rest(null, 'GET', '//_forge/state')).json;
  await forge.forge.idle();
  const before = await state();
  await forge.restart();
  expect(await state()).toEqual(before);
  expect((await forge.rest(null, 'GET', `/commits/${sha}/status`)).json.state).toBe('success');
  const again = await forge.clone('alice');
  await again.push('pr/two', 'two.txt', '2\n', 'two');
  expect((await forge.rest(null, 'GET', '/pulls/2')).json.title).toBe('two');
});
