// Landing (S7.5) and reading it back (S7.9): the branch moves from the tested target to the tested
// commit, or nothing moves at all.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { LandingCommits } from '../../schemas/action.ts';
import { Sha } from '../../schemas/ids.ts';
import { Hands, type OpenPull, unwrap } from './hands.ts';

const OURS = 'acme/widget';
const NOWHERE = Sha.parse('d'.repeat(40));

let hands: Hands;
beforeAll(async () => {
  hands = await Hands.start();
  await hands.forge.forge.fork({ from: OURS, owner: 'eve' });
});
afterAll(() => hands.close());

const land = (landing: LandingCommits, { branch }: OpenPull, movable = true) =>
  hands.github.land(landing, { branch, movable });
const verify = (landing: LandingCommits, github = hands.github) =>
  github.verify(landing, landing.testedSha);

const branchOf = ({ branch }: OpenPull) =>
  hands.forge.ref(`refs/heads/${branch.replace('#', '%23')}`);

/** Another commit on a pull request's branch. */
async function pushMore({ branch, sha }: OpenPull): Promise<Sha> {
  const { work } = hands;
  const more = await work.git('commit-tree', `${sha}^{tree}`, '-p', sha, '-m', 'More');
  await work.git('push', '-q', 'origin', `${more}:refs/heads/${branch}`);
  return Sha.parse(more);
}

describe('S7.5 landing', () => {
  test('moves branch and source together, shows as merged, leaves nothing of ours', async () => {
    const pull = await hands.open('one');
    const landing = await hands.tested(pull);
    const { answer, requests } = await hands.asked(() => land(landing, pull));
    expect(unwrap(answer)).toMatchObject({ kind: 'landed' });
    expect(requests).toEqual(['POST /graphql']);
    expect(await hands.main()).toBe(landing.testedSha);
    expect(await branchOf(pull)).toBe(landing.testedSha);
    expect(await hands.isMerged(pull.number)).toBe(true);
    expect(await hands.ownRefs()).toEqual([]);
    expect(unwrap(await hands.github.readPulls([pull.number]))).toEqual({
      head: landing.testedSha,
      pulls: [{ kind: 'gone', number: pull.number, how: 'merged' }],
    });
  });

  test('by a client that has read nothing yet', async () => {
    const pull = await hands.open('fresh');
    const landing = await hands.tested(pull);
    const source = { branch: pull.branch, movable: true };
    expect(unwrap(await hands.client().land(landing, source))).toMatchObject({ kind: 'landed' });
    expect(await branchOf(pull)).toBe(landing.testedSha);
  });

  test('of a branch that may not be moved leaves it alone, and is closed with a word', async () => {
    const pull = await hands.open('kept');
    const landing = await hands.tested(pull);
    expect(unwrap(await land(landing, pull, false))).toMatchObject({ kind: 'landed' });
    expect(await hands.main()).toBe(landing.testedSha);
    expect(await branchOf(pull)).toBe(pull.sha);
    unwrap(await hands.github.closeLanded(pull.number, landing.testedSha));
    expect(await hands.isMerged(pull.number)).toBe(false);
    expect(unwrap(await hands.github.readPulls([pull.number])).pulls).toEqual([
      { kind: 'gone', number: pull.number, how: 'closed' },
    ]);
  });

  test('of a fork moves the branch alone', async () => {
    const pull = await hands.openFromFork('forked');
    const landing = await hands.tested(pull);
    expect(unwrap(await land(landing, pull, false))).toMatchObject({ kind: 'landed' });
    expect(await hands.main()).toBe(landing.testedSha);
    expect(await hands.isMerged(pull.number)).toBe(false);
    expect(await branchOf(pull)).toBe(null);
    expect(await hands.ownRefs()).toEqual([]);
  });

  test('of a fork that was deleted, too, even if a branch of ours has its name', async () => {
    const pull = await hands.open('namesake');
    const landing = await hands.tested(pull);
    expect(unwrap(await land(landing, pull, false))).toMatchObject({ kind: 'landed' });
    expect(await branchOf(pull)).toBe(pull.sha);
  });

  test('is lost when somebody pushed to the branch, and nothing moves', async () => {
    const pull = await hands.open('overtaken');
    const landing = await hands.tested(pull);
    const pushed = await hands.pushToMain('overtaking.txt');
    expect(unwrap(await land(landing, pull))).toEqual({ kind: 'moved' });
    expect(await hands.main()).toBe(pushed);
    expect(await branchOf(pull)).toBe(pull.sha);
    expect(await hands.ownRefs()).toContain(`refs/sluice/main/${pull.number}`);
  });

  test('is lost when the branch was set back, though it would be a fast forward', async () => {
    const pull = await hands.open('set-back');
    const landing = await hands.tested(pull);
    const { work } = hands;
    await work.git('push', '-q', '-f', 'origin', `${landing.targetSha}^:main`);
    expect(unwrap(await land(landing, pull))).toEqual({ kind: 'moved' });
    expect(await hands.main()).toBe(await work.git('rev-parse', `${landing.targetSha}^`));
    await work.git('push', '-q', 'origin', `${landing.targetSha}:main`);
  });

  test('is lost when somebody pushed to the source, and nothing moves', async () => {
    const pull = await hands.open('edited');
    const landing = await hands.tested(pull);
    const more = await pushMore(pull);
    expect(unwrap(await land(landing, pull))).toEqual({ kind: 'moved' });
    expect(await hands.main()).toBe(landing.targetSha);
    expect(await branchOf(pull)).toBe(more);
  });

  test('is lost when the source branch is gone', async () => {
    const pull = await hands.open('deleted');
    const landing = await hands.tested(pull);
    await hands.work.git('push', '-q', 'origin', `:${pull.branch}`);
    expect(unwrap(await land(landing, pull))).toEqual({ kind: 'moved' });
    expect(await hands.main()).toBe(landing.targetSha);
  });

  const expected = 'Required status check "lint" is expected.';
  test.each([
    ['ruleset', `Repository rule violations found\n\n${expected}\n\n`],
    ['protection', expected],
  ])('is refused by a %s that we cannot bypass, in its words', async (kind, words) => {
    const pull = await hands.open(`refused-#${kind}`);
    const landing = await hands.tested(pull);
    await hands.rules({ kind, required_status_checks: [{ context: 'lint' }] });
    onTestFinished(() => hands.rules({}));
    expect(unwrap(await land(landing, pull))).toEqual({ kind: 'refused', words });
    expect(await hands.main()).toBe(landing.targetSha);
    expect(await branchOf(pull)).toBe(pull.sha);
    expect(await hands.ownRefs()).toContain(`refs/sluice/main/${pull.number}`);

    await hands.rules({ required_status_checks: [{ context: 'lint' }], bypass: ['root'] });
    expect(unwrap(await land(landing, pull))).toMatchObject({ kind: 'landed' });
  });

  test('of many at once exactly one wins', async () => {
    const pulls = [await hands.open('a'), await hands.open('b'), await hands.open('c')];
    const tested = [];
    for (const pull of pulls) tested.push({ pull, landing: await hands.tested(pull) });
    const landed = await Promise.all(
      tested.map(async ({ landing, pull }) => unwrap(await land(landing, pull)).kind),
    );
    expect(landed.toSorted()).toEqual(['landed', 'moved', 'moved']);
  });
});

