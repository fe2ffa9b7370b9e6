// Reads the command line of `npm start`. Pure: it neither prints nor exits, so that every
// combination can be tested as a value; scripts/start.ts acts on what it returns.
import { parseArgs } from 'node:util';

export type Mode =
  | { readonly kind: 'demo'; readonly once: boolean }
  | {
      readonly kind: 'repo';
      readonly path: string;
      readonly branch: string;
      /** Run scope deploy of its build.yaml, on this machine, at the start and after each landing. */
      readonly deploys: boolean;
    };

export interface Options {
  readonly mode: Mode;
  readonly firstPort: number;
  /** As whom Sluice comes to the forge: with a token, or as a GitHub App, whose checks have buttons. */
  readonly as: 'token' | 'app';
}

export type Parsed =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly why: string };

export const DEFAULT_FIRST_PORT = 8787;
/** Five services stand on consecutive ports, so the first may be at most this. */
const LAST_FIRST_PORT = 65_535 - 4;

export const USAGE = `usage: npm start [-- OPTIONS]

  (none)           the demo project; then stays up until Ctrl-C
  --once           the demo to its end: prints the table, writes .sluice/report.json, exits
  --repo PATH      your own repository, mirrored into the local forge (never written to)
  --branch NAME    the branch of --repo to watch (default: main)
  --no-deploy      leave out the deploy steps of its build.yaml
  --as app         Sluice comes as a GitHub App: check runs with buttons instead of commit statuses
  --port N         the first port (default: ${DEFAULT_FIRST_PORT}); the next ports are used for the rest
  --help           this text
`;

/** @param argv the arguments after the script's name */
export function parseOptions(argv: readonly string[]): Parsed {
  try {
    return judge(readArguments(argv));
  } catch (error) {
    // parseArgs throws for unknown options and missing values, with a sentence that names them.
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', why: why.split('. ')[0] ?? why };
  }
}

function readArguments(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      once: { type: 'boolean' },
      repo: { type: 'string' },
      branch: { type: 'string' },
      'no-deploy': { type: 'boolean' },
      as: { type: 'string', default: 'token' },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

function judge(values: ReturnType<typeof readArguments>): Parsed {
  if (values.help) return { kind: 'help' };
  const firstPort = values.port === undefined ? DEFAULT_FIRST_PORT : Number(values.port);
  if (!Number.isInteger(firstPort) || firstPort < 1 || firstPort > LAST_FIRST_PORT) {
    return refused(`--port takes a number from 1 to ${LAST_FIRST_PORT}, not '${values.port}'`);
  }
  const { as } = values;
  if (as !== 'token' && as !== 'app') return refused(`--as takes token or app, not '${as}'`);
  const mode = modeOf(values);
  return typeof mode === 'string'
    ? refused(mode)
    : { kind: 'run', options: { mode, firstPort, as } };
}

/** @returns a sentence where there is none */
function modeOf(values: ReturnType<typeof readArguments>): Mode | string {
  if (values.repo === undefined) {
    if (values.branch !== undefined) return '--branch goes with --repo';
    if (values['no-deploy']) return '--no-deploy goes with --repo';
    return { kind: 'demo', once: values.once ?? false };
  }
  if (values.once) return '--once runs the demo; it does not go with --repo';
  if (values.repo === '') return '--repo takes the path of a git repository';
  if (values.branch === '') return '--branch takes the name of a branch';
  const deploys = !values['no-deploy'];
  return { kind: 'repo', path: values.repo, branch: values.branch ?? 'main', deploys };
}

const refused = (why: string): Parsed => ({ kind: 'refused', why });
