// Lets Node load the pages as the Worker's own build reads them: their .tsx files, and as texts what browsers get. Imported
// before anything that needs them.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

/** By the rules of wrangler.toml. */
const TEXT = /(\/assets\/[\w.-]+\.(css|js|svg)|\/idiomorph\.min\.js)$/;

function sourceOf(url: string): string | null {
  const read = (): string => readFileSync(fileURLToPath(url), 'utf8');
  if (TEXT.test(url)) return `export default ${JSON.stringify(read())};`;
  if (!url.endsWith('.tsx')) return null;
  const { code } = transformSync(read(), {
    ...{ loader: 'tsx', jsx: 'automatic', jsxImportSource: 'hono/jsx', format: 'esm' },
    sourcefile: fileURLToPath(url),
  });
  return code;
}

registerHooks({
  load(url, context, nextLoad) {
    const source = sourceOf(url);
    return source === null
      ? nextLoad(url, context)
      : { format: 'module', source, shortCircuit: true };
  },
});
