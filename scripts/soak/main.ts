// `npm run --silent soak -- --minutes M`: many branches and pull requests, hundreds of events a minute, on workerd with its
// real storage. Samples its memory and its files each minute. Exit code 1 when they do not stay flat.
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookEvent } from '../../schemas/github-webhook.ts';
import { giveUp, readCount, readOptions } from '../command-line.ts';
import { createPrng } from '../sim/history/prng.ts';
import { BatchWorld } from '../sim/world/batch-world.ts';
import { GithubWorld } from '../sim/world/github-world.ts';
import { findPorts } from '../start/ports.ts';
import { buildBundle } from '../workerd/bundle.ts';
import { spawnWorkerd } from '../workerd/workerd-process.ts';
import { heading, row, type Sample, verdictOf } from './samples.ts';
import { readTables } from './tables.ts';
import { branchNames, endTests, happen, openEverything, REPOSITORY } from './traffic.ts';
import { serveWorlds } from './world-server.ts';

const usage = `usage: npm run --silent soak -- [OPTIONS]

  --minutes M    how long, at least 3 (default: 60)
  --branches N   watched branches (default: 20)
  --pulls N      open pull requests, of all branches (default: 1000)
  --rate N       what people do, events a minute (default: 200)
  --seed S       which events (default: 1)
  --help         this text

It needs Linux, whose /proc tells of workerd's memory. The log is in .sluice/soak. Exit code 1 if anything grows.
`;
const values = readOptions(
  {
    minutes: { type: 'string', default: '60' },
    branches: { type: 'string', default: '20' },
    pulls: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
  usage,
);
const minutes = readCount('minutes', values.minutes, 3);
const branches = branchNames(readCount('branches', values.branches, 1));
const pulls = readCount('pulls', values.pulls, 1);
const rate = readCount('rate', values.rate, 1);
const prng = createPrng(readCount('seed', values.seed, 0));

if (!existsSync('/proc/self/status')) giveUp('the soak needs Linux: it reads /proc', 1);

const home = join(import.meta.dirname, '..', '..', '.sluice', 'soak');
const storage = join(home, 'state');
const logFile = join(home, 'sluice.log');
const SECRETS = {
  GITHUB_TOKEN: 'soak-github-token',
  GITHUB_WEBHOOK_SECRET: 'soak-webhook-secret',
  BATCH_TOKEN: 'soak-batch-token',
  CALLBACK_SECRET: 'soak-callback-secret',
  MANAGE_TOKEN: 'soak-manage-token',
};

rmSync(home, { recursive: true, force: true });
mkdirSync(home, { recursive: true });
const [port = 0, worldPort = 0] = await findPorts(24_000, 2);
const world = `http://127.0.0.1:${worldPort}`;
const callbacks = new Map<string, string>();
let [isListening, webhooks] = [false, 0];

const github = new GithubWorld(REPOSITORY, Date.now, (event) => {
  if (!isListening) return;
  webhooks += 1;
  void deliver(event);
});
github.pullsPerPage = 25;
const batch = new BatchWorld(Date.now, ({ id, token }) => void callBack(id, token));
batch.batchesPerPage = 50;

/** As GitHub does it: signed, once, and whoever does not answer has not heard. */
async function deliver({ name, body }: WebhookEvent): Promise<void> {
  const text = JSON.stringify(body);
  const mac = createHmac('sha256', SECRETS.GITHUB_WEBHOOK_SECRET).update(text).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-github-event': name,
    'x-hub-signature-256': `sha256=${mac}`,
  };
  await post(`http://127.0.0.1:${port}/github_callback`, text, headers);
}

async function callBack(id: number, token: string): Promise<void> {
  const url = callbacks.get(token);
  callbacks.delete(token);
  if (url !== undefined) await post(url, JSON.stringify({ id }), {});
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body });
    await response.body?.cancel();
  } catch {
    // What was not heard is found by the next poll.
  }
}

openEverything(github, branches, pulls);
const server = await serveWorlds(worldPort, github, batch, callbacks);
const workerd = spawnWorkerd({
  bundle: await buildBundle(join(home, 'bundle')),
  ...{ port, storage, logFile },
  variables: {
    ...SECRETS,
    SLUICE_CONFIG: JSON.stringify({
      public_url: `http://127.0.0.1:${port}`,
      github: { api_url: world, git_url: world, web_url: world },
      batch: { url: world, billing_project: 'soak' },
      developers: ['alice', 'bob'],
      storage_uri: 'gs://soak',
      docker_prefix: 'registry.local',
      branches: branches.map((name) => ({
        branch: `${REPOSITORY}:${name}`,
        check_name: name,
      })),
    }),
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void workerd.kill().then(() => process.exit(130)));

async function sample(minute: number): Promise<Sample> {
  const start = performance.now();
  const path = `/api/v1alpha/watched_branches/${branches[0]}/prs`;
  const headers = { authorization: `Bearer ${SECRETS.MANAGE_TOKEN}` };
  await (await fetch(`${workerd.url}${path}`, { headers })).text();
  const statusMs = Math.round(performance.now() - start);
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${workerd.pid}/status`, 'utf8')) ?? [];
  return {
    ...{ minute, webhooks, statusMs },
    requests: server.count,
    landed: github.landings.length,
    open: Object.values(github.view.pulls).filter(({ state }) => state === 'open').length,
    memoryBytes: Number(kilobytes) * 1024,
    tables: readTables(storage),
  };
}

async function soak(): Promise<Sample[]> {
  await workerd.ready();
  isListening = true;
  console.log(heading());
  const samples: Sample[] = [];
  const start = performance.now();
  for (let done = 0, minute = 1; minute <= minutes; ) {
    const passed = (performance.now() - start) / 60_000;
    for (; done < passed * rate; done++) happen(github, branches, pulls, prng);
    endTests(batch, Date.now(), prng);
    if (passed >= minute) {
      const measured = await sample(minute);
      samples.push(measured);
      console.log(row(measured));
      minute += 1;
    }
    await sleep(100);
  }
  return samples;
}

let code = 1;
try {
  const verdict = verdictOf(await soak());
  for (const sentence of verdict.sentences) console.log(sentence);
  code = verdict.isFlat ? 0 : 1;
} catch (error) {
  console.error(error);
} finally {
  await workerd.kill();
  server.close();
  process.exit(code);
}
