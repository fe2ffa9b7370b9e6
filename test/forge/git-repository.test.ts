// What a repository answers by itself is what git would have said, and a git that ends is followed by another.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGit, GitError } from '../../scripts/forge/git.ts';
import { GitRepository } from '../../scripts/forge/git-repository.ts';
import { createPrng } from '../../scripts/sim/history/prng.ts';

const COMMITS = 400;
const QUESTIONS = 60;

let root: string;
let repository: GitRepository;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'git-repository-test-'));
  repository = new GitRepository(createGit(root), join(root, 'widget.git'));
  await repository.create('main');
});
afterEach(() => {
  repository.close();
  rmSync(root, { recursive: true });
});

test('whether commits follow each other and what lies between them is what git says of any history', async () => {
  const { below, chance } = createPrng(7);
  const shas = await grow(COMMITS, (mark) => {
    // Mostly lines, so that some of them are long; here and there a branch from anywhere, a merge, a root.
    const parents = new Set([chance(0.05) ? below(mark) : mark - 1]);
    if (chance(0.05)) parents.add(below(mark));
    return chance(0.02) ? [] : [...parents];
  });

  const kinds = new Set<string>();
  for (let i = 0; i < QUESTIONS; i += 1) {
    const tip = shas[below(COMMITS)] ?? '';
    const known = shas[below(COMMITS)] ?? '';
    const expected = (await repository.git(['rev-list', '--topo-order', tip, `^${known}`])).trim();
    const since = expected === '' ? [] : expected.split('\n');
    expect(await repository.commitsSince(tip, known)).toEqual(since);
    expect(await repository.commitsSince(tip, known, 3)).toEqual(since.slice(0, 3));
    const base = await gitMergeBase(known, tip);
    expect(await repository.mergeBase(known, tip)).toBe(base);
    expect(await repository.isAncestor(known, tip)).toBe(base === known);
    kinds.add(`${base === known ? 'follows' : 'apart'}, ${since.length > 64 ? 'far' : 'near'}`);
  }
  expect([...kinds].toSorted()).toEqual([
    'apart, far',
    'apart, near',
    'follows, far',
    'follows, near',
  ]);
});

test('a commit that is older by a long way and younger by a short one is not new', async () => {
  // 0 ← 1 ← … ← 99 ← 100, and 100 has 0 as its other parent: 1 is far from 100, what is before 1 is near.
  const shas = await grow(101, (mark) => (mark === 100 ? [99, 0] : [mark - 1]));
  expect(await repository.commitsSince(shas[1] ?? '', shas[100] ?? '')).toEqual([]);
});

test('an annotated tag stands for its commit', async () => {
  const [first = '', second = ''] = await grow(2, (mark) => [mark - 1]);
  const tag = await repository.git(['mktag'], {
    input: `object ${first}\ntype commit\ntag v1\ntagger Ada <ada@example.com> 1800000000 +0000\n\nfirst\n`,
  });
  expect(await repository.isAncestor(tag.trim(), second)).toBe(true);
  expect(await repository.commitsSince(second, tag.trim())).toEqual([second]);
  expect(await repository.mergeBase(tag.trim(), second)).toBe(first);
});

test('of a commit that nobody has there is no answer', async () => {
  const [sha = ''] = await grow(1, () => []);
  await expect(repository.isAncestor('1'.repeat(40), sha)).rejects.toThrow(GitError);
});

test('a ref that is not where it was expected is refused in git’s words, and the next one moves', async () => {
  const [first = null, second = null] = await grow(2, (mark) => [mark - 1]);
  const name = 'refs/heads/topic';
  await repository.updateRefs([{ name, before: null, after: first }]);
  const wrong = repository.updateRefs([{ name, before: second, after: first }]);
  const right = repository.updateRefs([{ name, before: first, after: second }]);
  await expect(wrong).rejects.toThrow(
    /update-ref --stdin exited with 128: fatal: .*cannot lock ref/,
  );
  await right;
  await repository.reload();
  expect(repository.refs.get(name)).toBe(second);
});

test('one that is closed starts no git that nobody would end', async () => {
  const [sha = null] = await grow(1, () => []);
  repository.close();
  const moved = repository.updateRefs([{ name: 'refs/heads/topic', before: null, after: sha }]);
  await expect(moved).rejects.toThrow(/^git update-ref is closed in .*widget\.git$/);
  await expect(repository.object('HEAD')).rejects.toThrow(/^git cat-file is closed in /);
});

const gitMergeBase = (a: string, b: string): Promise<string | null> =>
  repository.git(['merge-base', a, b]).then(
    (answer) => answer.trim(),
    () => null,
  );

/** Commits 0, 1, … with these parents, made by one process. @returns their SHAs */
async function grow(count: number, parentsOf: (mark: number) => number[]): Promise<string[]> {
  const stream = Array.from({ length: count }, (_, mark) => {
    const [first, ...others] = parentsOf(mark).filter((parent) => parent >= 0 && parent < mark);
    return [
      `commit refs/tests/${mark}\nmark :${mark + 1}`,
      `committer Ada <ada@example.com> ${1_800_000_000 + mark} +0000\ndata 2\n${mark % 10}`,
      ...(first === undefined ? [] : [`from :${first + 1}`]),
      ...others.map((parent) => `merge :${parent + 1}`),
      '',
    ].join('\n');
  });
  await repository.git(['fast-import', '--quiet'], { input: stream.join('\n') });
  await repository.reload();
  return Array.from(
    { length: count },
    (_, mark) => repository.refs.get(`refs/tests/${mark}`) ?? '',
  );
}
