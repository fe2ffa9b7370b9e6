// What compile tests share: the real template engine, and a request with everything in it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CompileRequest } from '../../src/compile/compile.ts';
import { compile } from '../../src/compile/compile.ts';
import { createRender } from '../../src/compile/render.ts';

const wasm = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');
// The types are a Worker's, which may not compile WebAssembly; Node may.
export const render = createRender(Reflect.construct(WebAssembly.Module, [readFileSync(wasm)]));

export const request = (
  buildYaml: string,
  overrides: Partial<CompileRequest> = {},
): CompileRequest => ({
  buildYaml,
  scope: 'test',
  cloud: 'gcp',
  code: {
    short_str: 'pr-7',
    sha: '0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33',
    number: 7,
    checkout_script: 'git clone somewhere .',
  },
  global: { cloud: 'gcp', docker_root_image: 'registry.example/acme/ubuntu:24.04' },
  environment: {
    storageUri: 'gs://bakery',
    dockerPrefix: 'registry.example/acme',
    ciUtilsImage: 'registry.example/acme/ci-utils:1',
    buildkitImage: 'registry.example/acme/buildkit:1',
    domain: 'example.com',
    region: 'us-central1',
    ciNamespace: 'default',
  },
  token: 'batch0token',
  stepToken: (step) => `t-${step}`,
  labels: [],
  requestedSteps: null,
  excludedSteps: [],
  ...overrides,
});

export const compiled = (buildYaml: string, overrides: Partial<CompileRequest> = {}) =>
  compile(request(buildYaml, overrides), render);

/** The names of the jobs, or the error. */
export function jobNames(buildYaml: string, overrides: Partial<CompileRequest> = {}) {
  const batch = compiled(buildYaml, overrides);
  return batch.ok ? batch.value.jobs.map((job) => job.name) : batch.error;
}
