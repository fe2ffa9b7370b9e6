// The house rules that a linter cannot express, enforced on the project's own files: floors, sizes,
// headers, the paths that documents name.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Action } from '../schemas/action.ts';
import { METRIC_FAMILIES } from '../src/core/metric-families.ts';
import { FLOORS, type SourceFile, trespasses } from './support/floors.ts';

const TOP = join(import.meta.dirname, '..');

/** Every file of the project, committed or about to be. */
const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: TOP,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(TOP, path)));
const read = (path: string): SourceFile => ({ path, text: readFileSync(join(TOP, path), 'utf8') });
const code = paths
  .filter(
    (path) =>
      /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && !path.startsWith('scripts/demo/project/'),
  )
  .map(read);
const documents = paths.filter((path) => path.endsWith('.md')).map(read);

describe('the floors', () => {
  it('an import goes down only', () => {
    expect(trespasses(code)).toEqual([]);
  });

  it('every floor has files, so that a renamed folder does not escape the law', () => {
    const empty = FLOORS.flatMap(({ places }) =>
      places.filter((place) => !code.some(({ path }) => path.startsWith(place))),
    );
    expect(empty).toEqual([]);
  });

  it('all code of src and durable-objects is on a floor', () => {
    const homeless = code
      .map(({ path }) => path)
      .filter((path) => /^(src|durable-objects|schemas)\//.test(path))
      .filter(
        (path) => !FLOORS.some(({ places }) => places.some((place) => path.startsWith(place))),
      );
    expect(homeless).toEqual([]);
  });

  it('nothing outside of test imports test', () => {
    const found = code
      .filter(({ path }) => !path.startsWith('test/') && path !== 'vitest.config.ts')
      .filter(({ text }) => /from '[^']*\/test\//.test(text));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe('the test of the floors', () => {
  const trespass = (path: string, text: string): string[] => trespasses([{ path, text }]);

  it.each([
    [
      'core importing a web framework',
      'src/core/decide.ts',
      "import { Hono } from 'hono';",
      'src/core/decide.ts -> hono',
    ],
    [
      'core importing the platform',
      'src/core/a.ts',
      "import { env } from 'cloudflare:workers';",
      'src/core/a.ts -> cloudflare:workers',
    ],
    [
      'core importing upwards',
      'src/core/a.ts',
      "import { pass } from '../loop/pass.ts';",
      'src/core/a.ts -> src/loop/pass.ts',
    ],
    [
      'even a type from upstairs',
      'src/core/a.ts',
      "import type { Loop } from '../loop/pass.ts';",
      'src/core/a.ts -> src/loop/pass.ts',
    ],
    [
      'an import over several lines',
      'src/core/a.ts',
      "import {\n  pass,\n} from '../loop/pass.ts';",
      'src/core/a.ts -> src/loop/pass.ts',
    ],
    [
      'a re-export',
      'src/core/a.ts',
      "export { pass } from '../loop/pass.ts';",
      'src/core/a.ts -> src/loop/pass.ts',
    ],
    [
      'a dynamic import',
      'src/core/a.ts',
      "const x = await import('node:fs');",
      'src/core/a.ts -> node:fs',
    ],
    [
      'core reading the clock',
      'src/core/a.ts',
      'const now = Date.now();',
      'src/core/a.ts uses Date',
    ],
    [
      'core being random',
      'src/core/a.ts',
      'const x = Math.random();',
      'src/core/a.ts uses Math.random',
    ],
    ['compile calling out', 'src/compile/a.ts', "await fetch('x');", 'src/compile/a.ts uses fetch'],
    [
      'a route using a client',
      'src/routes/a.ts',
      "import { x } from '../clients/batch.ts';",
      'src/routes/a.ts -> src/clients/batch.ts',
    ],
    [
      'a route making an object',
      'src/routes/a.ts',
      "import { WatchedBranch } from '../../durable-objects/watched-branch.ts';",
      'src/routes/a.ts -> durable-objects/watched-branch.ts',
    ],
    [
      'the forge using our client',
      'scripts/forge/a.ts',
      "import { x } from '../../src/clients/batch.ts';",
      'scripts/forge/a.ts -> src/clients/batch.ts',
    ],
    [
      'the forge using the local Batch',
      'scripts/forge/a.ts',
      "import { x } from '../batch/store.ts';",
      'scripts/forge/a.ts -> scripts/batch/store.ts',
    ],
    [
      'schemas importing anything else',
      'schemas/a.ts',
      "import { x } from 'yaml';",
      'schemas/a.ts -> yaml',
    ],
  ])('catches %s', (_name, path, text, expected) => {
    expect(trespass(path, text)).toEqual([expected]);
  });

  it.each([
    ['going down', 'src/loop/pass.ts', "import { decide } from '../core/decide.ts';"],
    [
      'the type of the object in a route',
      'src/routes/a.ts',
      "import type { WatchedBranch } from '../../durable-objects/watched-branch.ts';",
    ],
    ['a forbidden word in a comment', 'src/core/a.ts', '// no Date here\n/* nor Math.random */'],
    ['a forbidden word in a sentence', 'src/core/a.ts', "const text = 'the Date is unknown';"],
  ])('allows %s', (_name, path, text) => {
    expect(trespass(path, text)).toEqual([]);
  });
});

describe('the files', () => {
  const LINES_MAX = 300;

  it(`have at most ${LINES_MAX} lines`, () => {
    const long = code
      .filter(({ path }) => !path.startsWith('test/'))
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > LINES_MAX);
    expect(long).toEqual([]);
  });

  it('say at their top what they are for', () => {
    const silent = code
      .filter(({ path }) => !path.startsWith('test/') && path !== 'vitest.config.ts')
      .filter(({ text }) => !/^(#!.*\n)?(\/\/|\/\*\*)/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('leave nothing for later', () => {
    // Put together, so that this file does not find itself.
    const word = new RegExp(['TO', 'DO|FIX', 'ME'].join(''));
    const found = code.filter(({ text }) => word.test(text) || /\.(only|todo)\(/.test(text));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe('the scripts of package.json', () => {
  const { scripts } = JSON.parse(read('package.json').text) as { scripts: Record<string, string> };

  it('install what they need first, which brings a Node that runs TypeScript, too', () => {
    const unready = Object.keys(scripts)
      .filter((name) => !(name.startsWith('pre') && name.slice('pre'.length) in scripts))
      .filter((name) => scripts[`pre${name}`] !== 'node scripts/ensure-deps.mjs');
    expect(unready).toEqual([]);
  });
});

describe('the documents', () => {
  it('name only paths that exist', () => {
    const missing = documents
      .filter(({ path }) => !path.startsWith('scripts/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/`((?:src|durable-objects|schemas|scripts|test|docs)\/[\w./-]+)`/g)]
          .map(([, named = '']) => named)
          .filter((named) => !existsSync(join(TOP, named)))
          .map((named) => `${path}: ${named}`),
      );
    expect(missing).toEqual([]);
  });

  it('tell of every kind of action what it was in the existing service', () => {
    const parity = read('docs/parity.md').text;
    const kinds = Action.options.map(({ shape }) => shape.kind.value);
    expect(kinds.filter((kind) => !parity.includes(`| \`${kind}\` |`))).toEqual([]);
  });

  it('tell of every metric what it is for', () => {
    const operating = read('docs/operating.md').text;
    const names = METRIC_FAMILIES.map(({ name }) => name);
    expect(names.filter((name) => !operating.includes(`\`${name}`))).toEqual([]);
  });

  it('link every decision from ARCHITECTURE.md', () => {
    const architecture = read('ARCHITECTURE.md').text;
    const decisions = paths.filter((path) => /^docs\/decisions\/.*\.md$/.test(path));
    expect(decisions.filter((path) => !architecture.includes(path))).toEqual([]);
  });
});
