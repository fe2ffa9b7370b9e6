// The forge alone, from the command line: what it prints, what it refuses, what it keeps.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'scripts', 'forge', 'main.ts');

let root: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forge-start-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(stop));
  rmSync(root, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly printed: Readonly<Record<string, string>>;
}

function spawnForge(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, '--root', root, ...args]);
  running.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended, text: () => out };
}

async function start(...args: string[]): Promise<Started> {
  const { child, ended, text } = spawnForge(['--port', '0', ...args]);
  await Promise.race([expect.poll(text, { timeout: 20_000 }).toMatch(/below pr\//), ended]);
  const lines = text()
    .split('\n')
    .map((line) => /^(\S+) +(.*)$/.exec(line) ?? []);
  return {
    child,
    printed: Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value])),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

const headers = (token = '') => ({
  'user-agent': 'test',
  ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
});

describe('S10.6 the forge alone', () => {
  test('prints where it is and who may log in, and keeps its data across a restart', async () => {
    const first = await start('--token', 'T', '--repository', 'acme/shop');
    const { forge: url = '', admin, alice, bob, repository } = first.printed;
    expect([admin, alice, bob]).toEqual(['T', 'T-alice', 'T-bob']);
    expect(repository).toBe(`${url}/acme/shop.git`);
    const hook = { config: { url: 'http://127.0.0.1:9/' } };
    const made = await fetch(`${url}/repos/acme/shop/hooks`, {
      method: 'POST',
      headers: headers('T'),
      body: JSON.stringify(hook),
    });
    expect(made.status).toBe(201);
    await stop(first.child);
    const second = await start('--token', 'U');
    const list = await fetch(`${second.printed['forge']}/repos/acme/shop/hooks`, {
      headers: headers('U'),
    });
    expect(await list.json()).toMatchObject([{ config: { url: 'http://127.0.0.1:9/' } }]);
    const old = await fetch(`${second.printed['forge']}/user`, { headers: headers('T') });
    expect(old.status).toBe(401);
  });

  test('speaks HTTPS on the same port, with the certificate that it prints', async () => {
    const { printed } = await start();
    const [, address = '', ca = ''] =
      /^(\S+), certificate (\S+)$/.exec(printed['https'] ?? '') ?? [];
    const status = await new Promise((resolve, reject) => {
      const options = { ca: readFileSync(ca), headers: headers(printed['admin']) };
      request(`${address}/user`, options, (answer) => resolve(answer.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  test('refuses what it cannot use, with a sentence', async () => {
    const wrongs: [args: string[], code: number, words: RegExp][] = [
      [['--port', 'x'], 2, /^--port takes a number from 0 .* not 'x'/],
      [['--bogus'], 2, /^Unknown option '--bogus'\n\nusage: /],
      [['--repository', 'nope'], 2, /^--repository takes OWNER\/NAME, not 'nope'/],
      [['--webhook', 'nope'], 2, /^--webhook takes an address that begins with http, not 'nope'/],
      [['--token', 'a b'], 2, /^--token takes printable characters/],
      [['--port', '0', '--mirror', '/nowhere'], 1, /\/nowhere cannot be copied: fatal: /],
    ];
    const ended = await Promise.all(wrongs.map(([args]) => spawnForge(args).ended));
    expect(ended).toEqual(
      wrongs.map(([, code, words]) => ({ code, out: '', err: expect.stringMatching(words) })),
    );
  });

  test('refuses a port that is taken, a folder that is in use, and one with something else in it', async () => {
    const { printed } = await start();
    const { port } = new URL(printed['forge'] ?? '');
    const other = mkdtempSync(join(tmpdir(), 'forge-other-'));
    try {
      const taken = await spawnForge(['--port', port, '--root', other]).ended;
      expect([taken.code, taken.err]).toEqual([1, expect.stringMatching(`port ${port} is taken`)]);
      const inUse = await spawnForge(['--port', '0']).ended;
      expect([inUse.code, inUse.err]).toEqual([
        1,
        expect.stringMatching(/is in use by process \d+/),
      ]);
      writeFileSync(join(other, 'state.json'), '{"version": 7}');
      const strange = await spawnForge(['--port', '0', '--root', other]).ended;
      expect([strange.code, strange.err]).toEqual([
        1,
        expect.stringMatching(/state.json is not what a forge of this version has written/),
      ]);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test('explains itself', async () => {
    const { code, out } = await spawnForge(['--help']).ended;
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^usage: npm run --silent forge -- \[OPTIONS\]/),
    ]);
  });
});
