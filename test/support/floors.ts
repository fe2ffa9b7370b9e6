// The law of the house as data, and its judge: which floor may import what. Reads only the text of the
// files that it is given, so that the test of the test can give it trespasses.
import { posix } from 'node:path';

export interface SourceFile {
  /** From the project's top, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

interface Floor {
  readonly name: string;
  /** Folders and files of this floor. */
  readonly places: readonly string[];
  /** Floors that it may import besides itself. */
  readonly below: readonly string[];
  /** Packages by name or by a prefix that ends with a slash or colon; `*` for any. */
  readonly packages: readonly string[];
  /** Words that may not occur in its code. */
  readonly forbidden?: readonly { readonly pattern: RegExp; readonly what: string }[];
  /** Places of the same floor may not see each other. */
  readonly apart?: boolean;
}

const IMPURE = [
  { pattern: /\bDate\b/, what: 'Date' },
  { pattern: /\bMath\.random\b/, what: 'Math.random' },
  { pattern: /\bfetch\s*\(/, what: 'fetch' },
  { pattern: /\bconsole\b/, what: 'console' },
  { pattern: /\b(setTimeout|setInterval)\b/, what: 'a timer' },
  { pattern: /\bprocess\./, what: 'process' },
];

/** From the ground up. */
export const FLOORS: readonly Floor[] = [
  { name: 'schemas', places: ['schemas/'], below: [], packages: ['zod'] },
  {
    name: 'core and compile',
    places: ['src/core/', 'src/compile/'],
    below: ['schemas'],
    packages: ['zod', 'yaml', 'minijinja-js/'],
    forbidden: IMPURE,
  },
  {
    name: 'clients and loop',
    places: ['src/clients/', 'src/loop/'],
    below: ['schemas', 'core and compile'],
    packages: ['zod', '@octokit/rest', '@octokit/webhooks-methods'],
    forbidden: IMPURE.filter(({ what }) => what === 'Math.random' || what === 'console'),
  },
  {
    name: 'durable objects',
    places: ['durable-objects/'],
    below: ['schemas', 'core and compile', 'clients and loop'],
    packages: ['cloudflare:workers', 'minijinja-js/', 'zod'],
  },
  {
    name: 'doors and windows',
    places: ['src/routes/', 'src/views/', 'src/middleware/'],
    // Of the object a route knows the type alone; it is handed a stub.
    below: ['schemas', 'core and compile', 'durable objects (types)'],
    packages: [
      'hono',
      'hono/',
      'idiomorph/',
      'zod',
      'zod-openapi',
      'yaml',
      '@octokit/webhooks-methods',
    ],
    forbidden: [
      { pattern: /\bstorage\b/, what: 'storage' },
      // A branch's object is no outsider.
      { pattern: /(?<!\bstub\.)\bfetch\s*\(/, what: 'fetch' },
    ],
  },
  {
    name: 'roof',
    places: ['src/index.ts', 'src/app.ts', 'src/setup.ts'],
    below: [
      'schemas',
      'core and compile',
      'clients and loop',
      'durable objects',
      'doors and windows',
    ],
    packages: ['cloudflare:workers', 'hono', 'hono/'],
  },
  { name: 'command line', places: ['scripts/command-line.ts'], below: [], packages: ['node:'] },
  // What servers of any kind need: knows neither a protocol nor the house.
  { name: 'local server', places: ['scripts/local-server/'], below: [], packages: ['*'] },
  {
    name: 'forge',
    places: ['scripts/forge/'],
    below: ['schemas', 'local server', 'command line'],
    packages: ['*'],
  },
  {
    name: 'batch',
    places: ['scripts/batch/'],
    below: ['schemas', 'local server', 'command line'],
    packages: ['*'],
  },
  {
    name: 'kubernetes',
    places: ['scripts/kubernetes/'],
    below: ['schemas', 'local server', 'command line'],
    packages: ['*'],
  },
  {
    // Nothing by chance and nothing by the clock on the wall: a seed is a history.
    name: 'simulator',
    places: ['scripts/sim/'],
    below: ['schemas', 'core and compile', 'clients and loop', 'command line'],
    packages: ['zod', 'node:'],
    forbidden: [
      { pattern: /\bDate\.now\b|\bnew Date\(\)/, what: 'the clock on the wall' },
      ...IMPURE.filter(({ what }) => what === 'Math.random'),
    ],
  },
];

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** @returns one line a trespass, such as `src/core/decide.ts -> hono` */
export function trespasses(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const floor = floorOf(file.path);
    if (!floor) return [];
    return [
      ...importsOf(file.text).flatMap((found) => judgeImport(file.path, floor, found)),
      ...forbiddenWords(file, floor),
    ];
  });
}

const floorOf = (path: string): Floor | undefined =>
  FLOORS.find(({ places }) => places.some((place) => path.startsWith(place)));

function judgeImport(path: string, floor: Floor, { from, typeOnly }: Import): string[] {
  const trespass = [`${path} -> ${from}`];
  if (!from.startsWith('.')) return allowsPackage(floor, from) ? [] : trespass;
  const target = posix.normalize(posix.join(posix.dirname(path), from));
  const there = floorOf(target);
  if (!there) return [`${path} -> ${target}`];
  if (there === floor || floor.below.includes(there.name)) return [];
  return typeOnly && floor.below.includes(`${there.name} (types)`) ? [] : [`${path} -> ${target}`];
}

const allowsPackage = ({ packages }: Floor, name: string): boolean =>
  packages.some(
    (allowed) =>
      allowed === '*' || name === allowed || (/[/:]$/.test(allowed) && name.startsWith(allowed)),
  );

const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(IMPORT)].map(([, type, from = '']) => ({
      from,
      typeOnly: type !== undefined,
    })),
    ...[...code.matchAll(DYNAMIC_IMPORT)].map(([, from = '']) => ({ from, typeOnly: false })),
  ];
}

function forbiddenWords(file: SourceFile, { forbidden = [] }: Floor): string[] {
  const code = withoutComments(file.text).replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
  return forbidden
    .filter(({ pattern }) => pattern.test(code))
    .map(({ what }) => `${file.path} uses ${what}`);
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
