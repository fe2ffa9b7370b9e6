// A deploy that replaces the very things that carry it out: its jobs put another Sluice in the place of the one that has
// started it, and kill the Batch that they run in. All are real processes, and what came of it is asked from outside:
// of Batch's records, the forge's git, and what the deployed services were told.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type People, peopleOf } from '../../scripts/kill/people.ts';
import { startTown, type Town } from '../../scripts/kill/town.ts';
import { type Witness, witnessOf } from '../../scripts/kill/witness.ts';
import { createClosing } from '../../scripts/start/closing.ts';
import { until } from '../support/stack.ts';

/** Away from the ports of the other files. */
const FIRST_PORT = 28_500 + (process.pid % 200) * 10;

/** Each deploy waits for two processes to start, on a machine that does other things, too. */
const PATIENCE_MS = 60_000;

const closing = createClosing();
/** What the jobs of deploys have done to the cluster, in their order: what, and of which commit. */
const done: string[] = [];
const started = Promise.withResolvers<Town>();
let town: Town;
let people: People;
let witness: Witness;

/**
 * What jobs ask for: a thing is replaced once for each commit, however often its job is run. Of the commits only the
 * first passes its smoke test.
 */
const cluster = createServer(async ({ url = '' }, response) => {
  const [, what = '', sha = ''] = url.split('/');
  const isNew = !done.includes(`${what} ${sha}`);
  done.push(`${what} ${sha}`);
  const { replaceSluice, kill } = await started.promise;
  if (what === 'sluice' && isNew) await replaceSluice();
  if (what === 'batch' && isNew) await kill('batch');
  const [first] = done.filter((line) => line.startsWith('smoke-test'));
  response.statusCode = what !== 'smoke-test' || first === `${what} ${sha}` ? 200 : 500;
  response.end();
});

const step = (name: string, ask: string, after: readonly string[] = []) => `
  - kind: runImage
    name: ${name}
    image: debian
    script: |
      node -e "fetch('${ask}/{{ code.sha }}').then(({ ok }) => process.exit(ok ? 0 : 1))"
    scopes: [deploy]
    timeout: 60
    dependsOn: [${['check', ...after].join(', ')}]`;

const buildYaml = (url: string): string => `steps:
  - kind: runImage
    name: check
    image: debian
    script: "true"${step('deploy_sluice', `${url}/sluice`)}${step('deploy_batch', `${url}/batch`)}${step(
      'smoke_test',
      `${url}/smoke-test`,
      ['deploy_sluice', 'deploy_batch'],
    )}
`;

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-redeploy-'));
  closing.add('folder', () => rmSync(home, { recursive: true, force: true }));
  await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve));
  closing.add('cluster', () => void cluster.close());
  const { port } = cluster.address() as AddressInfo;
  town = await startTown(home, FIRST_PORT, closing, {
    build: buildYaml(`http://127.0.0.1:${port}`),
  });
  started.resolve(town);
  [people, witness] = [peopleOf(town.stack), witnessOf(town.stack)];
});
afterAll(() => closing.closeAll((trouble) => process.stderr.write(`${trouble}\n`)));

const timesDone = (what: string, sha: string): number =>
  done.filter((line) => line === `${what} ${sha}`).length;

/** Known as what it became, once, by one batch that ran to its end, though both were replaced meanwhile. */
async function expectDeployed(sha: string, how: 'succeeded' | 'failed'): Promise<void> {
  const { events } = await town.stack.api.eventsAfter(0);
  const told = events.filter(({ kind, data }) => kind.startsWith('deploy.') && data['sha'] === sha);
  expect(told.map(({ kind }) => kind)).toEqual(['deploy.started', `deploy.${how}`]);
  const batches = (await witness.batches()).filter(({ attributes }) => attributes['deploy']);
  expect(batches.filter(({ attributes }) => attributes['sha'] === sha)).toMatchObject([
    { complete: true, state: how === 'succeeded' ? 'success' : 'failure', n_jobs: 4 },
  ]);
  expect(timesDone('smoke-test', sha)).toBe(1);
  expect([timesDone('sluice', sha) > 0, timesDone('batch', sha) > 0]).toEqual([true, true]);
}

/** @returns the commit that main is at, once its deploy has come to this */
const deployed = (ended: 'success' | 'failure') =>
  until(
    `a deploy is told as ${ended}`,
    async () => {
      const branch = await witness.branch().catch(() => undefined);
      const sha = branch?.deploy_state === ended ? branch.deploy_sha : null;
      return sha !== null && sha === branch?.sha ? sha : false;
    },
    PATIENCE_MS,
  );

const alerts = (): string[] =>
  readFileSync(town.stack.sluice.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"alert"'));

describe('S8.1 S2.4 S9.3 a deploy replaces Sluice and Batch under itself', () => {
  let first: string;

  it('runs once to its end, and is told once', async () => {
    first = await deployed('success');
    await expectDeployed(first, 'succeeded');
  });

  it('S7 S8.3 a pull request lands after it, and its deploy, which fails, is told once', async () => {
    const pr = await people.propose('spelt', 'sacks/spelt.txt', 'spelt\n');
    await people.approve(pr);
    const second = await deployed('failure');
    await expectDeployed(second, 'failed');
    const [landed] = await witness.main(null);
    expect(landed).toMatchObject({ sha: second, parents: [first] });
    expect(landed?.subject).toContain(`(#${pr})`);
    expect(await witness.open()).toEqual(new Set());
    await until('somebody is told', async () => alerts(), PATIENCE_MS);
    await town.replaceSluice();
    await witness.branch();
    expect(alerts()).toEqual([expect.stringContaining('deploy_failed')]);
    expect(witness.crashes(0)).toEqual([]);
  });
});
