// Landing by GitHub's merge API (S7.5), what is told apart in its refusals, and what is read back of it (S7.9).
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LandingCommits } from '../../schemas/action.ts';
import type { Sha } from '../../schemas/ids.ts';
import { Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await Hands.start();
});
afterAll(() => hands.close());

const merge = { api: 'rest', method: 'PUT', path: '/merge' };
const land = async (landing: LandingCommits, { branch, number }: OpenPull) => {
  const { message } = unwrap(await hands.github.readPulls([number], landing.testedSha));
  return hands.github.land(landing, { branch, movable: true }, message);
};

describe.each(['squash', 'merge'] as const)('S7.5 S7.9 GitHub merges by %s', (method) => {
  const ready = async (name: string) => {
    const pull = await hands.open(`${method}-${name}`);
    return { pull, landing: await hands.tested(pull, { method, mode: 'github' }) };
  };

  test('what was tested, in one request after the look, and it is read back as that', async () => {
    const { pull, landing } = await ready('lands');
    const { answer, requests } = await hands.asked(() => land(landing, pull));
    expect(unwrap(answer)).toEqual({ kind: 'landed', sha: await hands.main() });
    expect(requests).toEqual(['POST /graphql', expect.stringMatching(/^PUT .*\/merge$/)]);
    expect(await hands.isMerged(pull.number)).toBe(true);
    expect(unwrap(await hands.github.verify(landing, await hands.main()))).toEqual({
      kind: 'as_tested',
    });
  });

  test('P14 answered 502 after it happened: it is recognised as landed, and not done again', async () => {
    const { pull, landing } = await ready('bad-gateway');
    await hands.fault({ match: merge, when: 'after', do: { status: 502 } });
    expect(await land(landing, pull)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    const sha = await hands.main();
    expect(unwrap(await hands.github.readBack(landing))).toEqual({ kind: 'landed', sha });
    expect(unwrap(await land(landing, pull))).toEqual({ kind: 'moved' });
    expect(await hands.main()).toBe(sha);
  });

  test('what was not done is read back as that, wherever the branch is', async () => {
    const { landing } = await ready('moved');
    await hands.pushToMain(`${method}-moved-first.txt`);
    expect(unwrap(await hands.github.readBack(landing))).toEqual({ kind: 'not_landed' });
  });

  test('one that was merged into another branch has not landed', async () => {
    const { pull, landing } = await ready('elsewhere');
    unwrap(await land(landing, pull));
    const elsewhere = hands.client({ branch: 'release' });
    expect(unwrap(await elsewhere.readBack(landing))).toEqual({ kind: 'not_landed' });
  });

  test('nothing without the message of what was tested', async () => {
    const { pull, landing } = await ready('gone');
    const testedSha = '0123456789abcdef0123456789abcdef01234567' as Sha;
    expect(await land({ ...landing, testedSha }, pull)).toMatchObject({
      ok: false,
      error: { kind: 'refused', message: expect.stringContaining('is gone') },
    });
  });

  test.each([
    ['base_modified', { kind: 'moved' }],
    ['merge_in_progress', { kind: 'moved' }],
    ['head_modified', { kind: 'moved' }],
    ['head_out_of_date', { kind: 'moved' }],
    ['not_mergeable', { kind: 'refused', words: 'Pull Request is not mergeable' }],
  ])('P15 %s', async (answer, expected) => {
    const { pull, landing } = await ready(answer);
    await hands.fault({ match: merge, do: { answer } });
    expect(unwrap(await land(landing, pull))).toMatchObject({
      ...expected,
      ...('words' in expected ? { words: expect.stringContaining(expected.words) } : {}),
    });
  });
});

describe('P15 S7.7 what GitHub itself refuses is told in its words, and nothing moves', () => {
  const refused = async (name: string) => {
    const pull = await hands.open(name);
    const landing = await hands.tested(pull, { method: 'squash', mode: 'github' });
    const answer = unwrap(await land(landing, pull));
    expect(await hands.main()).toBe(landing.targetSha);
    return answer;
  };

  test('a required check that has not come', async () => {
    await hands.rules({ required_status_checks: [{ context: 'lint' }] });
    onTestFinished(() => hands.rules({}));
    expect(await refused('unchecked')).toEqual({
      kind: 'refused',
      words: expect.stringMatching(/lint.* is expected/),
    });
  });

  test('a way of merging that its repository does not allow', async () => {
    const allow = (is: boolean) =>
      hands.forge.rest('root', 'PATCH', '', { allow_squash_merge: is });
    await allow(false);
    onTestFinished(async () => void (await allow(true)));
    expect(await refused('unsquashed')).toEqual({
      kind: 'refused',
      words: expect.stringContaining('Squash merges are not allowed'),
    });
  });
});

test('S7.5 exactly, by a merge commit: its source branch stays, and it shows as merged', async () => {
  const pull = await hands.open('exact-merge');
  const landing = await hands.tested(pull, { method: 'merge' });
  expect(unwrap(await land(landing, pull))).toEqual({ kind: 'landed', sha: landing.testedSha });
  expect(await hands.main()).toBe(landing.testedSha);
  expect(await hands.ref(`refs/heads/${pull.branch}`)).toBe(pull.sha);
  expect(await hands.isMerged(pull.number)).toBe(true);
  expect(unwrap(await hands.github.verify(landing, landing.testedSha))).toEqual({
    kind: 'as_tested',
  });
  const squashed = { ...landing, method: 'squash' } as const;
  expect(unwrap(await hands.github.verify(squashed, landing.testedSha))).toMatchObject({
    kind: 'differs',
  });
});

test('S7.2 exactly, by a merge commit that GitHub does not notice: it is open still, and can be closed', async () => {
  await hands.forge.turn({ indirect_merge: 'missed' });
  onTestFinished(() => hands.forge.turn({ indirect_merge: 'always' }));
  const pull = await hands.open('missed-merge');
  const landing = await hands.tested(pull, { method: 'merge' });
  unwrap(await land(landing, pull));
  const read = async () => unwrap(await hands.github.readPulls([pull.number])).pulls;
  expect(await read()).toMatchObject([{ kind: 'open', facts: { source: { sha: pull.sha } } }]);
  unwrap(await hands.github.closeLanded(pull.number, landing.testedSha));
  expect(await read()).toEqual([{ kind: 'gone', number: pull.number, how: 'closed' }]);
});
