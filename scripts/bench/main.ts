// `npm run bench -- NAME`: figures of what must be fast. Exit code 1 when one of them is over its limit.
import { benchBundle } from './bundle.ts';
import { benchCalls } from './calls.ts';
import { benchCompile } from './compile.ts';

const BENCHES: Readonly<Record<string, () => Promise<boolean>>> = {
  bundle: benchBundle,
  calls: benchCalls,
  compile: benchCompile,
};
const EXIT_USAGE = 2;

const [name = '', ...more] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined || more.length > 0) {
  const names = Object.keys(BENCHES).join(', ');
  process.stderr.write(`usage: npm run --silent bench -- NAME\n\nNAME is one of: ${names}\n`);
  process.exitCode = EXIT_USAGE;
} else {
  // Not left to an empty event loop: a forgotten socket must not keep a finished bench alive.
  process.exit((await bench()) ? 0 : 1);
}
