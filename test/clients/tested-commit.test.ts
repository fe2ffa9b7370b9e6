// The tested commit (S6.2): the client's against what git itself makes of the same pull request.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sha } from '../../schemas/ids.ts';
import type { TestMerge } from '../../schemas/state.ts';
import { scratchRef, testRef } from '../../src/core/own-refs.ts';
import type { TestedCommit } from '../../src/loop/ports.ts';
import { COMMITTER, commitOf, config, gitAs, Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
/** For what needs no pull request of its own. */
let any: OpenPull;
beforeAll(async () => {
  hands = await Hands.start();
  any = await hands.open('any');
  await hands.forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
});
afterAll(() => hands.close());

const make = async (pull: OpenPull, targetSha?: Sha, github = hands.github) =>
  unwrap(await github.makeTestedCommit(commitOf(pull, targetSha ?? (await hands.main())), []));

/** The commit that git makes of a pull request's source squashed on a target. */
async function squashedByGit(
  pull: OpenPull,
  targetSha: Sha,
): Promise<{ sha: string; tree: string }> {
  const { work } = hands;
  const tree = await work.git('merge-tree', '--write-tree', targetSha, pull.sha);
  const { message, author } = commitOf(pull, targetSha);
  const people = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: '2026-05-06T07:08:09Z',
    GIT_COMMITTER_NAME: COMMITTER.name,
    GIT_COMMITTER_EMAIL: COMMITTER.email,
    GIT_COMMITTER_DATE: '2026-05-06T07:08:09Z',
  };
  return { tree, sha: gitAs(work, people, ['commit-tree', tree, '-p', targetSha], message) };
}

