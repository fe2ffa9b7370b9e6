// What the Worker's bundler does by the rules of wrangler.toml, for tests that run in Node: style sheets, scripts and pictures
// that are for browsers are imported as their text.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

const ROOT = join(import.meta.dirname, '..', '..');
const TEXT = /(^\.\/assets\/[\w.-]+\.(css|js|svg)|\/idiomorph\.min\.js)$/;
/** Of a style sheet by its own name the test runner makes nothing. */
const ENDING = '.text';

export const textModules = (): Plugin => ({
  name: 'text-modules',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!importer || !TEXT.test(source)) return null;
    const file = source.startsWith('.')
      ? resolve(dirname(importer), source)
      : fileURLToPath(import.meta.resolve(source));
    return file + ENDING;
  },
  async load(id) {
    if (!id.endsWith(ENDING)) return null;
    const path = id.slice(0, -ENDING.length);
    // One in the project may come back by its place in it.
    const file = existsSync(path) ? path : join(ROOT, path);
    return `export default ${JSON.stringify(await readFile(file, 'utf8'))};`;
  },
});
