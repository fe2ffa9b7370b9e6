// Compiles the in-memory world's build.yaml, `jobs: N`, so that stories need no template engine. Each of its steps
// is one job. What real files compile to is tested in test/compile.
import type { JobSpec } from '../../../schemas/job-spec.ts';
import { err, ok } from '../../../src/core/result.ts';
import type { Compiler } from '../../../src/loop/compiler.ts';

export const toyCompiler: Compiler = {
  expectedFiles: () => [],
  read: ({ text }) => {
    const steps = stepsOf(text);
    if (!steps) return err(`build.yaml:1:1: expected "jobs: N", not "${text}"`);
    return ok({
      files: [],
      selects: false,
      compile: ({ passedJobs }) => {
        const left = steps.filter((step) => !passedJobs.has(step));
        const kept = left.length === 0 ? steps : left;
        const leftOut = steps.filter((step) => !kept.includes(step));
        return ok({
          jobs: kept.map((step, index) => job(index + 1, step)),
          namespace: null,
          leftOut: new Map(leftOut.map((step) => [step, [step]])),
        });
      },
    });
  },
};

/** @returns the names of its steps; null when it is wrong */
export function stepsOf(buildYaml: string | null | undefined): string[] | null {
  const count = /^jobs: ([1-9]\d*)$/.exec(buildYaml ?? '')?.[1];
  if (count === undefined) return null;
  return Array.from({ length: Number(count) }, (_, index) => `job-${index + 1}`);
}

const job = (id: number, name: string): JobSpec => ({
  job_id: id,
  in_update_parent_ids: [],
  process: { type: 'docker', image: 'toy', command: ['true'] },
  always_run: false,
  always_copy_output: false,
  attributes: { name },
  regions: ['toyland'],
});
