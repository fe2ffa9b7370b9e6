/**
 * A batch of 3,000 jobs: bunches, commit, list, cancel, restart. The bounds are wide, so that a
 * noisy machine passes and a quadratic mistake does not.
 */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { batchBody, script, startBatch } from './client.ts';

const size = 3000;
const bunchSize = 1024;
const page = z.object({
  jobs: z.array(z.object({ job_id: z.number(), state: z.string() })),
  last_job_id: z.number().optional(),
});

test('S6.1 3,000 jobs are created, listed, cancelled, and there after a restart', async () => {
  const ci = await startBatch({ parallelJobs: 1 });
  const started = performance.now();
  await ci.send('POST', 'batches/create', batchBody(size));
  const ids = Array.from({ length: size }, (_, i) => i + 1);
  const bunches = [0, 1, 2].map((n) => ids.slice(n * bunchSize, (n + 1) * bunchSize));
  const jobs = (bunch: readonly number[]) =>
    bunch.map((id) =>
      script(id, 'sleep 60', id % 3 === 0 ? { in_update_parent_ids: [id - 1] } : {}),
    );
  const sent = await Promise.all(
    bunches.map((bunch) => ci.send('POST', 'batches/1/updates/1/jobs/create', jobs(bunch))),
  );
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await ci.send('PATCH', 'batches/1/updates/1/commit')).status).toBe(200);
  expect(await ci.batch(1)).toMatchObject({ n_jobs: size, state: 'running' });

  const seen: number[] = [];
  let after: number | undefined = 0;
  while (after !== undefined) {
    const path: string = `batches/1/job-groups/0/jobs?recursive=True&last_job_id=${after}`;
    const listed: z.infer<typeof page> = page.parse(await ci.read(path));
    seen.push(...listed.jobs.map((job) => job.job_id));
    after = listed.last_job_id;
  }
  expect(seen).toEqual(ids);

  expect((await ci.send('PATCH', 'batches/1/job-groups/0/cancel')).status).toBe(200);
  const over = { state: 'cancelled', n_cancelled: size, n_completed: size };
  expect(await ci.completed(1)).toMatchObject(over);
  await ci.close();
  const again = await startBatch({ root: ci.root });
  expect(await again.batch(1)).toMatchObject({ ...over, complete: true });
  expect(performance.now() - started).toBeLessThan(20_000);
});
