// The template engine in Node: the same code that a Worker runs, with its WebAssembly read from the
// package.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createRender, type Render } from '../../src/compile/render.ts';

export function nodeRender(): Render {
  const path = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');
  // The types are a Worker's, which may not compile WebAssembly; Node may.
  return createRender(Reflect.construct(WebAssembly.Module, [readFileSync(path)]));
}
