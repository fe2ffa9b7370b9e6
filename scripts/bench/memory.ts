// What the Worker holds in memory at its most, with so many open pull requests: what its isolate has on its heap and beside
// it, which is what the platform limits, by workerd's inspector; and what the whole process has of the machine.
import { setTimeout as sleep } from 'node:timers/promises';
import { sendWebhooks } from './ask.ts';
import { type Figure, figure } from './figure.ts';
import { Inspector } from './inspector.ts';
import { atMost, type Limit } from './limit.ts';
import { PAGES } from './pages.ts';
import { WorkerAtWork } from './worker-at-work.ts';
import { withBuilt } from './workerd.ts';

const SIZES = [1, 1_000];
const LOOK_EVERY_MS = 20;
const PASSES = 5;
const VIEWS = 20;
const WEBHOOKS = 3_000;
export const MOST_SEEN = 'memory of the isolate: most seen';
const LEAST_SEEN = 'memory of the isolate: least seen';

/** Cloudflare's for an isolate. */
export const MEMORY_LIMITS: readonly Limit[] = [atMost(MOST_SEEN, 1_000, 128)];

export const memoryFigures = (): Promise<Figure[]> =>
  withBuilt(async ({ sluice }) => {
    const figures: Figure[] = [];
    for (const open of SIZES) {
      const work = (worker: WorkerAtWork) => figuresAt(worker, open);
      figures.push(...(await WorkerAtWork.with(sluice, open, work, true)));
    }
    return figures;
  });

async function figuresAt(worker: WorkerAtWork, open: number): Promise<Figure[]> {
  const inspector = await Inspector.of(worker.workerd);
  const seen: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      seen.push(await inspector.memoryMb());
      await sleep(LOOK_EVERY_MS);
    }
  })();
  try {
    await doEverything(worker);
  } finally {
    isOver = true;
    await watching;
    inspector.close();
  }
  return [
    figure(MOST_SEEN, open, Math.max(...seen), 'MB'),
    figure(LEAST_SEEN, open, Math.min(...seen), 'MB'),
    figure('memory of all of workerd', open, worker.workerd.memoryMb(), 'MB'),
  ];
}

async function doEverything(worker: WorkerAtWork): Promise<void> {
  for (let pass = 0; pass < PASSES; pass++) await worker.pass();
  for (const path of Object.values(PAGES))
    for (let view = 0; view < VIEWS; view++) await worker.view(path);
  await sendWebhooks(worker.url, WEBHOOKS, 'burst');
  await worker.settled();
}
