// Whole files and the jobs that they become, kept as text to be read in a diff.
// UPDATE_GOLDEN=1 writes them anew; `biome check --write` then gives them their form.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobSpecSchema } from '../../schemas/job-spec.ts';
import { readFiles } from '../../scripts/compile/repository.ts';
import { toJobSpecs } from '../../src/compile/compile.ts';
import { compiled } from './support.ts';

const folder = join(import.meta.dirname, 'golden');
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const files = readFiles(join(folder, 'files'), ['app/deployment.yaml', 'app/account.yaml']);

describe('S6.4 golden compile', () => {
  it.each(names)('%s', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const scopes = (['test', 'deploy', 'dev'] as const).map((scope) => {
      const batch = compiled(text, { scope, files });
      if (!batch.ok) throw new Error(JSON.stringify(batch.error));
      const jobs = toJobSpecs(batch.value);
      for (const job of jobs) expect(jobSpecSchema.parse(job)).toEqual(job);
      return [scope, jobs];
    });
    const result = Object.fromEntries(scopes);
    const golden = join(folder, name.replace(/\.yaml$/, '.jobs.json'));
    if (process.env['UPDATE_GOLDEN'] === '1')
      writeFileSync(golden, JSON.stringify(result, null, 2));
    expect(result).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});
