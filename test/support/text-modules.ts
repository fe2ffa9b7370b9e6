// What the Worker's bundler does by the rules of wrangler.toml, for tests that run in Node: style sheets, scripts and pictures
// that are for browsers are imported as their text.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Plugin } from 'vitest/config';

const TEXT = /(\/views\/assets\/[\w.-]+\.(css|js|svg)|\/idiomorph\.min\.js)(\.text)?$/;
/** Of a style sheet by its own name the test runner makes nothing. */
const ENDING = '.text';

export const textModules = (): Plugin => ({
  name: 'text-modules',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!importer || !source.endsWith('.css')) return null;
    return resolve(dirname(importer), source) + ENDING;
  },
  async load(id) {
    if (!TEXT.test(id)) return null;
    const file = id.endsWith(ENDING) ? id.slice(0, -ENDING.length) : id;
    return `export default ${JSON.stringify(await readFile(file, 'utf8'))};`;
  },
});
