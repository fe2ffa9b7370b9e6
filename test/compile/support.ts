// What compile tests share: the real template engine, and a request with everything in it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CompiledBatch, type CompileRequest, compile } from '../../src/compile/compile.ts';
import { parseBuildYaml } from '../../src/compile/parse.ts';
import type { CompileError, CompileErrors } from '../../src/compile/problem.ts';
import { createRender } from '../../src/compile/render.ts';
import type { Result } from '../../src/core/result.ts';

const wasm = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');
// The types are a Worker's, which may not compile WebAssembly; Node may.
export const render = createRender(Reflect.construct(WebAssembly.Module, [readFileSync(wasm)]));

export const request = (overrides: Partial<CompileRequest> = {}): CompileRequest => ({
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
    regions: ['us-east1'],
    ciNamespace: 'default',
  },
  files: new Map(),
  token: 'batch0token',
  stepToken: (step) => `t-${step.replaceAll(/\W|_/g, '-')}`,
  namespaceMarks: { labels: { 'sluice/branch': 'x' }, annotations: {} },
  devNamespace: 'alice',
  labels: [],
  requestedSteps: null,
  chosenBy: 'person',
  excludedSteps: [],
  ...overrides,
});

export function allErrors(
  buildYaml: string,
  overrides: Partial<CompileRequest> = {},
): Result<CompiledBatch, CompileErrors> {
  const file = parseBuildYaml(buildYaml);
  return file.ok ? compile(file.value, request(overrides), render) : file;
}

/** With the first error alone. */
export function compiled(
  buildYaml: string,
  overrides: Partial<CompileRequest> = {},
): Result<CompiledBatch, CompileError> {
  const batch = allErrors(buildYaml, overrides);
  return batch.ok ? batch : { ok: false, error: batch.error[0] };
}

/** The names of the jobs, or the error. */
export function jobNames(buildYaml: string, overrides: Partial<CompileRequest> = {}) {
  const batch = compiled(buildYaml, overrides);
  return batch.ok ? batch.value.jobs.map((job) => job.name) : batch.error;
}
