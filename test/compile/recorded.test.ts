// Compares with what the service whose file format this is makes of its files. The recordings belong to
// another project and lie beside this one; where they are absent, that is said and nothing is compared.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobSpecSchema } from '../../schemas/job-spec.ts';
import { answerOf } from '../../scripts/compile/answer.ts';
import {
  compileDocument,
  RequestDocument,
  SelectionDocument,
  selectRows,
} from '../../scripts/compile/document.ts';
import { toJobSpecs } from '../../src/compile/compile.ts';
import { shellQuote } from '../../src/compile/shell-quote.ts';
import { render } from './support.ts';

const folder = join(import.meta.dirname, '../../../shared/data/compile');
const root = join(folder, 'inputs');
const present = existsSync(folder);

const read = <T extends z.ZodType>(file: string, schema: T): z.infer<T> =>
  schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));

const jobSchema = z.looseObject({ name: z.string(), parents: z.array(z.string()) });
const answerSchema = z.object({
  namespace: z.string().nullable(),
  deployed_services: z.array(z.string()),
  jobs: z.array(jobSchema),
});
const caseSchema = z.object({
  request: RequestDocument,
  expected: z.union([z.object({ error: z.unknown() }), answerSchema]),
});
type Job = z.infer<typeof jobSchema>;

const DEFAULTS: Record<string, string> = {
  always_run: 'false',
  unconfined: 'false',
  network: '"public"',
  env: '{}',
  secrets: '[]',
  input_files: '[]',
  output_files: '[]',
  resources: '{}',
};

/** Without fields at their default, and without what is not recorded in the job that it is compared to. */
function comparable({ parents, ...job }: Job, like: Job): Record<string, unknown> {
  const entries = Object.entries(job).filter(([key, value]) => {
    if (value == null || JSON.stringify(value) === DEFAULTS[key]) return false;
    // Only the user's own scripts are recorded, and our jobs have limits where theirs have none.
    return !((key === 'command' || key === 'timeout') && like[key] == null);
  });
  // Our cleanups also wait for the logs of what they remove.
  const same = job.name.startsWith('cleanup_')
    ? parents.filter((parent) => like.parents.includes(parent))
    : parents;
  return { ...Object.fromEntries(entries), parents: same.toSorted() };
}

describe('S6.4 the jobs are those that users know', () => {
  const names = present ? readdirSync(join(folder, 'cases')) : ['recorded cases, absent here'];
  it.skipIf(!present).each(names)('%s', (name) => {
    const { request, expected } = read(`cases/${name}`, caseSchema);
    const batch = compileDocument(request, root, render);
    if ('error' in expected) {
      expect(batch.ok).toBe(false);
      return;
    }
    if (!batch.ok) throw new Error(JSON.stringify(batch.error));
    for (const job of toJobSpecs(batch.value)) expect(jobSpecSchema.parse(job)).toEqual(job);
    const ours = answerSchema.parse(JSON.parse(JSON.stringify(answerOf(batch))));
    expect(ours.namespace).toBe(expected.namespace);
    expect(ours.deployed_services).toEqual(expected.deployed_services);
    const byName = new Map(ours.jobs.map((job) => [job.name, job]));
    expect([...byName.keys()].toSorted()).toEqual(expected.jobs.map((job) => job.name).toSorted());
    for (const like of expected.jobs)
      expect(comparable(byName.get(like.name) ?? like, like)).toEqual(comparable(like, like));
  });
});

describe('S6.4 the real file, in every scope and for two clouds', () => {
  const environment = {
    STORAGE_URI: 'https://account.blob.core.windows.net/container',
    DOCKER_PREFIX: 'acme.azurecr.io',
    CI_UTILS_IMAGE: 'acme.azurecr.io/ci-utils:1',
    BUILDKIT_IMAGE: 'acme.azurecr.io/buildkit:1',
    DOMAIN: 'azure.example.org',
    REGION: 'eastus',
  };

  // Of another cloud there is no recording: it has fewer jobs, and each of them a job's form.
  it.skipIf(!present).each([
    ['gcp', 'test', 217],
    ['gcp', 'deploy', 76],
    ['gcp', 'dev', 188],
    ['azure', 'test', null],
    ['azure', 'deploy', null],
    ['azure', 'dev', null],
  ] as const)('%s %s', (cloud, scope, count) => {
    const { request } = read(`cases/gcp-citest-${scope}-full.json`, caseSchema);
    const real = { ...request, build_yaml: 'build.yaml', build_yaml_text: null, cloud };
    const { global } = request;
    const elsewhere = { environment, global: { ...global, cloud, azure_subscription_id: 'id' } };
    const document = cloud === 'gcp' ? real : { ...real, ...elsewhere };
    const batch = compileDocument(document, root, render);
    if (!batch.ok) throw new Error(JSON.stringify(batch.error));
    for (const job of toJobSpecs(batch.value)) expect(jobSpecSchema.parse(job)).toEqual(job);
    expect(batch.value.jobs.length).toBe(count ?? batch.value.jobs.length);
    expect(batch.value.jobs.length).toBeGreaterThan(30);
  });
});

describe('S6.5 changed files select the steps that users know', () => {
  it.skipIf(!present)('every recorded row', () => {
    const rows = z.object({ requested: z.array(z.string()) });
    const expected = read('selection.json', z.object({ rows: z.array(rows) })).rows;
    const selected = selectRows(read('selection.json', SelectionDocument), root);
    expect(selected.map(({ requested }) => requested?.toSorted())).toEqual(
      expected.map(({ requested }) => requested),
    );
  });
});

describe('S6.4 templates and quoting agree with the recordings', () => {
  const recordings = z.object({
    jinja_context: z.record(z.string(), z.unknown()),
    shlex_quote: z.array(z.object({ in: z.string(), out: z.string() })),
    jinja: z.array(z.object({ template: z.string(), output: z.string().optional() })),
  });

  it.skipIf(!present)('templates: all but the one that cannot be told apart', () => {
    const { jinja, jinja_context } = read('primitives.json', recordings);
    const differing = jinja.filter(({ template, output }) => {
      const rendered = render(template, jinja_context);
      return output === undefined ? rendered.ok : !rendered.ok || rendered.value !== output;
    });
    // JSON's 1.0 reaches JavaScript as 1.
    expect(differing.map(({ template }) => template)).toEqual(['{{ t }} {{ f }} {{ n }} {{ e }}|']);
  });

  it.skipIf(!present)('shell quoting', () => {
    for (const vector of read('primitives.json', recordings).shlex_quote)
      expect(shellQuote(vector.in)).toBe(vector.out);
  });
});
