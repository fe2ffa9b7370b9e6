// Somebody's own repository and the copy of it that an earlier run made: has it moved on since?
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneUrl } from '../../scripts/demo/contributor.ts';
import { git } from '../../scripts/demo/git.ts';
import { alice, everybody } from '../../scripts/demo/people.ts';
import { type Forge, startForge } from '../../scripts/forge/forge.ts';
import { copySentences, missingCommit } from '../../scripts/start/repo-copy.ts';

const BRANCH = 'release/1';

const folder = mkdtempSync(join(tmpdir(), 'sluice-copy-'));
const source = join(folder, 'bread');
let forge: Forge;

const commit = (where: string, message: string) =>
  git(where, ['commit', '--quiet', '--allow-empty', '-m', message], alice);
const head = () => git(source, ['rev-parse', 'HEAD']);
const missing = () => missingCommit({ source, branch: BRANCH }, `${forge.url}/repos/local/bread`);

beforeAll(async () => {
  mkdirSync(source);
  await git(source, ['init', '--quiet', `--initial-branch=${BRANCH}`]);
  await commit(source, 'Bread');
  const root = join(folder, 'forge');
  forge = await startForge({ port: 0, root, users: everybody, webhooks: [] });
  await forge.createRepository({
    owner: 'local',
    name: 'bread',
    defaultBranch: BRANCH,
    mirrorOf: source,
    writers: [alice.login],
  });
});
afterAll(async () => {
  await forge.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a kept copy', () => {
  it('is compared with the repository as it is now', async () => {
    expect(await missing()).toBeNull();

    const clone = join(folder, 'clone');
    await git('.', ['clone', '--quiet', cloneUrl(forge.url, 'local/bread', alice), clone]);
    await commit(clone, 'Butter lands');
    await git(clone, ['push', '--quiet', 'origin', BRANCH]);
    expect(await missing()).toBeNull();

    await commit(source, 'Jam, behind the back of the copy');
    expect(await missing()).toBe(await head());

    // Somewhere on the forge is not on its branch.
    const url = cloneUrl(forge.url, 'local/bread', alice);
    await git(source, ['push', '--quiet', url, `${BRANCH}:refs/heads/jam`]);
    expect(await missing()).toBe(await head());

    await git(source, ['checkout', '--quiet', '--orphan', 'other']);
    await commit(source, 'From scratch');
    await git(source, ['branch', '--force', BRANCH, 'other']);
    expect(await missing()).toBe(await head());
  });

  it('is told with what to delete, and with the commit that it lacks', () => {
    const place = { source: '/home/me/bread', branch: 'main', home: '/sluice/repos/bread-1' };
    expect(copySentences({ kind: 'made' }, place)).toEqual([
      '/home/me/bread was copied and is never written to; state is kept in /sluice/repos/bread-1.',
    ]);
    const same = copySentences({ kind: 'kept', missing: null }, place);
    expect(same).toEqual([
      'Not copied anew: the copy of /home/me/bread from an earlier run is used, with all that landed on it.',
      'To begin anew, stop this and delete /sluice/repos/bread-1.',
    ]);
    const moved = copySentences({ kind: 'kept', missing: '0123456789abcdef' }, place);
    expect(moved).toHaveLength(3);
    expect(moved[1]).toBe(
      "main of /home/me/bread has moved on since: the copy's main is without its commit 01234567.",
    );
  });
});
