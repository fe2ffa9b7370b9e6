// `npm run bench`: what Sluice costs and how fast it is, as tables, as JSON, or written into docs/performance.md; and
// by name the benches that know a limit: exit code 1 when one of their figures is over it.
import { parseArgs } from 'node:util';
import { giveUp } from '../command-line.ts';
import { benchBundle } from './bundle.ts';
import { benchCalls } from './calls.ts';
import { benchCompile, compileFigures } from './compile.ts';
import { costFigures } from './cost.ts';
import { cpuFigures } from './cpu.ts';
import { type Figure, tableOf } from './figure.ts';
import { landingFigures } from './landings.ts';
import { requestFigures } from './requests.ts';
import { writeDocument } from './write-document.ts';

const USAGE = `usage: npm run --silent bench -- [NAME] [--json] [--write]

Without a NAME everything is measured, which takes some minutes.

  requests    requests of each event, and how many one after the other
  landings    test batches and time to land K pull requests
  cpu         CPU, webhooks a second, memory, size and start, in workerd (on Linux)
  compile     a big build.yaml in workerd, against its limit
  calls       requests of a pass, against their limits
  bundle      size and start of the Worker that is deployed, against their limits

  --json      one array of {name, n, value, unit}
  --write     everything, into docs/performance.md and its plots
`;

const LIMITED: Readonly<Record<string, () => Promise<boolean>>> = {
  bundle: benchBundle,
  calls: benchCalls,
  compile: benchCompile,
};
const MEASURES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  requests: requestFigures,
  landings: landingFigures,
  cpu: cpuFigures,
  compile: compileFigures,
};

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, write: { type: 'boolean' } },
    });
  } catch {
    return giveUp(USAGE, 2);
  }
}

async function measure(name: string | undefined): Promise<Figure[]> {
  if (name !== undefined) return (await MEASURES[name]?.()) ?? [];
  const figures: Figure[] = [];
  for (const work of Object.values(MEASURES)) figures.push(...(await work()));
  return [...figures, ...costFigures(figures)];
}

const { values, positionals } = options();
const [name, ...more] = positionals;
const known = { ...LIMITED, ...MEASURES };
if (more.length > 0 || (name !== undefined && !Object.hasOwn(known, name))) giveUp(USAGE, 2);
if (values.json !== true && name !== undefined && Object.hasOwn(LIMITED, name)) {
  // Not left to an empty event loop: a forgotten socket must not keep a finished bench alive.
  process.exit((await LIMITED[name]?.()) ? 0 : 1);
}
if (name !== undefined && !Object.hasOwn(MEASURES, name)) giveUp(USAGE, 2);
const figures = await measure(values.write === true ? undefined : name);
if (values.write === true) writeDocument(figures);
const text = values.json === true ? JSON.stringify(figures) : tableOf(figures).join('\n');
process.stdout.write(`${text}\n`, () => process.exit(0));