describe('S6.2 the tested commit', () => {
  test('is byte for byte what git makes of source and target, and can be fetched', async () => {
    const pull = await hands.open('one');
    const targetSha = await hands.pushToMain('meanwhile.txt');
    const made = await make(pull);
    const expected = await squashedByGit(pull, targetSha);
    expect(made).toMatchObject({ kind: 'made', ...expected });
    const ref = `refs/sluice/main/${pull.number}`;
    await hands.work.git('fetch', '-q', 'origin', ref);
    expect(await hands.work.git('rev-parse', 'FETCH_HEAD')).toBe(expected.sha);
    expect(await hands.work.git('cat-file', 'commit', expected.sha)).toBe(
      [
        `tree ${expected.tree}`,
        `parent ${targetSha}`,
        'author Ann Ø <ann@example.com> 1778051289 +0000',
        'committer Sluice <sluice@example.com> 1778051289 +0000',
        '',
        `Change (#${pull.number})\n\nWhy.`,
      ].join('\n'),
    );
    expect(await hands.ownRefs()).toEqual([ref]);
    expect(await hands.main()).toBe(targetSha);
  });

  test.each([
    ['many lines', 'Title (#1)\n\nOne\n\n\nTwo  \n\tthree'],
    ['any script', 'Größe, 大きさ, 🥐 (#2)\n\nÅ vs Å'],
    ['what looks like a comment', '# not a comment (#3)\n\n#4 neither'],
    ['one line', 'Title (#1)'],
  ])('keeps a message of %s as it is', async (_, message) => {
    const commit = { ...commitOf(any, await hands.main()), message };
    const made = unwrap(await hands.github.makeTestedCommit(commit, []));
    if (made.kind !== 'made') throw new Error(made.why.message);
    const raw = gitAs(hands.work, {}, ['cat-file', 'commit', made.sha], '');
    expect(raw.slice(raw.indexOf('\n\n') + 2)).toBe(message);
  });

  test('names whoever else wrote what is squashed, once each', async () => {
    const pull = await hands.open('pairs');
    const { work } = hands;
    await work.git('checkout', '-q', '--detach', pull.sha);
    await work.commit('pairs2.txt', '2\n', 'Two\n\nCo-authored-by: Bo <bo@example.com>');
    const more =
      'Three\n\nCo-authored-by: Bo <BO@example.com>\nCo-authored-by: Cy <cy@example.com>';
    const sha = Sha.parse(await work.commit('pairs3.txt', '3\n', more));
    await work.git('push', '-q', 'origin', 'HEAD:pr/pairs');
    const made = await make({ ...pull, sha });
    if (made.kind !== 'made') throw new Error(made.why.message);
    const raw = gitAs(work, {}, ['cat-file', 'commit', made.sha], '');
    expect(raw.slice(raw.indexOf('\n\n') + 2)).toBe(
      `Change (#${pull.number})\n\nWhy.\n\nCo-authored-by: Bo <bo@example.com>\nCo-authored-by: Cy <cy@example.com>`,
    );
  });

  test('names who wrote the oldest of 260 commits, and the pull request is read by the newest', async () => {
    const pull = await hands.open('long');
    const history = Array.from({ length: 260 }, (_, index) => {
      const name = index === 0 ? 'Dee' : index === 150 ? 'Eli' : 'alice';
      const message = `Commit ${index}\n`;
      return [
        'commit refs/heads/long',
        `committer ${name} <${name.toLowerCase()}@example.com> ${1_778_051_289 + index} +0000`,
        `data ${message.length}\n${message}${index === 0 ? `from ${pull.sha}\n` : ''}`.trimEnd(),
        `M 100644 inline long.txt\ndata ${String(index).length}\n${index}\n`,
      ].join('\n');
    });
    gitAs(hands.work, {}, ['fast-import', '--quiet'], history.join(''));
    const sha = Sha.parse(await hands.work.git('rev-parse', 'long'));
    await hands.work.git('push', '-q', 'origin', 'long:pr/long');
    const made = await make({ ...pull, sha });
    if (made.kind !== 'made') throw new Error(made.why.message);
    expect(gitAs(hands.work, {}, ['cat-file', 'commit', made.sha], '')).toMatch(
      /\n\nCo-authored-by: Dee <dee@example.com>\nCo-authored-by: Eli <eli@example.com>$/,
    );
    const read = unwrap(await hands.github.readPulls([pull.number]));
    expect(read.pulls).toMatchObject([
      { facts: { source: { sha, committedAt: 1_778_051_548_000 } } },
    ]);
  });

  test('made again is the same commit, also by a client that has just started', async () => {
    const made = await make(any);
    expect(await make(any)).toEqual(made);
    expect(await make(any, undefined, hands.client())).toEqual(made);
  });

  test('on an older target than the present one is still on that one', async () => {
    const pull = await hands.open('older');
    const targetSha = await hands.main();
    await hands.pushToMain('newer.txt');
    const expected = await squashedByGit(pull, targetSha);
    expect(await make(pull, targetSha)).toMatchObject({ kind: 'made', ...expected });
  });

  test('of many commits, with a merge among them, is one', async () => {
    const pull = await hands.open('many');
    await hands.pushToMain('between.txt');
    const { work } = hands;
    await work.git('checkout', '-q', '--detach', pull.sha);
    await work.git('merge', '-q', '--no-edit', await hands.main());
    const sha = Sha.parse(await work.commit('many2.txt', '2\n', 'more'));
    await work.git('push', '-q', 'origin', 'HEAD:pr/many');
    const targetSha = await hands.main();
    const moved = { ...pull, sha };
    const expected = await squashedByGit(moved, targetSha);
    expect(await make(moved)).toMatchObject({ kind: 'made', ...expected });
  });

  test('of a fork', async () => {
    const pull = await hands.openFromFork('forked');
    const targetSha = await hands.main();
    const made = await make(pull);
    expect(made).toMatchObject({ kind: 'made', ...(await squashedByGit(pull, targetSha)) });
  });

  test('beside a branch called sluice', async () => {
    await hands.work.git('push', '-q', 'origin', 'origin/main:refs/heads/sluice');
    const targetSha = await hands.pushToMain('beside.txt');
    expect(await make(any)).toMatchObject({
      kind: 'made',
      ...(await squashedByGit(any, targetSha)),
    });
  });

  test('starts over from what a crash left behind', async () => {
    const scratch = scratchOf(any, await hands.main());
    const expected = await squashedByGit(any, await hands.main());
    for (const leftover of [any.sha, await hands.main()]) {
      const made = await hands.forge.rest('root', 'POST', '/git/refs', {
        ref: scratch,
        sha: leftover,
      });
      expect(made.status).toBe(201);
      expect(await make(any)).toMatchObject({ kind: 'made', ...expected });
      expect(await hands.forge.ref(scratch)).toBe(null);
    }
  });

  test.each(['/git/refs', '/merges', '/git/commits'])(
    'an answer of %s that is lost does no harm',
    async (path) => {
      await hands.fault({
        match: { api: 'rest', method: 'POST', path },
        when: 'after',
        do: { status: 502 },
      });
      const lost = await hands.github.makeTestedCommit(commitOf(any, await hands.main()), []);
      expect(lost).toMatchObject({ ok: false, error: { kind: 'unknown' } });
      const expected = await squashedByGit(any, await hands.main());
      expect(await make(any)).toMatchObject({ kind: 'made', ...expected });
      expect((await hands.ownRefs()).filter((ref) => ref.includes('scratch'))).toEqual([]);
    },
  );
});

