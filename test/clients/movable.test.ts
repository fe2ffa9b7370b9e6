// Which source branches a landing may move (S7.5), as a real forge shows them; and what becomes of the
// pull requests whose branch it may not.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { LandingCommits } from '../../schemas/action.ts';
import { testRef } from '../../src/core/own-refs.ts';
import type { GitHub } from '../../src/loop/ports.ts';
import { config, Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await Hands.start();
  await hands.forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
  await hands.work.git('push', '-q', 'origin', 'origin/main:refs/heads/stable');
});
afterAll(() => hands.close());

/** One more pull request, for a branch that is there. @returns its number */
async function ask(head: string, base: string): Promise<number> {
  const { json } = await hands.forge.rest('alice', 'POST', '/pulls', { title: head, head, base });
  return z.object({ number: z.number() }).parse(json).number;
}

const close = (number: number) =>
  hands.forge.rest('alice', 'PATCH', `/pulls/${number}`, { state: 'closed' });

/** As a page shows it, and as asking for its number does. */
async function isMovable(number: number, github: GitHub = hands.client()): Promise<boolean> {
  const inPage = unwrap(await github.readPage(null)).pulls.find((facts) => facts.number === number);
  const [read] = unwrap(await github.readPulls([number])).pulls;
  if (read?.kind !== 'open' || !inPage) throw new Error(`#${number} is not open`);
  expect(inPage.source).toEqual(read.facts.source);
  return read.facts.source.movable;
}

const comments = z.array(z.object({ body: z.string() }));

/** It is told and closed, and its branch stays where it is. */
async function expectClosed(pull: OpenPull, { testedSha }: LandingCommits): Promise<void> {
  unwrap(await hands.github.closeLanded(pull.number, testedSha));
  expect(unwrap(await hands.github.readPulls([pull.number])).pulls).toEqual([
    { kind: 'gone', number: pull.number, how: 'closed' },
  ]);
  const path = `/issues/${pull.number}/comments`;
  const told = comments.parse((await hands.forge.rest(null, 'GET', path)).json);
  expect(told).toEqual([{ body: expect.stringContaining(`Landed on main as ${testedSha}.`) }]);
  expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(pull.sha);
}

describe('S7.5 a source branch may be moved', () => {
  test('when it serves for this pull request and nothing else', async () => {
    const pull = await hands.open('own');
    expect(await isMovable(pull.number)).toBe(true);
  });

  test('not while another pull request is open from it, whatever that one is against', async () => {
    const pull = await hands.open('twins');
    const twin = await ask(pull.branch, 'stable');
    expect(await isMovable(pull.number)).toBe(false);
    expect(await isMovable(twin, hands.client({ branch: 'stable' }))).toBe(false);
    await close(twin);
    expect(await isMovable(pull.number)).toBe(true);
  });

  test('not the default branch, also when nobody watches it', async () => {
    await hands.pushToMain('ahead-of-stable.txt');
    const number = await ask('main', 'stable');
    onTestFinished(async () => void (await close(number)));
    expect(await isMovable(number, hands.client({ branch: 'stable' }))).toBe(false);
  });

  test('not a watched branch', async () => {
    const { sha } = await hands.open('release');
    await hands.work.git('push', '-q', '-f', 'origin', `${sha}:refs/heads/release`);
    const number = await ask('release', 'main');
    onTestFinished(async () => void (await close(number)));
    expect(await isMovable(number, hands.client({ watched: ['main', 'release'] }))).toBe(false);
    expect(await isMovable(number, hands.client({ watched: ['main'] }))).toBe(true);
  });

  test('not of a fork, there or deleted, even if a branch of ours has its name', async () => {
    const { number, sha, branch } = await hands.openFromFork('theirs');
    expect(await isMovable(number)).toBe(false);
    await hands.work.git('push', '-q', 'origin', `origin/main:refs/heads/${branch}`);
    expect(await isMovable(number)).toBe(false);
    await hands.forge.rest(null, 'DELETE', '//_forge/repositories/eve/widget');
    expect(await isMovable(number)).toBe(false);
    expect((await hands.pull(number)).source).toMatchObject({ sha, repo: null });
  });
});

describe('S7.5 a pull request whose branch may not be moved', () => {
  test('since it is the head of another one, lands alone, and is told and closed', async () => {
    const pull = await hands.open('shared');
    const other = await ask(pull.branch, 'stable');
    const landing = await hands.tested(pull);
    const { source } = await hands.pull(pull.number);
    const { answer, requests } = await hands.asked(() => hands.github.land(landing, source));
    expect(unwrap(answer)).toMatchObject({ kind: 'landed' });
    expect(requests).toEqual(['POST /graphql']);
    expect(await hands.main()).toBe(landing.testedSha);
    expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(pull.sha);
    expect(await hands.ownRefs()).toEqual([]);
    expect(unwrap(await hands.github.verify(landing, landing.testedSha))).toEqual({
      kind: 'as_tested',
    });
    expect((await hands.pull(pull.number)).source.sha).toBe(pull.sha);

    await expectClosed(pull, landing);
    expect((await hands.forge.rest(null, 'GET', `/pulls/${other}`)).json).toMatchObject({
      state: 'open',
      head: { sha: pull.sha },
    });
  });
});

