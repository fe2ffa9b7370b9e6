/**
 * What survives the local Batch: everything it answered, in the order in which it happened.
 * Restarts are real: a second start on the same folder, once after a SIGKILL.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { script, startBatch, temporaryFolder, until } from './client.ts';

test('a running job starts again with a new attempt, and a finished one does not', async () => {
  const shared = await temporaryFolder();
  const root = await temporaryFolder();
  const env = { SHARED: shared };
  const first = await startBatch({ root, env, parallelJobs: 1 });
  const id = await first.submit([
    script(1, 'echo done'),
    script(2, 'touch $SHARED/started; while ! [ -e $SHARED/go ]; do sleep 0.02; done'),
  ]);
  await until(async () => existsSync(join(shared, 'started')) || null);
  await first.close();
  await writeFile(join(shared, 'go'), '');
  const second = await startBatch({ root, env });
  expect(await second.completed(id)).toMatchObject({ state: 'success', n_succeeded: 2 });
  expect(await second.log(id, 1)).toBe('done\n');
  expect(await second.read(`batches/${id}/jobs/1/attempts`)).toHaveLength(1);
  expect(await second.read(`batches/${id}/jobs/2/attempts`)).toMatchObject([
    { reason: 'deactivated' },
    { reason: 'success' },
  ]);
});

test('after a SIGKILL the orphans of the dead one are ended first', async () => {
  const root = await temporaryFolder();
  const main = join(import.meta.dirname, '../../scripts/batch/main.ts');
  const args = [main, '--port', '0', '--root', root, '--token', 'ci-token', '--billing-project'];
  const child = spawn(process.execPath, [...args, 'test'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line = ''] = await readLines(child.stdout, 1);
  const url = line.split(/\s+/).at(-1);
  const pidFile = join(root, 'pid');
  const job = script(
    1,
    `if [ -e ${pidFile} ]; then exit 0; fi; echo $$ > ${pidFile}; exec sleep 300`,
  );
  const batch = { billing_project: 'test', n_jobs: 1, token: 't' };
  const submitted = await fetch(`${url}/api/v1alpha/batches/create-fast`, {
    method: 'POST',
    headers: { authorization: 'Bearer ci-token' },
    body: JSON.stringify({ batch, bunch: [job] }),
  });
  expect(submitted.status).toBe(200);
  await until(async () => (existsSync(pidFile) && readFileSync(pidFile, 'utf8')) || null);
  child.kill('SIGKILL');
  const again = await startBatch({ root });
  expect(await again.completed(1)).toMatchObject({ state: 'success' });
  const orphan = readFileSync(pidFile, 'utf8').trim();
  await until(async () => (existsSync(`/proc/${orphan}/exe`) ? null : true));
});

test('half a line at the end of the journal is forgotten', async () => {
  const root = await temporaryFolder();
  const first = await startBatch({ root });
  await first.completed(await first.submit([script(1, 'true')], { token: 't' }));
  await first.close();
  await appendFile(join(root, 'journal.jsonl'), '{"kind":"cancel","ba');
  const second = await startBatch({ root });
  expect(await second.batch(1)).toMatchObject({ state: 'success', n_jobs: 1 });
  expect(await second.submit([script(1, 'true')])).toBe(2);
  await second.completed(2);
  const journal = await readFile(join(root, 'journal.jsonl'), 'utf8');
  expect(() =>
    journal
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).not.toThrow();
});

async function readLines(stream: NodeJS.ReadableStream, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}