describe('S7.9 reading back', () => {
  const mutation = { api: 'graphql', path: 'updateRefs' };

  test('an answer that was lost after it had landed', async () => {
    const pull = await hands.open('lost-after');
    const landing = await hands.tested(pull);
    await hands.fault({ match: mutation, when: 'after', do: { drop: true } });
    expect(await land(landing, pull)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(unwrap(await hands.github.readBack(landing))).toMatchObject({ kind: 'landed' });
    expect(await hands.main()).toBe(landing.testedSha);
  });

  test('an answer that was lost before anything happened', async () => {
    const pull = await hands.open('lost-before');
    const landing = await hands.tested(pull);
    await hands.fault({ match: mutation, do: { status: 502 } });
    expect(await land(landing, pull)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(unwrap(await hands.github.readBack(landing))).toMatchObject({ kind: 'not_landed' });
    expect(unwrap(await land(landing, pull))).toMatchObject({ kind: 'landed' });
  });

  test('GitHub breaks off half-way and says so with 200', async () => {
    const pull = await hands.open('broke-off');
    const landing = await hands.tested(pull);
    const message = 'Something went wrong while executing your query. Please include `1:2` …';
    await hands.fault({
      match: mutation,
      when: 'after',
      do: { status: 200, body: { data: null, errors: [{ message }] } },
    });
    expect(await land(landing, pull)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(unwrap(await hands.github.readBack(landing))).toMatchObject({ kind: 'landed' });
  });

  test('one that lies below a later push has landed', async () => {
    const pull = await hands.open('below');
    const landing = await hands.tested(pull);
    unwrap(await land(landing, pull));
    await hands.pushToMain('on-top.txt');
    expect(unwrap(await hands.github.readBack(landing))).toMatchObject({ kind: 'landed' });
    expect(unwrap(await verify(landing))).toEqual({ kind: 'as_tested' });
  });

  test('one that the branch went past has not', async () => {
    const pull = await hands.open('elsewhere');
    const landing = await hands.tested(pull);
    const pushed = await hands.pushToMain('past.txt');
    expect(unwrap(await hands.github.readBack(landing))).toMatchObject({ kind: 'moved_elsewhere' });
    expect(unwrap(await verify(landing))).toEqual({
      kind: 'not_in_branch',
      words: `main is at ${pushed}, which does not contain ${landing.testedSha}`,
    });
    const unknown = { ...landing, testedSha: NOWHERE };
    expect(unwrap(await hands.github.readBack(unknown))).toMatchObject({ kind: 'moved_elsewhere' });
    expect(unwrap(await verify(unknown))).toEqual({
      kind: 'not_in_branch',
      words: `main is at ${pushed}, which does not contain ${NOWHERE}`,
    });
  });

  test('of a diff that GitHub gives up on: what is in the branch has none, and what is not may have', async () => {
    const pull = await hands.open('huge');
    const landing = await hands.tested(pull);
    const isIn = async (from: string, to: string) => {
      const path = `/compare/${from}...${to}`;
      await hands.fault({ match: { api: 'rest', path }, do: { answer: 'diff_too_large' } });
      const { kind } = unwrap(await hands.github.readBack(landing));
      await hands.forge.control('DELETE', '/faults');
      return kind;
    };
    const pushed = await hands.pushToMain('instead.txt');
    expect(await isIn(pushed, landing.testedSha)).toBe('moved_elsewhere');
    await hands.work.git('push', '-q', '-f', 'origin', `${landing.targetSha}:main`);
    unwrap(await land(landing, pull));
    const top = await hands.pushToMain('huge.txt');
    expect(await isIn(landing.testedSha, top)).toBe('landed');
  });

  test('of a branch that is gone', async () => {
    const landing = await hands.tested(await hands.open('gone'));
    const github = hands.client({ branch: 'gone' });
    expect(unwrap(await github.readBack(landing))).toMatchObject({ kind: 'moved_elsewhere' });
    expect(unwrap(await verify(landing, github))).toEqual({
      kind: 'not_in_branch',
      words: 'gone is gone',
    });
  });

  test('of a branch with a # in its name', async () => {
    const landing = await hands.tested(await hands.open('sharp'));
    const { work } = hands;
    await work.git('push', '-q', 'origin', `${landing.targetSha}:refs/heads/fix/#12`);
    const github = hands.client({ branch: 'fix/#12' });
    expect(unwrap(await github.readBack(landing))).toMatchObject({ kind: 'not_landed' });
  });

  test.each(['at the top', 'below a later push'])('compares tree and parent, %s', async (where) => {
    const pull = await hands.open(`verified-${where.length}`);
    const landing = await hands.tested(pull);
    unwrap(await land(landing, pull));
    if (where !== 'at the top') await hands.pushToMain('later.txt');
    const { testedSha, testedTree, targetSha } = landing;
    expect(unwrap(await verify(landing))).toEqual({ kind: 'as_tested' });
    expect(unwrap(await verify({ ...landing, testedTree: NOWHERE }))).toEqual({
      kind: 'differs',
      words: `${testedSha} has the tree ${testedTree}, but ${NOWHERE} was tested`,
    });
    expect(unwrap(await verify({ ...landing, targetSha: NOWHERE }))).toEqual({
      kind: 'differs',
      words: `${testedSha} has the parent ${targetSha}, but it was tested on ${NOWHERE}`,
    });
    expect(unwrap(await verify({ ...landing, method: 'merge' }))).toEqual({
      kind: 'differs',
      words: `${testedSha} has the parent ${targetSha}, but ${targetSha} and ${pull.sha} was tested`,
    });
  });
});

describe('S7 a fork whose commits have landed', () => {
  const comments = z.array(z.object({ body: z.string() }));
  const commentsOf = async ({ number }: OpenPull) =>
    comments.parse((await hands.forge.rest(null, 'GET', `/issues/${number}/comments`)).json);
  const stateOf = async ({ number }: OpenPull) =>
    (await hands.forge.rest(null, 'GET', `/pulls/${number}`)).json.state;

  test('is told once and closed, however often that is asked for', async () => {
    const pull = await hands.openFromFork('told');
    await hands.forge.rest('bob', 'POST', `/issues/${pull.number}/comments`, { body: 'Nice!' });
    const landedSha = await hands.main();
    unwrap(await hands.github.closeLanded(pull.number, landedSha));
    unwrap(await hands.github.closeLanded(pull.number, landedSha));
    expect(await stateOf(pull)).toBe('closed');
    const [, told, ...more] = await commentsOf(pull);
    expect(told?.body).toContain(`Landed on main as ${landedSha}.`);
    expect(more).toEqual([]);
  });

  test('also when the answer to the comment was lost', async () => {
    const pull = await hands.openFromFork('told-lost');
    const landedSha = await hands.main();
    await hands.fault({
      match: { api: 'rest', method: 'POST', path: `/issues/${pull.number}/comments` },
      when: 'after',
      do: { status: 502 },
    });
    expect(await hands.github.closeLanded(pull.number, landedSha)).toMatchObject({ ok: false });
    expect(await stateOf(pull)).toBe('open');
    unwrap(await hands.github.closeLanded(pull.number, landedSha));
    expect(await stateOf(pull)).toBe('closed');
    expect(await commentsOf(pull)).toHaveLength(1);
  });
});
