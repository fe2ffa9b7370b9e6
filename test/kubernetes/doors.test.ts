/**
 * How the local Kubernetes is found: what it says there is, the configuration that it writes for
 * kubectl, and the command that starts it alone.
 */
import { spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCluster, temporaryFolder } from './client.ts';

const main = join(import.meta.dirname, '../../scripts/kubernetes/main.ts');
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
};

test('it says which kinds there are, and what can be done with them', async () => {
  const cluster = await startCluster();
  const get = async (path: string) => (await cluster.send('GET', path)).body;
  expect(await get('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  expect(await get('/apis')).toMatchObject({ kind: 'APIGroupList' });
  expect(await get('/apis/apps')).toMatchObject({ preferredVersion: { groupVersion: 'apps/v1' } });
  expect(JSON.stringify(await get('/apis'))).toContain('"rbac.authorization.k8s.io/v1"');
  expect(await get('/apis/apps/v1')).toMatchObject({
    kind: 'APIResourceList',
    groupVersion: 'apps/v1',
    resources: expect.arrayContaining([
      expect.objectContaining({ name: 'deployments', shortNames: ['deploy'], categories: ['all'] }),
      expect.objectContaining({ name: 'deployments/scale', group: 'autoscaling', kind: 'Scale' }),
    ]),
  });
  const names = JSON.stringify(await get('/api/v1'));
  for (const kind of ['namespaces/finalize', 'pods/status', 'configmaps', 'serviceaccounts']) {
    expect(names).toContain(`"${kind}"`);
  }
  expect(await get('/openapi/v3')).toMatchObject({
    paths: { 'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1' } },
  });
  expect(JSON.stringify(await get('/openapi/v3/api/v1'))).toContain('fieldValidation');
  expect(await get('/openapi/v2')).toMatchObject({ swagger: '2.0' });
});

test('its configuration file has all that kubectl needs, for its owner alone', async () => {
  const cluster = await startCluster();
  const { kubeconfig, secureUrl, caPath } = cluster.server;
  const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
  expect(config.clusters[0].cluster).toEqual({
    server: secureUrl,
    'certificate-authority-data': (await readFile(caPath)).toString('base64'),
  });
  expect(config.users[0].user).toEqual({ token: 'token' });
  expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
});

test('alone, it says what is wrong with its arguments, and when its port is taken', async () => {
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--token T') });
  expect(run('--ready-delay-ms', 'soon')).toMatchObject({
    status: 2,
    stderr: "--ready-delay-ms takes a number from 0 up, not 'soon'\n",
  });
  const cluster = await startCluster();
  const { port } = new URL(cluster.server.url);
  expect(run('--port', port, '--root', await temporaryFolder())).toMatchObject({
    status: 1,
    stderr: `port ${port} is taken: choose another, or 0 for any free one\n`,
  });
});