test('files are read of the commit as it is made; those that are not there are not', async () => {
  const commit = commitOf(any, await hands.main());
  const made = unwrap(
    await hands.github.makeTestedCommit(commit, ['README.md', 'any.txt', 'nope']),
  );
  if (made.kind !== 'made') throw new Error('no commit was made');
  const atCommit = unwrap(await hands.github.readFiles(made.sha, ['README.md', 'any.txt', 'nope']));
  expect(made.files).toEqual(atCommit);
  expect(made.files.size).toBeGreaterThan(0);
});

const scratchOf = ({ number, sha }: OpenPull, targetSha: Sha): string =>
  scratchRef(config().name, { pr: number, sourceSha: Sha.parse(sha), targetSha });

describe('P17 a commit that is not the one that was asked for', () => {
  const other = { sha: 'd'.repeat(40) };
  const answer = { sha: 'e'.repeat(40), tree: other, parents: [other], commit: { tree: other } };

  test.each([
    ['/merges', 'unreadable', /^the scratch merge has parents d{40}$/],
    ['/git/commits', 'refused', /^GitHub made e{40} of what is \w{40} to git: it has changed/],
  ])('by %s is not tested', async (path, kind, message) => {
    await hands.fault({
      match: { api: 'rest', method: 'POST', path },
      do: { status: 201, body: answer },
    });
    const before = await hands.forge.ref(`refs/sluice/main/${any.number}`);
    const made = await hands.github.makeTestedCommit(commitOf(any, await hands.main()), []);
    expect(made).toMatchObject({
      ok: false,
      error: { kind, message: expect.stringMatching(message) },
    });
    expect(await hands.forge.ref(`refs/sluice/main/${any.number}`)).toBe(before);
  });
});

describe('S6.2 where GitHub has merged the two commits itself', () => {
  const METHODS = ['squash', 'merge'] as const;

  /** Once GitHub has made its merge of a pull request. */
  async function testMergeOf({ number }: OpenPull): Promise<TestMerge> {
    const read = async () => (await hands.pull(number)).testMerge;
    await expect.poll(read).not.toBe(null);
    const found = await read();
    if (!found) throw new Error('it is gone again');
    return found;
  }

  test.each(METHODS)(
    'its tree is used, by %s: the same commit by two requests less, and no branch is made',
    async (method) => {
      const pull = await hands.open(`own-${method}`);
      const testMerge = await testMergeOf(pull);
      const commit = { ...commitOf(pull, await hands.main()), method };
      const make = (wish: TestedCommit) =>
        hands.asked(async () => unwrap(await hands.github.makeTestedCommit(wish, ['README.md'])));
      unwrap(await hands.github.readPulls([]));
      const [own, scratch] = [await make({ ...commit, testMerge }), await make(commit)];
      expect(own.answer).toEqual(scratch.answer);
      const twice = ['POST /repos/acme/widget/git/refs', 'POST /repos/acme/widget/merges'];
      expect(scratch.requests.filter((request) => !own.requests.includes(request))).toEqual(twice);
      expect(scratch.requests).toHaveLength(own.requests.length + 2);
    },
  );

  test('a merge of one and another commit is not used', async () => {
    const pull = await hands.open('one-side');
    const { parents, ...merge } = await testMergeOf(pull);
    const targetSha = await hands.pushToMain('one-side-base.txt');
    const wish = commitOf(pull, targetSha);
    const expected = await squashedByGit(pull, targetSha);
    const [base = targetSha, head = targetSha] = parents;
    for (const wrong of [[base, head], [head, targetSha], [targetSha], [targetSha, head, head]]) {
      const testMerge = { ...merge, parents: wrong };
      const made = unwrap(await hands.github.makeTestedCommit({ ...wish, testMerge }, []));
      expect(made).toMatchObject({ kind: 'made', ...expected });
    }
  });

  test('one that changes nothing is nothing to land, without a branch either', async () => {
    const main = await hands.main();
    const { work } = hands;
    const made = await work.git('commit-tree', `${main}^{tree}`, '-p', main, '-m', 'empty');
    const sha = Sha.parse(made);
    await work.git('push', '-q', 'origin', `${sha}:refs/heads/pr/empty-own`);
    const [read] = (await hands.forge.rest(null, 'GET', '/pulls?head=acme:pr/empty-own')).json;
    const pull = { branch: 'pr/empty-own', sha, number: read.number };
    const testMerge = await testMergeOf(pull);
    const wish = { ...commitOf(pull, main), testMerge };
    unwrap(await hands.github.readPulls([]));
    const { answer, requests } = await hands.asked(() => hands.github.makeTestedCommit(wish, []));
    expect(unwrap(answer)).toMatchObject({ why: { kind: 'nothing_to_land' } });
    expect(requests.filter((request) => !request.endsWith('/graphql'))).toEqual([]);
  });

  test('files of a merge that GitHub does not show are not taken for absent', async () => {
    const read = await hands.github.readFiles(Sha.parse('c'.repeat(40)), ['README.md']);
    expect(read).toEqual({
      ok: false,
      error: { kind: 'unreadable', message: `GitHub does not show ${'c'.repeat(40)} yet` },
    });
  });
});

