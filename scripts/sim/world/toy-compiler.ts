// Compiles the in-memory world's build.yaml, `jobs: N`, so that stories need no template engine. What
// real files compile to is tested in test/compile.
import type { JobSpec } from '../../../schemas/job-spec.ts';
import { err, ok } from '../../../src/core/result.ts';
import type { Compiler } from '../../../src/loop/compiler.ts';

export const toyCompiler: Compiler = {
  expectedFiles: () => [],
  read: ({ text }) => {
    const [, count] = /^jobs: ([1-9]\d*)$/.exec(text ?? '') ?? [];
    if (count === undefined) return err(`build.yaml:1:1: expected "jobs: N", not "${text}"`);
    const jobs = Array.from({ length: Number(count) }, (_, index) => job(index + 1));
    return ok({ files: [], selects: false, compile: () => ok({ jobs, deployed: null }) });
  },
};

const job = (id: number): JobSpec => ({
  job_id: id,
  in_update_parent_ids: [],
  process: { type: 'docker', image: 'toy', command: ['true'] },
  always_run: false,
  always_copy_output: false,
  attributes: { name: `job-${id}` },
  regions: ['toyland'],
});
