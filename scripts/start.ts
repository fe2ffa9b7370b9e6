// `npm start`: reads the command line, runs what it asks for, ends everything that was started and
// exits. The only file of the start that exits the process; the parts are in scripts/start.
import { createClosing } from './start/closing.ts';
import { createDisplay } from './start/display.ts';
import { untilInterrupted } from './start/interrupt.ts';
import { type Options, parseOptions, USAGE } from './start/options.ts';
import { runSession } from './start/session.ts';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2));
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'refused':
      process.stderr.write(`${parsed.why}\n\n${USAGE}`);
      return EXIT_USAGE;
    case 'run':
      return run(parsed.options);
  }
}

async function run(options: Options): Promise<number> {
  const display = createDisplay(process.stdout);
  const closing = createClosing();
  let stopping = false;
  const session = runSession(options, display, closing).catch((error: unknown) => {
    // What fails because its services are being ended is no news.
    if (!stopping) display.say(error instanceof Error ? error.message : String(error), 'bad');
    return 1;
  });
  const interrupted = untilInterrupted().then((why) => {
    stopping = true;
    display.end();
    display.say(`\nStopping (${why}) …`, 'quiet');
    // Ctrl-C is how a run that stays up is ended, but --once was to reach its end.
    return options.mode.kind === 'demo' && options.mode.once ? EXIT_INTERRUPTED : 0;
  });
  const code = await Promise.race([session, interrupted]);
  display.end();
  if (closing.isEmpty) return code;
  await closing.closeAll((sentence) => display.say(sentence, 'bad'));
  display.say('Everything is stopped.', 'quiet');
  return code;
}

// Not left to an empty event loop: a forgotten socket must not keep a finished run alive.
process.exit(await main());
