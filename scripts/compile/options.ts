// Reads the command line of `npm run compile`. Pure: it neither prints nor exits, so that every
// combination can be tested as a value; scripts/compile/main.ts acts on what it returns.
import { didYouMean } from '../../schemas/nearest-name.ts';

export interface FileOptions {
  readonly kind: 'file';
  readonly buildYaml: string;
  /** Null: the folder of the build.yaml. */
  readonly root: string | null;
  readonly scope: 'test' | 'deploy' | 'dev';
  /** Null: the settings', or gcp. */
  readonly cloud: string | null;
  readonly labels: readonly string[];
  /** Null: every step. */
  readonly steps: readonly string[] | null;
  readonly excluded: readonly string[];
  /** Null: not chosen by changed files. */
  readonly changed: readonly string[] | null;
  /** The settings of a deployment; null: placeholders. */
  readonly config: string | null;
  readonly lint: boolean;
  readonly output: 'table' | 'json' | 'mermaid' | 'dot';
}

export type Options =
  | FileOptions
  | { readonly kind: 'request'; readonly file: string; readonly root: string }
  | { readonly kind: 'select'; readonly file: string; readonly root: string }
  | { readonly kind: 'render'; readonly template: string; readonly context: string | null };

export type Parsed =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly why: string };

export const USAGE = `usage: npm run --silent compile -- BUILD_YAML [OPTIONS]

What a batch would run, as a table. Exit code 2 and the mistakes on standard error if it cannot be compiled.

  --scope SCOPE        test (default), deploy or dev
  --cloud CLOUD        gcp, azure, … (default: what --config says, else gcp)
  --label L            a label of the pull request; may be repeated
  --step S             only this step and what it needs; may be repeated
  --exclude S          without this step (scope dev only); may be repeated
  --changed FILE…      only what these changed files can affect
  --root DIR           where the files of deploy steps are (default: the folder of BUILD_YAML)
  --config FILE        a deployment's settings (SLUICE_CONFIG); without it placeholders stand for them
  --json               the jobs as JSON
  --graph [mermaid|dot]  the steps as a graph (default: mermaid)
  --lint               also warn of what is probably not meant

  --request FILE [--root DIR]     compile one JSON request, print one JSON answer
  --select FILE [--root DIR]      choose steps by changed files for the rows of a JSON document
  --render TEMPLATE [--context FILE]  render one template with the values of a JSON object
  --help               this text
`;

/** How many values follow. */
const FLAGS: Readonly<Record<string, 'none' | 'one' | 'optional' | 'many'>> = {
  '--scope': 'one',
  '--cloud': 'one',
  '--label': 'one',
  '--step': 'one',
  '--exclude': 'one',
  '--changed': 'many',
  '--root': 'one',
  '--config': 'one',
  '--json': 'none',
  '--graph': 'optional',
  '--lint': 'none',
  '--request': 'one',
  '--select': 'one',
  '--render': 'one',
  '--context': 'one',
  '--help': 'none',
};
const GRAPHS = ['mermaid', 'dot'];
const SCOPES = ['test', 'deploy', 'dev'] as const;

class Refused extends Error {}

/** @param argv the arguments after the script's name */
export function parseOptions(argv: readonly string[]): Parsed {
  try {
    if (argv.includes('--help') || argv.includes('-h')) return { kind: 'help' };
    return { kind: 'run', options: judge(readArguments(argv)) };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', why: error.message };
    throw error;
  }
}

interface Arguments {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly files: readonly string[];
}

function readArguments(argv: readonly string[]): Arguments {
  const flags = new Map<string, string[]>();
  const files: string[] = [];
  const words = argv.flatMap((word) => {
    const [, flag, value] = /^(--\w+)=(.*)$/s.exec(word) ?? [];
    return flag === undefined || value === undefined ? [word] : [flag, value];
  });
  for (let at = 0; at < words.length; ) {
    const word = words[at++] ?? '';
    if (!word.startsWith('-')) {
      files.push(word);
      continue;
    }
    const arity = FLAGS[word];
    if (arity === undefined)
      throw new Refused(`unknown option ${word}${didYouMean(word, Object.keys(FLAGS))}`);
    let end = words.findIndex((next, index) => index >= at && next.startsWith('--'));
    if (end < 0) end = words.length;
    const most = {
      none: 0,
      one: 1,
      optional: GRAPHS.includes(words[at] ?? '') ? 1 : 0,
      many: end - at,
    };
    const values = words.slice(at, Math.min(end, at + most[arity]));
    if (values.length === 0 && arity === 'one') throw new Refused(`${word} takes a value`);
    // A file's name has a dot; any other word is meant for a graph.
    const next = words[at] ?? '-';
    if (word === '--graph' && values.length === 0 && /^[^-./][^./]*$/.test(next))
      throw new Refused(`--graph is ${GRAPHS.join(' or ')}, not "${next}"`);
    at += values.length;
    flags.set(word, [...(flags.get(word) ?? []), ...values]);
  }
  return { flags, files };
}

function judge({ flags, files }: Arguments): Options {
  const last = (flag: string): string | null => flags.get(flag)?.at(-1) ?? null;
  const only = (allowed: readonly string[], mode: string) => {
    const other = [...flags.keys()].find((flag) => !allowed.includes(flag));
    if (other !== undefined) throw new Refused(`${other} does not go with ${mode}`);
    if (files.length > 0) throw new Refused(`"${files[0]}" does not go with ${mode}`);
  };
  const [request, select, template] = [last('--request'), last('--select'), last('--render')];
  const root = last('--root');
  if (request !== null) {
    only(['--request', '--root'], '--request');
    return { kind: 'request', file: request, root: root ?? '.' };
  }
  if (select !== null) {
    only(['--select', '--root'], '--select');
    return { kind: 'select', file: select, root: root ?? '.' };
  }
  if (template !== null) {
    only(['--render', '--context'], '--render');
    return { kind: 'render', template, context: last('--context') };
  }
  if (flags.has('--context')) throw new Refused('--context goes with --render');
  const [buildYaml, more] = files;
  if (buildYaml === undefined)
    throw new Refused(
      flags.has('--changed')
        ? 'name a build.yaml before --changed, which takes all that follows'
        : 'name a build.yaml, or --request, --select or --render',
    );
  if (more !== undefined) throw new Refused(`one build.yaml at a time: "${more}" is too many`);
  return {
    kind: 'file',
    buildYaml,
    root,
    scope: scopeOf(last('--scope') ?? 'test'),
    cloud: last('--cloud'),
    labels: flags.get('--label') ?? [],
    steps: flags.get('--step') ?? null,
    excluded: flags.get('--exclude') ?? [],
    changed: flags.get('--changed') ?? null,
    config: last('--config'),
    lint: flags.has('--lint'),
    output: outputOf(flags),
  };
}

function scopeOf(word: string): FileOptions['scope'] {
  const scope = SCOPES.find((known) => known === word);
  if (scope === undefined)
    throw new Refused(`--scope is test, deploy or dev, not "${word}"${didYouMean(word, SCOPES)}`);
  return scope;
}

function outputOf(flags: Arguments['flags']): FileOptions['output'] {
  const graph = flags.get('--graph');
  if (graph && flags.has('--json')) throw new Refused('--graph does not go with --json');
  if (flags.has('--json')) return 'json';
  if (!graph) return 'table';
  return graph.at(-1) === 'dot' ? 'dot' : 'mermaid';
}
