// `npm run doctor`: is everything that Sluice works with as it should be? It only reads,
// but for --live.
import { setTimeout as wait } from 'node:timers/promises';
import { nodeRender } from '../compile/engine.ts';
import { runDoctor } from './command.ts';

const { status, out, err } = await runDoctor(process.argv.slice(2), {
  // npm runs scripts in the project's folder; people name files from where they are.
  from: process.env['INIT_CWD'] ?? process.cwd(),
  environment: process.env,
  render: nodeRender,
  fetch: globalThis.fetch,
  now: Date.now,
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
  interruption,
});
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = status;

/** The first Ctrl-C asks to come to an end; the second ends it. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => controller.abort());
  return controller.signal;
}
