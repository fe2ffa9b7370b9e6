// What the Worker costs in workerd: CPU of a webhook, a pass and each page, webhooks a second, memory, size and
// start. CPU is the whole process's, the platform's own share with it, so production can only be cheaper.
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_URL, GITHUB_URL, Outside } from '../sim/world/outside.ts';
import { BranchAtWork } from './branch-at-work.ts';
import { type Figure, figure, median } from './figure.ts';
import { type Built, build, buildEmpty, MANAGE_TOKEN, WEBHOOK_SECRET, Workerd } from './workerd.ts';

const STARTS = 5;
const ATTEMPTS = 120;
const ATTEMPT_MS = 1_000;
const PASSES = 10;
const PAGE_VIEWS = 20;
const WEBHOOKS = 1_000;
/** Of so many webhooks each. */
const ROUNDS = 6;
const AT_ONCE = 32;
/** Nothing was asked of anybody for so long: the pass is over. */
const QUIET_MS = 600;

const SETTINGS = {
  public_url: 'https://sluice.test',
  github: { api_url: GITHUB_URL, git_url: GITHUB_URL, web_url: GITHUB_URL },
  batch: { url: BATCH_URL, billing_project: 'test', user: 'ci' },
  developers: ['alice', 'bob'],
  storage_uri: 'gs://bench',
  docker_prefix: 'registry.test/bench',
  poll_every_seconds: 3600,
  branches: [{ branch: 'acme/bakery:main' }],
  public_reading: true,
};

const PAGES = {
  'page of the branches': '/',
  'page of the pull requests': '/prs',
  'page of one pull request': '/acme/bakery/pull/1',
  'page of the namespaces': '/namespaces',
  'JSON of all pull requests': '/api/v1alpha/watched_branches/main/prs',
  'JSON of the branches': '/api/v1alpha/watched_branches',
};

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

export async function cpuFigures(sizes: readonly number[] = [1, 1_000]): Promise<Figure[]> {
  const built = build();
  const figures = [
    figure('bundle: uploaded', 1, built.kib, 'KiB'),
    figure('bundle: gzipped', 1, built.gzipKib, 'KiB'),
    ...(await startFigures(built)),
  ];
  for (const size of sizes) figures.push(...(await figuresAt(built, size)));
  return figures;
}

/** Beyond what a Worker takes that does nothing. */
async function startFigures(built: Built): Promise<Figure[]> {
  const empty = buildEmpty();
  const [starts, without]: [number[], number[]] = [[], []];
  for (let start = 0; start < STARTS; start++) {
    for (const [worker, times] of [
      [built, starts],
      [empty, without],
    ] as const) {
      const { github, batch } = new BranchAtWork({});
      const running = await Workerd.start(worker, SETTINGS, new Outside(github, batch));
      await ask(running, 'GET', '/healthcheck');
      times.push(running.cpuMs());
      await running.stop();
    }
  }
  const more = Math.max(0, median(starts) - median(without));
  return [figure('start: CPU until the first answer', 1, more, 'ms')];
}

async function figuresAt(built: Built, open: number): Promise<Figure[]> {
  const branch = new BranchAtWork({ runningTestsMax: open });
  branch.openPulls(open);
  await branch.settle();
  branch.passBatches();
  await branch.settle();
  const outside = new Outside(branch.github, branch.batch);
  const worker = await Workerd.start(built, SETTINGS, outside);
  try {
    const figures: Figure[] = [];
    await untilRead(worker, outside);
    for (let pass = 0; pass < 2; pass++) await settled(worker, outside, () => update(worker));
    figures.push(...(await passFigures(worker, outside, open)));
    for (const [name, path] of Object.entries(PAGES))
      figures.push(await viewFigure(worker, name, path, open));
    figures.push(...(await webhookFigures(worker, outside, open)));
    figures.push(figure('memory of workerd', open, worker.memoryMib(), 'MiB'));
    return figures;
  } finally {
    await worker.stop();
  }
}

/** A machine with much else to do may take long over the first pass. */
async function untilRead(worker: Workerd, outside: Outside): Promise<void> {
  await update(worker);
  for (let attempt = 1; ; attempt++) {
    try {
      await ask(worker, 'GET', PAGES['page of one pull request']);
      return await settled(worker, outside, () => update(worker));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(ATTEMPT_MS);
    }
  }
}