describe('S6.3 S6.12 what cannot be built', () => {
  test('a conflict says so, and leaves nothing behind', async () => {
    const pull = await hands.open('conflict', 'same.txt', 'ours\n');
    await hands.pushToMain('same.txt');
    const before = await hands.ownRefs();
    expect(await make(pull)).toEqual({
      kind: 'unbuildable',
      why: {
        kind: 'conflict',
        message: 'It conflicts with main: merge main into it and resolve the conflict.',
      },
    });
    expect(await hands.ownRefs()).toEqual(before);
  });

  test.each([
    ['that has read the branch', () => hands.github],
    ['that has just started', () => hands.client()],
  ])('an empty commit is nothing to land, to a client %s', async (name, client) => {
    const branch = `pr/empty-${name.length}`;
    const { work } = hands;
    const main = await hands.main();
    const made = await work.git('commit-tree', `${main}^{tree}`, '-p', main, '-m', branch);
    const sha = Sha.parse(made);
    await work.git('push', '-q', 'origin', `${sha}:refs/heads/${branch}`);
    const [read] = (await hands.forge.rest(null, 'GET', `/pulls?head=acme:${branch}`)).json;
    unwrap(await hands.github.readPulls([]));
    const before = await hands.ownRefs();
    expect(await make({ branch, sha, number: read.number }, undefined, client())).toEqual({
      kind: 'unbuildable',
      why: {
        kind: 'nothing_to_land',
        message: 'It changes nothing: everything in it is already on main.',
      },
    });
    expect(await hands.ownRefs()).toEqual(before);
  });

  test('one that was merged by somebody else is nothing to land', async () => {
    const pull = await hands.open('merged');
    await hands.forge.rest('bob', 'PUT', `/pulls/${pull.number}/merge`, {});
    expect(await make(pull)).toMatchObject({
      kind: 'unbuildable',
      why: { kind: 'nothing_to_land' },
    });
  });
});

test('a ref that is dropped is gone, and may be dropped twice', async () => {
  await make(any);
  const ref = `refs/sluice/main/${any.number}`;
  expect(await hands.ownRefs()).toContain(ref);
  unwrap(await hands.github.dropRef(testRef(config().name, any.number)));
  unwrap(await hands.github.dropRef(testRef(config().name, any.number)));
  expect(await hands.ownRefs()).not.toContain(ref);
});

test('a ref that a rule forbids to delete is not taken for one that is not there', async () => {
  const branch = 'sluice-scratch/kept';
  await hands.work.git('push', '-q', 'origin', `origin/main:refs/heads/${branch}`);
  await hands.rules({}, branch);
  expect(
    await hands.client({ token: 'alice-token' }).dropRef(`refs/heads/${branch}`),
  ).toMatchObject({
    ok: false,
    error: { kind: 'refused', status: 422, message: expect.stringContaining('Cannot delete') },
  });
  expect(await hands.forge.ref(`refs/heads/${branch}`)).not.toBe(null);
});

test('what a crash left behind is seen with the next page, and can be dropped', async () => {
  await make(any);
  const left = scratchOf(any, await hands.main());
  await hands.work.git('push', '-q', 'origin', `origin/main:${left}`);
  const { ownRefs } = unwrap(await hands.github.readPage(null));
  expect(ownRefs).toEqual(expect.arrayContaining([left, testRef(config().name, any.number)]));
  unwrap(await hands.github.dropRef(left));
  expect(await hands.forge.ref(left)).toBe(null);
});

test('a merge by a call that had been given up is not taken for nothing to land', async () => {
  const targetSha = await hands.main();
  const branch = scratchOf(any, targetSha).replace('refs/heads/', '');
  const merging = { base: branch, head: any.sha, commit_message: 'late' };
  await hands.fault({
    match: { api: 'rest', method: 'POST', path: '/merges' },
    do: { status: 204 },
  });
  expect(await hands.github.makeTestedCommit(commitOf(any, targetSha), [])).toEqual({
    ok: false,
    error: { kind: 'unreadable', message: 'another merge came between' },
  });
  expect((await hands.forge.rest('root', 'POST', '/merges', merging)).status).toBe(201);
  expect(await make(any)).toMatchObject({ kind: 'made' });
});
