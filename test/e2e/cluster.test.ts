// A pull request that deploys: its test makes a namespace of its own on the local Kubernetes and takes it down again, and
// after its landing the status tells what is live. The jobs run the real kubectl; where there is none the test is skipped,
// and its name says why.
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NamespaceStatus } from '../../schemas/cluster-status.ts';
import { WatchedBranches } from '../../schemas/status.ts';
import { approve, type Draft, propose } from '../../scripts/demo/contributor.ts';
import type { Fate } from '../../scripts/demo/fates.ts';
import { git } from '../../scripts/demo/git.ts';
import { alice, bob } from '../../scripts/demo/people.ts';
import { batchesOf, startTestStack, type TestStack, until } from '../support/stack.ts';

const isThere = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const why = isThere ? '' : ' (kubectl is not installed; Debian has it as kubernetes-client)';

const STEPS = `
  - kind: createNamespace
    name: shop
    namespaceName: default
  - kind: deploy
    name: deploy_till
    namespace:
      valueFrom: shop.name
    config: deploy/till.yaml
    wait:
      - kind: Deployment
        name: till
        timeout: 60
    dependsOn:
      - shop
`;

const TILL = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: till
spec:
  replicas: 2
  selector: { matchLabels: { app: till } }
  template:
    metadata: { labels: { app: till } }
    spec:
      containers:
        - name: till
          image: registry.local/till:{{ code.sha }}
`;

const till: Fate = {
  author: alice,
  branch: 'pr/till',
  title: 'Shop: a till',
  body: 'Customers want to pay.',
  edits: { 'build.yaml': (text) => text + STEPS },
  intended: 'landed',
};

let stack: TestStack;
beforeAll(async () => {
  if (isThere) stack = await startTestStack();
});
afterAll(() => stack?.close());

describe('S6.6 S8.4 the local Kubernetes', () => {
  it.skipIf(!isThere)(`a test in a namespace of its own, then a deploy${why}`, async () => {
    const pr = await propose(stack.access, await withTill(await stack.draft(till)));
    const [test] = await until('it is tested', () => batchesOf(stack, `test=1 pr=${pr}`));
    const name = test?.attributes['namespace'] ?? '';
    expect(name).toMatch(new RegExp(`^pr-${pr}-default-[0-9a-f]{12}$`));
    await until('its namespace is known', async () => (await namespaces()).includes(name));
    await approve(stack.access, bob, pr);

    const landed = await stack.history.until('the landing', (events) =>
      events.find((event) => event.kind === 'land.landed' && event.pr === pr),
    );
    const path = `/api/v1/namespaces/${name}`;
    expect(await asked('POST', '/api/v1/namespaces')).toContain(201);
    expect(await asked('DELETE', path)).toEqual([200]);
    await until('it is forgotten', async () => !(await namespaces()).includes(name));

    const live = await until('the till is live', async () =>
      (await deployed()).filter(({ state }) => state === 'ready'),
    );
    expect(live).toMatchObject([
      {
        ...{ name: 'till', kind: 'Deployment', namespace: 'default' },
        deployed_images: [`registry.local/till:${landed.data['landed_sha']}`],
        images: [`registry.local/till:${landed.data['landed_sha']}`],
        ...{ ready_replicas: 2, wanted_replicas: 2 },
      },
    ]);
  });
});

/** The same commit with the configuration in it. */
async function withTill({ fate, folder }: Draft): Promise<Draft> {
  await mkdir(join(folder, 'deploy'), { recursive: true });
  await writeFile(join(folder, 'deploy', 'till.yaml'), TILL);
  await git(folder, ['add', '--all']);
  await git(folder, ['commit', '--quiet', '--amend', '--no-edit'], fate.author);
  return { fate, folder, sha: await git(folder, ['rev-parse', 'HEAD']) };
}

const status = async (path: string): Promise<unknown> =>
  (await fetch(`${stack.stack.sluice.url}/api/v1alpha/${path}`)).json();

async function namespaces(): Promise<string[]> {
  const known = z.array(NamespaceStatus).parse(await status('namespaces'));
  return known.map(({ namespace }) => namespace);
}

async function deployed() {
  const { branches } = WatchedBranches.parse(await status('watched_branches'));
  return branches.flatMap((branch) => branch.deployed_services);
}

const log = z.object({
  requests: z.array(
    z.object({ method: z.string(), path: z.string(), status: z.number().nullable() }),
  ),
});

/** The statuses that such requests to the cluster have got. */
async function asked(method: string, path: string) {
  const answer = await fetch(`${stack.stack.kubernetes.url}/_kubernetes/requests`);
  return log
    .parse(await answer.json())
    .requests.filter((request) => request.method === method)
    .filter((request) => request.path.split('?')[0] === path)
    .map((request) => request.status);
}
