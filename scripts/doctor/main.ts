// `npm run doctor`: is everything that Sluice works with as it should be? It only reads.
import { nodeRender } from '../compile/engine.ts';
import { runDoctor } from './command.ts';

const { status, out, err } = await runDoctor(process.argv.slice(2), {
  // npm runs scripts in the project's folder; people name files from where they are.
  from: process.env['INIT_CWD'] ?? process.cwd(),
  environment: process.env,
  render: nodeRender,
  fetch: globalThis.fetch,
  now: Date.now,
});
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = status;
