// S6.2 The tested commit: its parents by the method, and its bytes as git hashes them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Sha } from '../../schemas/ids.ts';
import { commitBytes, gitPerson, testedParents } from '../../src/core/tested-commit.ts';
import { HEAD, sourceOf } from '../support/builders.ts';

const EMPTY_TREE = Sha.parse('4b825dc642cb6eb9a060e54bf8d69288fbee4904');

describe('S6.2 the commit that is tested', () => {
  it.each([
    ['squash', [HEAD]],
    ['merge', [HEAD, sourceOf(1)]],
  ] as const)('by %s has these parents', (method, parents) => {
    expect(testedParents({ method, targetSha: HEAD, sourceSha: sourceOf(1) })).toEqual(parents);
  });

  it('has the SHA that git gives it, whatever letters are in it', () => {
    const author = gitPerson({ name: ' Ann Ø, Jr. <x>', email: '<ann@example.com>' }, 'ann');
    const commit = {
      tree: EMPTY_TREE,
      parents: [HEAD, sourceOf(1)],
      author,
      committer: author,
      date: 1_778_051_289_999,
      message: 'Größer\n\nno newline at the end',
    };
    const text = Buffer.from(commitBytes(commit)).toString();
    const body = text.slice(text.indexOf('\0') + 1);
    const git = execFileSync('git', ['hash-object', '-t', 'commit', '--stdin'], { input: body });
    expect(createHash('sha1').update(commitBytes(commit)).digest('hex')).toBe(
      git.toString().trim(),
    );
  });

  it.each([
    ['Jane Doe, PhD.', 'Jane Doe, PhD'],
    ['<>', 'jane'],
    ["  'J' <i> ", "J' i"],
  ])('calls %j as git would: %j', (name, kept) => {
    expect(gitPerson({ name, email: 'j@example.com' }, 'jane').name).toBe(kept);
  });
});
