// Compiles the in-memory world's build.yaml, `jobs: N`, so that stories need no template engine. Each of its steps
// is one job. What real files compile to is tested in test/compile.
import type { JobSpec } from '../../../schemas/job-spec.ts';
import type { Deployed } from '../../../src/core/deployed-attributes.ts';
import { digest } from '../../../src/core/digest.ts';
import { err, ok } from '../../../src/core/result.ts';
import { testNamespaceName } from '../../../src/core/test-namespace.ts';
import type { CompileInput, Compiler, Mistakes } from '../../../src/loop/compiler.ts';
import type { NamespaceOrder } from './kubernetes-world.ts';

/** @param deploys a test makes a namespace of its own, and a deploy deploys a service into the one there is */
export const toyCompiler = ({ deploys }: { readonly deploys: boolean }): Compiler => ({
  expectedFiles: () => [],
  read: ({ text }) => {
    const steps = stepsOf(text);
    if (!steps) return err(wrong(text));
    return ok({
      files: [],
      selects: false,
      compile: (input) => {
        const left = steps.filter((step) => !input.passedJobs.has(step));
        const kept = left.length === 0 ? steps : left;
        const leftOut = steps.filter((step) => !kept.includes(step));
        const deployed = deploys ? deployedBy(input) : null;
        const makes = deployed && input.scope === 'test' ? orderOf(input, deployed) : null;
        return ok({
          jobs: kept.map((step, index) => job(index + 1, step, makes)),
          deployed,
          leftOut: new Map(leftOut.map((step) => [step, [step]])),
        });
      },
    });
  },
});

function wrong(text: string | null): Mistakes {
  const message = `expected "jobs: N", not "${text}"`;
  const mistakes = [{ message, file: 'build.yaml', line: 1, column: 1 }];
  return { message: `build.yaml:1:1: ${message}`, mistakes };
}

/** @returns the names of its steps; null when it is wrong */
export function stepsOf(buildYaml: string | null | undefined): string[] | null {
  const count = /^jobs: ([1-9]\d*)$/.exec(buildYaml ?? '')?.[1];
  if (count === undefined) return null;
  return Array.from({ length: Number(count) }, (_, index) => `job-${index + 1}`);
}

/** What a deploy of the branch deploys. */
export const serviceName = (branch: string): string => `web-${branch}`;

const deployedBy = ({ scope, code, token }: CompileInput): Deployed =>
  scope === 'test'
    ? {
        namespace: testNamespaceName(code.short_str, 'default', digest(token).slice(0, 12)),
        services: [],
      }
    : {
        namespace: 'default',
        services: [{ kind: 'Deployment', name: serviceName(String(code['branch'])) }],
      };

const orderOf = ({ namespaceMarks }: CompileInput, { namespace }: Deployed): NamespaceOrder => ({
  name: namespace,
  labels: namespaceMarks.labels,
});

/** The first one makes the namespace, by words that only the in-memory Batch understands. */
const job = (id: number, name: string, makes: NamespaceOrder | null): JobSpec => ({
  job_id: id,
  in_update_parent_ids: [],
  process: { type: 'docker', image: 'toy', command: ['true'] },
  always_run: false,
  always_copy_output: false,
  attributes: { name, ...(makes && id === 1 ? { makes: JSON.stringify(makes) } : {}) },
  regions: ['toyland'],
});