describe('S7.5 a pull request whose branch rules keep from being moved', () => {
  const checks = [{ context: 'lint' }, { context: 'docs' }];
  test.each([
    ['a ruleset', { kind: 'ruleset', non_fast_forward: true }],
    ['classic protection', { kind: 'protection', non_fast_forward: true }],
    ['a check', { kind: 'protection', required_status_checks: checks.slice(1) }],
    ['checks', { kind: 'protection', required_status_checks: checks }],
    ['a review', { kind: 'protection', required_approving_review_count: 1 }],
  ])('by %s, lands alone, once nothing has moved, and is told and closed', async (what, rules) => {
    const pull = await hands.open(`unforced-${what.replaceAll(' ', '-')}`);
    await hands.rules(rules, pull.branch);
    const landing = await hands.tested(pull);
    const { source } = await hands.pull(pull.number);
    expect(source.movable).toBe(true);
    expect(unwrap(await hands.github.land(landing, source))).toEqual({
      kind: 'landed',
      sha: landing.testedSha,
    });
    expect(await hands.main()).toBe(landing.testedSha);
    expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(pull.sha);
    expect(await hands.ownRefs()).toEqual([]);
    await expectClosed(pull, landing);
  });

  test('does not land when it is refused in any other words, though nothing seems to have moved', async () => {
    const pull = await hands.open('lagging');
    const landing = await hands.tested(pull);
    await hands.fault({
      match: { api: 'graphql', path: 'updateRefs' },
      do: { answer: 'not_a_fast_forward' },
    });
    const source = { branch: pull.branch, movable: true };
    expect(unwrap(await hands.github.land(landing, source))).toEqual({
      kind: 'refused',
      words: expect.stringContaining('Update is not a fast forward'),
    });
    expect(await hands.main()).toBe(landing.targetSha);
  });

  test('does not land alone when its own branch has no rules: those of the other may not have seen our check yet', async () => {
    const pull = await hands.open('too-soon');
    const landing = await hands.tested(pull);
    const errors = [{ path: ['updateRefs'], message: 'Required status check "x" is expected.' }];
    await hands.fault({
      match: { api: 'graphql', path: 'updateRefs' },
      do: { status: 200, body: { data: { updateRefs: null }, errors } },
    });
    const land = async () =>
      unwrap(await hands.github.land(landing, { branch: pull.branch, movable: true }));
    expect(await land()).toEqual({ kind: 'refused', words: errors[0]?.message });
    expect(await hands.main()).toBe(landing.targetSha);
    expect(await land()).toMatchObject({ kind: 'landed' });
    expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(landing.testedSha);
  });

  test('does not land where the rules of the branch itself forbid it, which is what is told', async () => {
    const pull = await hands.open('shut');
    await hands.rules({ kind: 'ruleset', non_fast_forward: true }, pull.branch);
    await hands.rules({ kind: 'ruleset', required_status_checks: [{ context: 'lint' }] });
    onTestFinished(() => hands.rules({}));
    const landing = await hands.tested(pull);
    const source = { branch: pull.branch, movable: true };
    expect(unwrap(await hands.github.land(landing, source))).toEqual({
      kind: 'refused',
      words: expect.stringContaining('lint'),
    });
    expect(await hands.main()).toBe(landing.targetSha);
    expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(pull.sha);
  });
});

describe('S7.5 our own ref has to be where the test left it', () => {
  const rows = [
    ['gone', true],
    ['gone', false],
    ['elsewhere', true],
    ['elsewhere', false],
  ] as const;

  test.each(rows)(
    'when it is %s nothing moves, and it is put back (movable: %s)',
    async (where, movable) => {
      const pull = await hands.open(`ref-${where}-${movable}`);
      const landing = await hands.tested(pull);
      const ref = `refs/sluice/main/${pull.number}`;
      if (where === 'gone') unwrap(await hands.github.dropRef(testRef(config().name, pull.number)));
      else {
        const move = { sha: pull.sha, force: true };
        await hands.forge.rest('alice', 'PATCH', `/git/${ref}`, move);
      }
      const found = await hands.forge.ref(ref);
      expect(found).toBe(where === 'gone' ? null : pull.sha);

      const land = async () =>
        unwrap(await hands.github.land(landing, { branch: pull.branch, movable }));
      expect(await land()).toEqual({ kind: 'moved' });
      expect(await hands.main()).toBe(landing.targetSha);
      expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(pull.sha);
      expect(await hands.forge.ref(ref)).toBe(landing.testedSha);
      expect(await land()).toMatchObject({ kind: 'landed' });
      expect(await hands.main()).toBe(landing.testedSha);
    },
  );
});
