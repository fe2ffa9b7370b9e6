/**
 * How the local Batch is reached: over HTTP and HTTPS on one port, below a namespace's path, and
 * started alone from the command line, where mistakes are answered with a sentence.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBatch, temporaryFolder } from './client.ts';

const main = join(import.meta.dirname, '../../scripts/batch/main.ts');
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
};

test('S10.6 one port speaks HTTP and, to those who trust its certificate, HTTPS', async () => {
  const ci = await startBatch();
  expect(await ci.send('GET', 'cloud')).toEqual({ status: 200, text: 'gcp' });
  const ca = readFileSync(ci.caPath);
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request(`${ci.secureUrl}/api/v1alpha/cloud`, { ca }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    asked.on('error', reject).end();
  });
  expect(text).toBe('gcp');
  await expect(fetch(`${ci.secureUrl}/api/v1alpha/cloud`)).rejects.toThrow('fetch failed');
});

test('a client of a namespace finds Batch, and who it is, below its path', async () => {
  const ci = await startBatch();
  expect((await ci.send('GET', '/dev/batch/api/v1alpha/batches')).text).toBe('{"batches":[]}');
  expect((await ci.send('GET', '/dev/batch/healthcheck')).status).toBe(200);
  const who = await ci.send('GET', '/dev/auth/api/v1alpha/userinfo', undefined, 'ann-token');
  expect(JSON.parse(who.text)).toMatchObject({ username: 'ann', state: 'active' });
  expect((await ci.send('GET', 'userinfo', undefined, 'none')).status).toBe(401);
});

test('alone, it says what is wrong with its arguments', () => {
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--port N') });
  expect(run('--prot', '1')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^Unknown option '--prot'\n\nusage:/),
  });
  expect(run('--port', 'http')).toMatchObject({
    status: 2,
    stderr: "--port takes a number from 0 (any free port) to 65535, not 'http'\n",
  });
  expect(run('--token', 'two words').stderr).toBe(
    "--token takes printable characters without spaces, not 'two words'\n",
  );
  expect(run('--parallel', '0').stderr).toBe("--parallel takes a number from 1 up, not '0'\n");
});

test('alone, it says when its port is taken', async () => {
  const ci = await startBatch();
  const { port } = new URL(ci.url);
  expect(run('--port', port, '--root', await temporaryFolder())).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`port ${port} is taken: choose another, or 0 for any free one`),
  });
});
