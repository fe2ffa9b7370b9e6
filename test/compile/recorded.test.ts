// Compares with what the service whose file format this is makes of its files. The recordings belong to
// another project and lie beside this one; where they are absent, that is said and nothing is compared.
// Steps of kinds that are not compiled yet are replaced by a stand-in of the same name, and what they
// would have given to others by the recorded value.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { UNSUPPORTED_KINDS } from '../../schemas/build-yaml.ts';
import { type CompiledJob, compile, toJobSpecs } from '../../src/compile/compile.ts';
import { shellQuote } from '../../src/compile/shell-quote.ts';
import { render } from './support.ts';

const folder = join(import.meta.dirname, '../../../shared/data/compile');
const present = existsSync(folder);

const anyRecord = z.record(z.string(), z.unknown());
const jobSchema = z.looseObject({ name: z.string(), parents: z.array(z.string()) });
const caseSchema = z.object({
  request: z.object({
    build_yaml: z.string().nullable(),
    build_yaml_text: z.string().nullish(),
    scope: z.enum(['test', 'deploy', 'dev']),
    cloud: z.string(),
    requested_steps: z.array(z.string()).nullable(),
    excluded_steps: z.array(z.string()),
    labels: z.array(z.string()),
    code: z.looseObject({ short_str: z.string(), config: anyRecord, user: z.string().optional() }),
    batch_token: z.string(),
    ci_namespace: z.string(),
    environment: z.record(z.string(), z.string()),
    global: anyRecord,
  }),
  expected: z.union([z.object({ error: z.unknown() }), z.object({ jobs: z.array(jobSchema) })]),
});
type Recorded = z.infer<typeof caseSchema>['request'];

const token = (name: string) => `t${createHash('sha1').update(name).digest('hex').slice(0, 11)}`;
const isUnsupported = (kind: unknown) => UNSUPPORTED_KINDS.some((known) => known === kind);

const stepSchema = z.looseObject({
  kind: z.string(),
  name: z.string(),
  databaseName: z.string().optional(),
});

/** Replaces the steps that cannot be compiled, and every use of their values. */
function withStandIns(text: string, recorded: Recorded) {
  const file = z.looseObject({ steps: z.array(stepSchema) }).parse(parse(text, { version: '1.1' }));
  const namespaces = {
    test: `${recorded.code.short_str}-${recorded.ci_namespace}-${token('default_ns')}`,
    deploy: recorded.ci_namespace,
    dev: recorded.code.user ?? '',
  };
  const given: Record<string, string> = { 'default_ns.name': namespaces[recorded.scope] };
  const standIns = new Set<string>();
  for (const step of file.steps.filter(({ kind }) => isUnsupported(kind))) {
    standIns.add(step.name);
    if (step.databaseName)
      given[`${step.name}.user_secret_name`] = `sql-${step.databaseName}-user-config`;
  }
  const known = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(known);
    if (typeof value === 'string') {
      return Object.entries(given).reduce(
        (all, [from, to]) => all.replaceAll(from, `"${to}"`),
        value,
      );
    }
    if (typeof value !== 'object' || value === null) return value;
    if ('valueFrom' in value) return given[String(value.valueFrom)] ?? value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, known(item)]));
  };
  const frame = ['name', 'dependsOn', 'scopes', 'clouds', 'runIfRequested', 'forceIfLabeled'];
  const steps = file.steps.map((step) => {
    if (!standIns.has(step.name)) return known(step);
    const kept = Object.entries(step).filter(([key]) => frame.includes(key));
    return { ...Object.fromEntries(kept), kind: 'runImage', image: 'x', script: 'true' };
  });
  return { buildYaml: stringify({ ...file, steps }), standIns };
}

function compileRecorded(recorded: Recorded, buildYaml: string) {
  const { environment: e, code } = recorded;
  return compile(
    {
      buildYaml,
      scope: recorded.scope,
      cloud: recorded.cloud,
      code: { ...code.config, short_str: code.short_str },
      global: recorded.global,
      environment: {
        storageUri: e['STORAGE_URI'] ?? '',
        dockerPrefix: e['DOCKER_PREFIX'] ?? '',
        ciUtilsImage: e['CI_UTILS_IMAGE'] ?? '',
        buildkitImage: e['BUILDKIT_IMAGE'] ?? '',
        domain: e['DOMAIN'] ?? '',
        region: e['REGION'] ?? '',
        ciNamespace: recorded.ci_namespace,
      },
      token: recorded.batch_token,
      stepToken: token,
      labels: recorded.labels,
      requestedSteps: recorded.requested_steps,
      excludedSteps: recorded.excluded_steps,
    },
    render,
  );
}