async function passFigures(worker: Workerd, outside: Outside, open: number): Promise<Figure[]> {
  const cpu: number[] = [];
  const asked = outside.asked;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = worker.cpuMs();
    await settled(worker, outside, () => update(worker));
    cpu.push(worker.cpuMs() - before);
  }
  return [
    figure('pass, nothing changed: CPU', open, median(cpu), 'ms'),
    figure(
      'pass, nothing changed: requests',
      open,
      (outside.asked - asked) / PASSES,
      'requests',
    ),
  ];
}

async function viewFigure(worker: Workerd, name: string, path: string, n: number): Promise<Figure> {
  for (let view = 0; view < PAGE_VIEWS; view++) await ask(worker, 'GET', path);
  const before = worker.cpuMs();
  for (let view = 0; view < PAGE_VIEWS; view++) await ask(worker, 'GET', path);
  return figure(`${name}: CPU`, n, (worker.cpuMs() - before) / PAGE_VIEWS, 'ms');
}

/** While GitHub keeps the pass waiting, so that there is nothing else that takes any CPU. */
async function webhookFigures(worker: Workerd, outside: Outside, n: number): Promise<Figure[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  outside.silence = promise;
  const asked = outside.asked;
  await webhooks(worker, WEBHOOKS, 'warm-up');
  const rounds: { each: number; rate: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [cpu, time] = [worker.cpuMs(), performance.now()];
    await webhooks(worker, WEBHOOKS, `round-${round}`);
    const seconds = (performance.now() - time) / 1_000;
    rounds.push({ each: (worker.cpuMs() - cpu) / WEBHOOKS, rate: WEBHOOKS / seconds });
  }
  const requests = outside.asked - asked;
  outside.silence = null;
  resolve();
  // What else runs on the machine makes a round slower, never faster.
  const best = Math.max(...rounds.map(({ rate }) => rate));
  return [
    figure('webhook: CPU', n, median(rounds.map(({ each }) => each)), 'ms'),
    figure('webhook: requests', n, requests / (WEBHOOKS * ROUNDS), 'requests'),
    figure('webhook: from HMAC to durable mark', n, best, 'per second'),
  ];
}

async function webhooks(worker: Workerd, count: number, name: string): Promise<void> {
  let sent = 0;
  const sendSome = async (): Promise<void> => {
    for (let id = sent++; id < count; id = sent++) await webhook(worker, `${name}-${id}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
}

async function webhook(worker: Workerd, delivery: string): Promise<void> {
  const body = JSON.stringify({
    action: 'labeled',
    repository: { full_name: 'acme/bakery' },
    pull_request: { number: 1, base: { ref: 'main' } },
    // GitHub's own are so long.
    padding: 'x'.repeat(20_000),
  });
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
  await ask(worker, 'POST', '/github_callback', body, {
    'x-github-event': 'pull_request',
    'x-github-hook-id': '1',
    'x-github-delivery': delivery,
    'x-hub-signature-256': `sha256=${digest}`,
  });
}

const update = (worker: Workerd): Promise<void> =>
  ask(worker, 'POST', '/api/v1alpha/update', '{}', { authorization: `Bearer ${MANAGE_TOKEN}` });

/** Begins something, and waits until nothing is asked and nothing computed any more. */
async function settled(
  worker: Workerd,
  outside: Outside,
  begin: () => Promise<void>,
): Promise<void> {
  await begin();
  let seen = { asked: -1, cpu: -1, at: performance.now() };
  while (performance.now() - seen.at < QUIET_MS) {
    await sleep(QUIET_MS / 10);
    const now = { asked: outside.asked, cpu: worker.cpuMs() };
    if (now.asked !== seen.asked || now.cpu !== seen.cpu)
      seen = { ...now, at: performance.now() };
  }
}

function ask(
  { url }: Workerd,
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, agent }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        const status = answer.statusCode ?? 0;
        if (status < 300) resolve();
        else reject(new Error(`${method} ${path} was answered with ${status}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
