/**
 * The real kubectl against the local Kubernetes. Where there is none, the tests are skipped, and their
 * names, which `npm test` then prints, say why.
 */
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createNamespaceScript,
  deleteNamespaceScript,
} from '../../src/compile/steps/namespace-scripts.ts';
import { marksOfTest, namespaceSelector } from '../../src/core/test-namespace.ts';
import { configOf, namespaceOf } from '../support/builders.ts';
import { type Cluster, deployment, startCluster, temporaryFolder, until } from './client.ts';

const isThere = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const why = isThere ? '' : ' (kubectl is not installed; Debian has it as kubernetes-client)';

const kubectl = (cluster: Cluster, ...args: string[]): Promise<string[]> =>
  shell('kubectl', args, cluster);

/** What it prints, line by line. @throws what it complains of */
async function shell(program: string, args: string[], cluster: Cluster): Promise<string[]> {
  const home = await temporaryFolder();
  const KUBECONFIG = cluster.server.kubeconfig;
  const command = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: home, NO_PROXY: '127.0.0.1', KUBECONFIG },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  command.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  command.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => command.on('close', resolve));
  if (code !== 0) throw new Error(complaint || output);
  return output.trim().split('\n');
}

test.skipIf(!isThere)(`S6.6 kubectl lists, makes and deletes a namespace${why}`, async () => {
  const cluster = await startCluster({ namespaceDelayMs: 100 });
  expect(await kubectl(cluster, 'create', 'namespace', 'pr-1')).toEqual(['namespace/pr-1 created']);
  await kubectl(cluster, 'label', 'namespace', 'pr-1', 'sluice=yes');
  const listed = await kubectl(cluster, 'get', 'namespaces', '-l', 'sluice=yes');
  expect(listed[0]).toMatch(/^NAME\s+STATUS\s+AGE$/);
  expect(listed[1]).toMatch(/^pr-1\s+Active\s+\d+s$/);
  // It waits until the namespace is gone.
  expect(await kubectl(cluster, 'delete', 'namespace', 'pr-1')).toEqual([
    'namespace "pr-1" deleted',
  ]);
  await expect(kubectl(cluster, 'get', 'namespace', 'pr-1')).rejects.toThrow(
    'Error from server (NotFound): namespaces "pr-1" not found',
  );
  await expect(kubectl(cluster, 'delete', 'namespace', 'default')).rejects.toThrow('Forbidden');
});

test.skipIf(!isThere)(`S6.6 kubectl makes and deletes the namespace of a test${why}`, async () => {
  const cluster = await startCluster();
  const name = namespaceOf(1);
  const marks = marksOfTest(configOf(), 1);
  const script = (text: string) => shell('bash', ['-c', text], cluster);
  // Twice: a job that was interrupted runs again.
  for (let time = 0; time < 2; time++)
    await script(createNamespaceScript({ namespace: name, marks }, 'default', []));
  const read = await kubectl(cluster, 'get', 'namespace', name, '-o', 'json');
  expect(JSON.parse(read.join('\n')).metadata).toMatchObject({ name, ...marks });
  const selector = namespaceSelector(configOf());
  expect(await kubectl(cluster, 'get', 'namespaces', '-o', 'name', '-l', selector)).toEqual([
    `namespace/${name}`,
  ]);
  await script(deleteNamespaceScript(name));
  expect(await kubectl(cluster, 'get', 'namespaces', '-o', 'name', '-l', selector)).toEqual(['']);
});

test.skipIf(!isThere)(
  `S8.4 kubectl applies a deployment and sees it become ready${why}`,
  async () => {
    const cluster = await startCluster({ readyDelayMs: 100 });
    const file = join(await temporaryFolder(), 'web.json');
    const apply = async (image: string) => {
      const web = deployment('web', image, 2);
      await writeFile(file, JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', ...web }));
      return kubectl(cluster, 'apply', '-f', file);
    };
    const rollout = () => kubectl(cluster, 'rollout', 'status', 'deployment/web', '--timeout=20s');
    expect(await apply('i:1')).toEqual(['deployment.apps/web created']);
    expect((await rollout()).at(-1)).toBe('deployment "web" successfully rolled out');
    expect(await apply('i:1')).toEqual(['deployment.apps/web unchanged']);
    expect(await apply('i:2')).toEqual(['deployment.apps/web configured']);
    await kubectl(cluster, 'scale', 'deployment/web', '--replicas=3');
    expect((await rollout()).at(-1)).toBe('deployment "web" successfully rolled out');
    await until(async () => (await cluster.names('/api/v1/namespaces/default/pods')).length === 3);
    const wide = await kubectl(cluster, 'get', 'deployment', 'web', '-o', 'wide');
    expect(wide[1]).toMatch(/^web\s+3\/3\s+3\s+3\s+\d+s\s+main\s+i:2\s+app=web$/);
    const image = '-o=jsonpath={.spec.template.spec.containers[0].image}';
    expect(await kubectl(cluster, 'get', 'deployment', 'web', image)).toEqual(['i:2']);
  },
);
