// `npm run bench`: what Sluice costs and how fast it is, as tables, as JSON, or written into docs/performance.md, each
// figure against its limit where it has one: exit code 1 when one of them is over it.
import { giveUp, readOptionsAndName } from '../command-line.ts';
import { BUNDLE_LIMITS, bundleFigures } from './bundle.ts';
import { benchCalls } from './calls.ts';
import { COMPILE_LIMITS, compileFigures } from './compile.ts';
import { costFigures } from './cost.ts';
import { CPU_LIMITS, cpuFigures } from './cpu.ts';
import { type Figure, tableOf } from './figure.ts';
import { LANDING_LIMITS, landingFigures } from './landings.ts';
import { type Limit, verdicts } from './limit.ts';
import { MEMORY_LIMITS, memoryFigures } from './memory.ts';
import { REQUEST_LIMITS, requestFigures } from './requests.ts';
import { writeDocuments } from './write-documents.ts';

const USAGE = `usage: npm run --silent bench -- [NAME] [--json] [--write]

Measures, and holds what has a limit against it: exit code 1 when something is over. Without a NAME everything but 'calls' is
measured, which takes three minutes on two cores that have nothing else to do, and about one at most by NAME.

  requests    requests of each event, and how many one after the other
  landings    test batches, time and requests to land K pull requests
  bundle      size and start of the Worker that is deployed
  cpu         CPU of a start, a pass, each page and a webhook, and webhooks a second, in workerd (on Linux)
  memory      of the Worker's isolate, and of all of workerd (on Linux)
  compile     a big build.yaml, in workerd
  calls       requests of a pass and of a landing in every mode, each against its limit: a table only

  --json      one array of {name, n, value, unit}; what is said of limits goes to stderr
  --write     everything, also into docs/performance.md, its plots and docs/deploy.md
  --help      this text
`;

interface Bench {
  readonly measure: () => Promise<Figure[]>;
  readonly limits: readonly Limit[];
}

const BENCHES: Readonly<Record<string, Bench>> = {
  requests: { measure: requestFigures, limits: REQUEST_LIMITS },
  landings: { measure: landingFigures, limits: LANDING_LIMITS },
  bundle: { measure: bundleFigures, limits: BUNDLE_LIMITS },
  cpu: { measure: cpuFigures, limits: CPU_LIMITS },
  memory: { measure: memoryFigures, limits: MEMORY_LIMITS },
  compile: { measure: compileFigures, limits: COMPILE_LIMITS },
};

const { values, name } = readOptionsAndName(
  { json: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  USAGE,
  [...Object.keys(BENCHES), 'calls'],
);
if (values.write && name !== null)
  giveUp(`--write is of everything, not of '${name}' alone: leave out the name`, 2);
// Not left to an empty event loop, here and below: a forgotten socket must not keep a finished bench alive.
if (name === 'calls') {
  if (values.json) giveUp("'calls' is a table only: it has no --json", 2);
  process.exit((await benchCalls()) ? 0 : 1);
}

const chosen = Object.entries(BENCHES).filter(([each]) => name === null || each === name);
const figures: Figure[] = [];
for (const [, { measure }] of chosen) figures.push(...(await measure()));
if (name === null) figures.push(...costFigures(figures));
const limits = chosen.flatMap(([, bench]) => bench.limits);
if (values.write) writeDocuments(figures, limits);

const judged = verdicts(figures, limits);
const text = values.json ? JSON.stringify(figures) : tableOf(figures).join('\n');
process.stdout.write(`${text}\n`, () => {
  const said = values.json ? process.stderr : process.stdout;
  said.write(judged.map(({ line }) => `${line}\n`).join(''), () =>
    process.exit(judged.every(({ isWithin }) => isWithin) ? 0 : 1),
  );
});
