/**
 * What a job finds at paths that it asked for: secrets as folders, and the configuration of its
 * service account. Where the machine has no namespaces there is nothing to mount.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { probeIoMode } from '../../scripts/batch/sandbox.ts';
import { script, startBatch, temporaryFolder } from './client.ts';

const place = await mkdtemp(join(tmpdir(), 'local-batch-'));
const { kind } = await probeIoMode(place);
await rm(place, { recursive: true });
const isThere = kind === 'namespace';
const why = isThere ? '' : ' (this machine allows no user namespaces)';

const secret = { namespace: 'default', name: 'key', mount_path: '/a-secret/deep' };

test.skipIf(!isThere)(`a secret is a folder of files at its path${why}`, async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'secrets', 'default', 'key'), { recursive: true });
  await writeFile(join(root, 'secrets', 'default', 'key', 'word'), 'sesame');
  const ci = await startBatch({ root });
  const id = await ci.submit([
    script(1, 'cat /a-secret/deep/word', { secrets: [secret] }),
    script(2, 'true', { secrets: [{ ...secret, name: 'other' }] }),
    script(3, 'ls /a-secret'),
  ]);
  await ci.completed(id);
  expect(await ci.jobStates(id)).toEqual(['Success', 'Error', 'Failed']);
  expect(await ci.log(id, 1)).toBe('sesame');
  expect(await ci.job(id, 2)).toMatchObject({
    status: {
      container_statuses: {
        main: { error: expect.stringContaining('secret default/other not found') },
      },
    },
  });
});

test.skipIf(!isThere)(`a path that would be made on this machine is not${why}`, async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'secrets', 'default', 'key'), { recursive: true });
  const ci = await startBatch({ root });
  const id = await ci.submit([
    script(1, 'true', { secrets: [{ ...secret, mount_path: '/etc/no-such-folder' }] }),
  ]);
  await ci.completed(id);
  expect(await ci.log(id, 1)).toBe(
    'cannot mount at /etc/no-such-folder: this machine has no such path\n',
  );
});

test('without a folder of secrets a job runs without them, and its log says so', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true', { secrets: [secret] })]);
  expect(await ci.completed(id)).toMatchObject({ state: 'success' });
  expect(await ci.log(id, 1)).toContain('secret default/key is not mounted');
});

test('every job is given the cloud key of its user, as Batch does', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true', { mount_tokens: true })]);
  expect(await ci.job(id, 1)).toMatchObject({
    spec: {
      job_id: 1,
      env: [{ name: 'GOOGLE_APPLICATION_CREDENTIALS', value: '/gsa-key/key.json' }],
      secrets: [
        { namespace: 'default', name: 'ci-gsa-key', mount_path: '/gsa-key' },
        { name: 'ci-tokens', mount_path: '/user-tokens' },
        { name: 'ssl-config-batch-user-code', mount_path: '/ssl-config' },
      ],
    },
  });
});

test.each(['auto', 'rewrite'] as const)(
  'S10.6 a job with a service account finds the cluster (%s)',
  async (io) => {
    const kubeconfig = join(await temporaryFolder(), 'config');
    await writeFile(kubeconfig, 'the cluster\n');
    const ci = await startBatch({ io, kubeconfig });
    const account = { service_account: { namespace: 'default', name: 'admin' } };
    const id = await ci.submit([
      script(1, 'cat "$KUBECONFIG"', account),
      script(2, 'echo "[$KUBECONFIG]"'),
    ]);
    await ci.completed(id);
    expect(await ci.log(id, 1)).toBe('the cluster\n');
    expect(await ci.log(id, 2)).toBe('[]\n');
  },
);
