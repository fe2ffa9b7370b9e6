/**
 * The pages of the local Batch: all batches, one batch with its jobs, one job with its logs.
 * Readable without login, because whoever reaches this machine's port may read its files anyway.
 */
import { open } from 'node:fs/promises';
import { Hono } from 'hono';
import type { Engine } from '../engine.ts';
import { committedJobs, containerNames } from '../record.ts';
import { notFound } from '../refusal.ts';
import { idOf } from '../routes/request.ts';
import { logPath } from '../runner.ts';
import { describeIoMode, type IoMode } from '../sandbox.ts';
import { batchBody } from './batch.ts';
import { batchListBody } from './batch-list.ts';
import { type JobLog, jobBody } from './job.ts';
import { page } from './layout.ts';

const batchesShown = 200;
/** Of a long log, the end is shown: that is where the reason is. */
const logBytesShown = 256 * 1024;

export function pageRoutes(engine: Engine, ioMode: IoMode): Hono {
  const routes = new Hono();
  const footer = `Sandbox: ${describeIoMode(ioMode)}.`;
  const batchOf = (id: number) => {
    const batch = engine.store.batch(id);
    if (!batch) throw notFound();
    return batch;
  };

  routes.get('/', (c) => c.redirect('/batches'));
  routes.get('/batches', (c) => {
    const batches = [...engine.store.batches.values()].filter((batch) => !batch.deleted).reverse();
    const changing = batches.some((batch) => batch.root.state === 'running');
    const body = batchListBody(batches.slice(0, batchesShown), engine.now());
    return c.html(page({ title: 'Batches', body, changing, footer }));
  });
  routes.get('/batches/:batch', (c) => {
    const batch = batchOf(idOf(c, 'batch'));
    const body = batchBody(batch, committedJobs(batch), engine.now());
    const changing = batch.root.state === 'running';
    return c.html(page({ title: `Batch ${batch.id}`, body, changing, footer }));
  });
  routes.get('/batches/:batch/jobs/:job', async (c) => {
    const batch = batchOf(idOf(c, 'batch'));
    const job = committedJobs(batch).find((candidate) => candidate.id === idOf(c, 'job'));
    if (!job) throw notFound();
    const logs: JobLog[] = [];
    for (const attempt of job.attempts) {
      const folder = engine.attemptFolder(batch.id, job.id, attempt.id);
      for (const name of containerNames.filter((name) => attempt.containers[name])) {
        logs.push({ attempt: attempt.id, name, text: await logEnd(logPath(folder, name)) });
      }
    }
    const body = jobBody(batch, job, logs);
    const changing = batch.root.state === 'running';
    return c.html(page({ title: `Batch ${batch.id}, job ${job.id}`, body, changing, footer }));
  });
  return routes;
}

async function logEnd(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const start = Math.max(0, size - logBytesShown);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(size - start),
      position: start,
    });
    const text = buffer.toString('utf8', 0, bytesRead);
    return start > 0 ? `… ${start} bytes before this …\n${text}` : text;
  } catch {
    return ''; // The container has not written anything yet.
  }
}
