// What the Worker costs in workerd: CPU of its start, a pass, each page and a webhook, and webhooks a second, beside
// those of a Worker that does nothing. CPU is the whole process's, so production can only be cheaper.
import { performance } from 'node:perf_hooks';
import { sendWebhooks } from './ask.ts';
import { type Figure, figure, median } from './figure.ts';
import { atLeast, atMost, type Limit } from './limit.ts';
import { PAGES } from './pages.ts';
import { WorkerAtWork } from './worker-at-work.ts';
import { type Built, withBuilt } from './workerd.ts';

const SIZES = [1, 1_000];
const STARTS = 5;
/** The system counts CPU in ticks of 10 ms, so a mean is of so much of it that a tick is little, or of so many times. */
const ENOUGH_CPU_MS = 300;
const PASSES = { least: 10, most: 30 };
const VIEWS = { least: 20, most: 500 };
const WEBHOOKS = 1_000;
/** Of so many webhooks each. */
const ROUNDS = 6;

/** The names of what a Worker that does nothing takes, in the place of a page and of a webhook. */
export const IDLE_REQUEST = 'request of an idle Worker: CPU';
const IDLE_WEBHOOK = 'webhook to an idle Worker';
export const IDLE_WEBHOOK_CPU = `${IDLE_WEBHOOK}: CPU`;
export const IDLE_WEBHOOK_RATE = `${IDLE_WEBHOOK}: answered, best`;
export const WEBHOOK_RATE = 'webhook: from HMAC to durable mark, best';

export const CPU_LIMITS: readonly Limit[] = [
  atMost('pass, nothing changed: CPU', 1_000, 150),
  atMost('pass, nothing changed: requests', 1_000, 60),
  ...SIZES.flatMap((open) => [
    atMost('webhook: CPU', open, 2),
    atMost('webhook: requests', open, 0),
    atLeast(WEBHOOK_RATE, open, 1_500),
  ]),
];

export const cpuFigures = (): Promise<Figure[]> =>
  withBuilt(async (built) => {
    const figures = [await startFigure(built), ...(await idleFigures(built))];
    for (const size of SIZES)
      figures.push(
        ...(await WorkerAtWork.with(built.sluice, size, (worker) => figuresAt(worker, size))),
      );
    return figures;
  });

/** Beyond what a Worker takes that does nothing. */
async function startFigure({ sluice, idle }: Built): Promise<Figure> {
  const [starts, without]: [number[], number[]] = [[], []];
  for (let start = 0; start < STARTS; start++) {
    for (const [folder, times] of [
      [sluice, starts],
      [idle, without],
    ] as const) {
      const worker = await WorkerAtWork.start(folder);
      await worker.view('/healthcheck');
      times.push(worker.cpuMs());
      await worker.stop();
    }
  }
  const more = Math.max(0, median(starts) - median(without));
  return figure('start: CPU until the first answer', 1, more, 'ms');
}

async function idleFigures({ idle }: Built): Promise<Figure[]> {
  const worker = await WorkerAtWork.start(idle);
  try {
    const view = await meanCpu(worker, VIEWS, () => worker.view('/'));
    const { cpu, best } = await webhookRounds(worker);
    return [
      figure(IDLE_REQUEST, 1, view, 'ms'),
      figure(IDLE_WEBHOOK_CPU, 1, cpu, 'ms'),
      figure(IDLE_WEBHOOK_RATE, 1, best, 'per second'),
    ];
  } finally {
    await worker.stop();
  }
}

async function figuresAt(worker: WorkerAtWork, open: number): Promise<Figure[]> {
  const figures = await passFigures(worker, open);
  for (const [name, path] of Object.entries(PAGES)) {
    for (let view = 0; view < VIEWS.least; view++) await worker.view(path);
    const cpu = await meanCpu(worker, VIEWS, () => worker.view(path));
    figures.push(figure(`${name}: CPU`, open, cpu, 'ms'));
  }
  return [...figures, ...(await webhookFigures(worker, open))];
}

async function passFigures(worker: WorkerAtWork, open: number): Promise<Figure[]> {
  const asked = worker.outside.asked;
  let passes = 0;
  const cpu = await meanCpu(worker, PASSES, () => {
    passes += 1;
    return worker.pass();
  });
  const requests = (worker.outside.asked - asked) / passes;
  return [
    figure('pass, nothing changed: CPU', open, cpu, 'ms'),
    figure('pass, nothing changed: requests', open, requests, 'requests'),
  ];
}

/** While GitHub keeps a pass waiting, so that nothing else takes any CPU or asks for anything. */
async function webhookFigures(worker: WorkerAtWork, open: number): Promise<Figure[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.outside.silence = promise;
  // Begins the pass that waits.
  await sendWebhooks(worker.url, WEBHOOKS, 'warm-up');
  await worker.settled();
  const { cpu, requests, best, middle } = await webhookRounds(worker);
  worker.outside.silence = null;
  resolve();
  await worker.settled();
  return [
    figure('webhook: CPU', open, cpu, 'ms'),
    figure('webhook: requests', open, requests, 'requests'),
    figure(WEBHOOK_RATE, open, best, 'per second'),
    figure('webhook: from HMAC to durable mark, median', open, middle, 'per second'),
  ];
}

/** The medians of the rounds' means, and how many a second in the best round and in the middle one. */
async function webhookRounds(worker: WorkerAtWork) {
  const rounds: { cpu: number; requests: number; rate: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [cpu, asked, time] = [worker.cpuMs(), worker.outside.asked, performance.now()];
    await sendWebhooks(worker.url, WEBHOOKS, `round-${round}`);
    const seconds = (performance.now() - time) / 1_000;
    rounds.push({
      cpu: (worker.cpuMs() - cpu) / WEBHOOKS,
      requests: (worker.outside.asked - asked) / WEBHOOKS,
      rate: WEBHOOKS / seconds,
    });
  }
  const rates = rounds.map(({ rate }) => rate);
  return {
    cpu: median(rounds.map(({ cpu }) => cpu)),
    // On a slow machine the pass that waits gives up waiting and asks again: one request, of one round.
    requests: median(rounds.map(({ requests }) => requests)),
    // What else runs on the machine makes a round slower, never faster.
    best: Math.max(...rates),
    middle: median(rates),
  };
}

/** Until it is enough to be exact: the mean of all times. */
async function meanCpu(
  worker: WorkerAtWork,
  { least, most }: { readonly least: number; readonly most: number },
  work: () => Promise<void>,
): Promise<number> {
  const before = worker.cpuMs();
  for (let times = 1; ; times++) {
    await work();
    const cpu = worker.cpuMs() - before;
    if (times >= most || (times >= least && cpu >= ENOUGH_CPU_MS)) return cpu / times;
  }
}
