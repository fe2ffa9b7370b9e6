// The forge or the local Batch as a program of its own, so that it can be killed: `server.ts forge|batch OPTIONS`, the
// options as JSON. Says where it is to the process that started it, and ends with it. Run as a program, never imported.
import { startLocalBatch } from '../batch/local-batch.ts';
import { startForge } from '../forge/forge.ts';
import type { NewRepository } from '../forge/repositories.ts';

const [kind, json = '{}'] = process.argv.slice(2);
/** `aheadMs`: how wrong its clock goes. Our own parent's writing, so that it needs no schema. */
const { aheadMs, ...options } = JSON.parse(json);
const common = {
  ...options,
  clock: () => new Date(Date.now() + aheadMs),
  log: (line: string) => console.error(line),
};

process.once('disconnect', () => process.exit(1));
if (kind === 'forge') {
  const forge = await startForge(common);
  process.on('message', (wanted: NewRepository) =>
    forge.createRepository(wanted).then(
      () => process.send?.({ error: null }),
      (error: unknown) => process.send?.({ error: String(error) }),
    ),
  );
  process.send?.({ url: forge.url, secureUrl: forge.secureUrl, caPath: forge.caPath });
} else {
  const { url, secureUrl, caPath, bucketDir, sandbox } = await startLocalBatch(common);
  process.send?.({ url, secureUrl, caPath, bucketDir, sandbox });
}
