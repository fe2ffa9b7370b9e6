// A forge that is killed takes back nothing that it has answered, and makes up for what it had only begun.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Forge, startForge } from '../../scripts/forge/forge.ts';

let root: string;
let forge: Forge;
const start = () =>
  startForge({
    port: 0,
    root,
    users: [
      { login: 'acme', token: 'acme-token', admin: true },
      { login: 'bob', token: 'bob-token' },
    ],
    webhooks: [],
  });
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'forge-killed-'));
  forge = await start();
  const first = { files: { 'README.md': '# A mill\n' }, message: 'Begin' };
  await forge.createRepository({ owner: 'acme', name: 'mill', writers: ['bob'], first });
});
afterEach(async () => {
  await forge.close();
  rmSync(root, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown, by = 'acme') {
  const response = await fetch(`${forge.url}/repos/acme/mill${path}`, {
    method,
    headers: { authorization: `Bearer ${by}-token`, 'user-agent': 'test' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return response.json();
}
const git = (...args: string[]): string =>
  execFileSync('git', ['-C', join(root, 'repositories', 'acme', 'mill.git'), ...args], {
    encoding: 'utf8',
  }).trim();

async function propose(branch: string): Promise<{ number: number; sha: string }> {
  const sha = git('rev-parse', 'refs/heads/main');
  await call('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha });
  await write(branch, 'one');
  const pull = await call('POST', '/pulls', { title: 'Flour', head: branch, base: 'main' });
  return { number: pull.number, sha: pull.head.sha };
}
const write = (branch: string, name: string) =>
  call('PUT', `/contents/${name}.txt`, {
    ...{ branch, message: name },
    content: Buffer.from(name).toString('base64'),
  });

/** As if it had been killed right after these refs were moved. */
async function killedAfter(moves: () => void): Promise<void> {
  await forge.close();
  moves();
  forge = await start();
}

describe('S10.6 a forge that is killed', () => {
  it('has kept what it answered', async () => {
    const { number } = await propose('flour');
    await call('POST', `/pulls/${number}/reviews`, { event: 'APPROVE' }, 'bob');
    const kept = readFileSync(join(root, 'state.json'), 'utf8');
    expect(kept).toContain('APPROVED');
  });

  it('lets a pull request follow a head that had just moved', async () => {
    const { number, sha } = await propose('flour');
    await write('flour', 'two');
    const newest = git('rev-parse', 'refs/heads/flour');
    git('update-ref', 'refs/heads/flour', sha);
    await killedAfter(() => git('update-ref', 'refs/heads/flour', sha));
    expect((await call('GET', `/pulls/${number}`)).head.sha).toBe(sha);
    await killedAfter(() => git('update-ref', 'refs/heads/flour', newest));
    expect((await call('GET', `/pulls/${number}`)).head.sha).toBe(newest);
  });

  it('marks a pull request merged whose commits had just landed', async () => {
    const { number, sha } = await propose('flour');
    await killedAfter(() => git('update-ref', 'refs/heads/main', sha));
    expect(await call('GET', `/pulls/${number}`)).toMatchObject({ state: 'closed', merged: true });
  });

  it('closes a pull request whose branch had just been deleted, and leaves others alone', async () => {
    const gone = await propose('flour');
    const other = await propose('yeast');
    await killedAfter(() => git('update-ref', '-d', 'refs/heads/flour'));
    const states = await Promise.all(
      [gone, other].map(async ({ number }) => (await call('GET', `/pulls/${number}`)).state),
    );
    expect(states).toEqual(['closed', 'open']);
  });
});
