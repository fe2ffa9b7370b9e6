// What the Worker's bundler does by the rules of wrangler.toml, for tests that run in Node: style sheets, scripts and pictures
// that are for browsers are imported as their text.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vitest/config';

const TEXT = /(\/views\/assets\/[\w.-]+\.(css|js|svg)|\/idiomorph\.min\.js)$/;

export const textModules = (): Plugin => ({
  name: 'text-modules',
  enforce: 'pre',
  async load(id) {
    if (!TEXT.test(id)) return null;
    return `export default ${JSON.stringify(await readFile(id, 'utf8'))};`;
  },
});
