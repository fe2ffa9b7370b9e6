/**
 * What commands have in common: how they say what was wrong with their arguments, how those that start a local server
 * end, and the token. Each reads its own options.
 */
import { parseArgs } from 'node:util';

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** Ends the program with a sentence; 2 is for what was asked wrongly. */
export function giveUp(sentence: string, code: 1 | 2): never {
  console.error(sentence);
  process.exit(code);
}

/** Ends the program when it was asked for help or with an option that it does not have. */
export function readOptions<T extends Options>(options: T, usage: string) {
  return parsed(options, usage, false).values;
}

/** As `readOptions`, of a command that also takes one of these names, or none. */
export function readOptionsAndName<T extends Options>(
  options: T,
  usage: string,
  names: readonly string[],
) {
  const { values, positionals } = parsed(options, usage, true);
  const [name = null, ...more] = positionals;
  if (name !== null && !names.includes(name))
    return giveUp(`'${name}' is none of: ${names.join(', ')}\n\n${usage.trimEnd()}`, 2);
  if (more.length > 0)
    return giveUp(`one name at most, not '${positionals.join(' ')}'\n\n${usage.trimEnd()}`, 2);
  return { values, name };
}

function parsed<T extends Options>(options: T, usage: string, allowPositionals: boolean) {
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals,
    });
    const { help } = values as { help?: boolean };
    if (help) {
      console.log(usage.trimEnd());
      process.exit(0);
    }
    return { values, positionals };
  } catch (error) {
    // parseArgs names the option; what follows its first sentence is about its own syntax.
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error);
    return giveUp(`${why}\n\n${usage.trimEnd()}`, 2);
  }
}

export function readPort(given: string): number {
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  return giveUp(`--port takes a number from 0 (any free port) to 65535, not '${given}'`, 2);
}

export function readNumber(name: string, given: string, least: number): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  return giveUp(`--${name} takes a number from ${least} up, not '${given}'`, 2);
}

export function readCount(name: string, given: string, least: number): number {
  const count = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(count) && count >= least) return count;
  return giveUp(`--${name} takes a whole number from ${least} up, not '${given}'`, 2);
}

/** A token stands in a header, so it has no spaces and nothing that is not ASCII. */
export function readToken(given: string): string {
  if (/^[\x21-\x7e]+$/.test(given)) return given;
  return giveUp(`--token takes printable characters without spaces, not '${given}'`, 2);
}

/** Closes once, whichever signal comes first. */
export function closeOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
}
