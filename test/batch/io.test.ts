/**
 * /io and the bucket: what a job finds, what it leaves, and that jobs do not meet there.
 * Asserts what a job sees, not how the machine brings it about.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locate } from '../../scripts/batch/files.ts';
import { rewriteIo } from '../../scripts/batch/sandbox.ts';
import { script, startBatch, temporaryFolder } from './client.ts';

// `auto` is the namespace where the machine allows one, and the same again where it does not.
describe.each(['auto', 'rewrite'] as const)('with /io by %s', (io) => {
  test('two jobs at once each have an /io of their own', async () => {
    const shared = await temporaryFolder();
    const ci = await startBatch({ env: { SHARED: shared }, parallelJobs: 2, io });
    const work = (own: string, other: string) => `
      echo ${own} > /io/name; touch $SHARED/${own}
      while ! [ -e $SHARED/${other} ]; do sleep 0.02; done
      cat "/io/name" "$WHERE"; ls /io`;
    const env = [{ name: 'WHERE', value: '/io/name' }];
    const id = await ci.submit([
      script(1, work('a', 'b'), { env }),
      script(2, work('b', 'a'), { env }),
    ]);
    expect(await ci.completed(id)).toMatchObject({ state: 'success' });
    expect(await ci.log(id, 1)).toBe('a\na\nname\n');
    expect(await ci.log(id, 2)).toBe('b\nb\nname\n');
  });

  test('files and folders travel between jobs through the bucket', async () => {
    const ci = await startBatch({ io });
    await mkdir(join(ci.bucketDir, 'store'), { recursive: true });
    await writeFile(join(ci.bucketDir, 'store', 'seed'), 'seed\n');
    const id = await ci.submit([
      script(
        1,
        'mkdir -p /io/out/deep; cp /io/seed /io/out/deep/s; ln -s /io/out/deep/s /io/out/l',
        {
          input_files: [{ from: 'gs://store/seed', to: '/io/seed' }],
          output_files: [{ from: '/io/out/', to: 'gs://store/build//io/out' }],
        },
      ),
      script(2, 'cat /io/in/deep/s /io/in/l /io/one; chmod +x /io/one', {
        in_update_parent_ids: [1],
        input_files: [
          { from: 'gs://store/build//io/out/', to: '/io/in/' },
          { from: 'gs://store/build//io/out/l', to: '/io/one' },
        ],
      }),
    ]);
    expect(await ci.completed(id)).toMatchObject({ state: 'success' });
    expect(await ci.log(id, 2)).toBe('seed\nseed\nseed\n');
    expect(await ci.log(id, 1, 'output')).toBe('/io/out/ -> gs://store/build//io/out: 2 files\n');
  });
});

test('an input that is not there fails the job before it starts', async () => {
  const ci = await startBatch();
  const id = await ci.submit([
    script(1, 'echo ran', { input_files: [{ from: 'gs://store/none', to: '/io/x' }] }),
  ]);
  await ci.completed(id);
  const job = await ci.job(id, 1);
  expect(job).toMatchObject({ state: 'Failed', exit_code: 1 });
  expect(Object.keys(job.status?.container_statuses ?? {})).toEqual(['input']);
  expect(await ci.log(id, 1, 'input')).toBe('FileNotFoundError: gs://store/none\n');
  expect(await ci.read(`batches/${id}/jobs/1/log`)).toMatchObject({ main: null });
});

test('outputs of a failed job are kept only when that was asked for', async () => {
  const ci = await startBatch();
  const job = (id: number, always: boolean) =>
    script(id, 'echo x > /io/x; exit 3', {
      always_copy_output: always,
      output_files: [{ from: '/io/x', to: `gs://store/${id}` }],
    });
  const id = await ci.submit([job(1, true), job(2, false)]);
  await ci.completed(id);
  expect(await ci.job(id, 1)).toMatchObject({ state: 'Failed', exit_code: 3 });
  expect(['1', '2'].map((name) => existsSync(join(ci.bucketDir, 'store', name)))).toEqual([
    true,
    false,
  ]);
});

test('nothing is left of /io, and the machine has no /io of ours', async () => {
  const ci = await startBatch();
  const before = existsSync('/io');
  const id = await ci.submit([script(1, 'echo x > /io/x')]);
  await ci.completed(id);
  expect(existsSync('/io')).toBe(before);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(ci.root);
});

test('a link to itself does not hold a copy up', async () => {
  const ci = await startBatch();
  await mkdir(join(ci.bucketDir, 'store'), { recursive: true });
  await symlink('.', join(ci.bucketDir, 'store', 'again'));
  const id = await ci.submit([
    script(1, 'true', { input_files: [{ from: 'gs://store/again', to: '/io/x' }] }),
  ]);
  await ci.completed(id);
  expect(await ci.job(id, 1)).toMatchObject({ state: 'Failed' });
});

const places = { bucketDir: '/b', ioDir: '/j' };

test.each([
  ['gs://store/a//b/', '/b/store/a/b'],
  ['/io', '/j'],
  ['/io/x', '/j/x'],
  ['file:///io/x', '/j/x'],
])('%s is at %s', (address, path) => {
  expect(locate(address, places)).toBe(path);
});

test.each(['gs://store/../x', 'gs://../x', '/io/../x', '/iowa', '/etc/passwd', 's3://store/x', ''])(
  '%s is refused',
  (address) => {
    expect(() => locate(address, places)).toThrow();
  },
);

test.each([
  ['/io', '/j'],
  ['cat /io/x >/io/y', 'cat /j/x >/j/y'],
  ['A="/io" B=/io:/io', 'A="/j" B=/j:/j'],
  ['["/io","/io/x"]', '["/j","/j/x"]'],
  ["ls '/io'; see /io.", "ls '/j'; see /j."],
  ['/iowa /usr/io ./io ../io ~/io', '/iowa /usr/io ./io ../io ~/io'],
  [`$HOME/io \${HOME}/io "$HOME"/io $(pwd)/io`, `$HOME/io \${HOME}/io "$HOME"/io $(pwd)/io`],
  [
    '/io-files /io.txt https://host/io gs://b//io/x',
    '/io-files /io.txt https://host/io gs://b//io/x',
  ],
])('in %j /io becomes %j', (text, rewritten) => {
  expect(rewriteIo(text, '/j')).toBe(rewritten);
});
