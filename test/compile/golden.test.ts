// Whole files and the jobs that they become, kept as text to be read in a diff.
// UPDATE_GOLDEN=1 writes them anew; `biome check --write` then gives them their form.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobSpecSchema } from '../../schemas/job-spec.ts';
import { toJobSpecs } from '../../src/compile/compile.ts';
import { compiled } from './support.ts';

const folder = join(import.meta.dirname, 'golden');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('S6.4 golden compile', () => {
  it.each(files)('%s', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const scopes = (['test', 'deploy', 'dev'] as const).map((scope) => {
      const batch = compiled(text, { scope });
      if (!batch.ok) return [scope, batch.error];
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