/** In the recordings' form; fields at their default are left out on both sides. */
function asRecorded({ name, parents, spec }: CompiledJob): Record<string, unknown> {
  const { process, env, input_files, output_files, always_copy_output: _, ...same } = spec;
  const pairs = (files: typeof input_files) => files?.map(({ from, to }) => [from, to]);
  return {
    ...same,
    name,
    parents,
    image: process.image,
    command: process.command,
    env: env && Object.fromEntries(env.map((variable) => [variable.name, variable.value])),
    input_files: pairs(input_files),
    output_files: pairs(output_files),
  };
}

const DEFAULTS: Record<string, string> = {
  always_run: 'false',
  unconfined: 'false',
  network: '"public"',
  env: '{}',
  secrets: '[]',
  input_files: '[]',
  output_files: '[]',
  resources: '{}',
  parents: '[]',
  timeout: '0',
};

function comparable(job: Record<string, unknown>, like: Record<string, unknown>) {
  const entries = Object.entries(job).filter(([key, value]) => {
    if (value == null || JSON.stringify(value) === DEFAULTS[key]) return false;
    // Only the user's own scripts are recorded, and our jobs may have limits where theirs have none.
    return !((key === 'command' || key === 'timeout') && like[key] == null);
  });
  const sorted = entries.map(([key, value]) => [
    key,
    key === 'parents' && Array.isArray(value) ? [...value].sort() : value,
  ]);
  return Object.fromEntries(sorted);
}

describe('S6.4 the jobs of runImage and buildImage2 steps are those that users know', () => {
  const names = present ? readdirSync(join(folder, 'cases')) : ['recorded cases, absent here'];
  it.skipIf(!present).each(names)('%s', (name) => {
    const { request, expected } = caseSchema.parse(
      JSON.parse(readFileSync(join(folder, 'cases', name), 'utf8')),
    );
    const text =
      request.build_yaml_text ??
      readFileSync(join(folder, 'inputs', request.build_yaml ?? ''), 'utf8');
    if ('error' in expected) {
      expect(compileRecorded(request, text).ok).toBe(false);
      return;
    }
    const { buildYaml, standIns } = withStandIns(text, request);
    const batch = compileRecorded(request, buildYaml);
    if (!batch.ok) throw new Error(JSON.stringify(batch.error));
    const foreign = (job: string) =>
      [...standIns].some((step) =>
        [step, `${step}_create_passwords`, `${step}_logs`, `cleanup_${step}`].includes(job),
      );
    const own = (jobs: readonly { name: string; parents: readonly string[] }[]) =>
      jobs
        .filter((job) => !foreign(job.name))
        .map((job) => ({ ...job, parents: job.parents.filter((parent) => !foreign(parent)) }));
    const ours = own(
      batch.value.jobs.map((job) => ({ ...asRecorded(job), name: job.name, parents: job.parents })),
    );
    const theirs = own(expected.jobs);
    expect(ours.map((job) => job.name)).toEqual(theirs.map((job) => job.name));
    for (const [index, job] of ours.entries()) {
      const like = theirs[index] ?? {};
      expect(comparable(job, like)).toEqual(comparable(like, like));
    }
  });
});

describe('S6.4 the real file compiles in every scope, within its limits', () => {
  it.skipIf(!present).each(['test', 'deploy', 'dev'] as const)('scope %s', (scope) => {
    const name = `gcp-synthetic-${scope}.json`;
    const { request } = caseSchema.parse(
      JSON.parse(readFileSync(join(folder, 'cases', name), 'utf8')),
    );
    const real = readFileSync(join(folder, 'inputs/build.yaml'), 'utf8');
    const batch = compileRecorded(request, withStandIns(real, request).buildYaml);
    if (!batch.ok) throw new Error(JSON.stringify(batch.error));
    expect(toJobSpecs(batch.value).length).toBeGreaterThan(30);
  });
});

describe('S6.4 templates and quoting agree with the recordings', () => {
  const recordings = z.object({
    jinja_context: anyRecord,
    shlex_quote: z.array(z.object({ in: z.string(), out: z.string() })),
    jinja: z.array(z.object({ template: z.string(), output: z.string().optional() })),
  });
  const read = () =>
    recordings.parse(JSON.parse(readFileSync(join(folder, 'primitives.json'), 'utf8')));

  it.skipIf(!present)('templates: all but the three that the engine cannot tell apart', () => {
    const { jinja, jinja_context } = read();
    const differing = jinja.filter(({ template, output }) => {
      const rendered = render(template, jinja_context);
      return output === undefined ? rendered.ok : !rendered.ok || rendered.value !== output;
    });
    // 1.0 reaches JavaScript as 1; a dict loses its order; a tuple is a list.
    expect(differing.map(({ template }) => template)).toEqual([
      '{{ t }} {{ f }} {{ n }} {{ e }}|',
      '{% for k, v in d.items() %}{{k}}{% endfor %}',
      '{{ (1,2) }}',
    ]);
  });

  it.skipIf(!present)('shell quoting', () => {
    for (const vector of read().shlex_quote) expect(shellQuote(vector.in)).toBe(vector.out);
  });
});
