// The jobs of a commit's build.yaml: reads it with the files that it names, asks what has changed where
// that decides which steps run, compiles. Each is a look at what cannot change, so it can be repeated.
import type { Sha } from '../../schemas/ids.ts';
import type { Unbuildable } from '../../schemas/state.ts';
import { BUILD_YAML } from '../compile/select-steps.ts';
import type { Fault } from '../core/fault.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { BuildPlan, CompiledJobs, CompileInput, Files } from './compiler.ts';
import type { Loop } from './loop.ts';

/** What is asked for, without what is read at the commit. */
export type Wanted = Pick<
  CompileInput,
  'code' | 'labels' | 'steps' | 'token' | 'namespaceMarks'
> & {
  readonly scope: 'test' | 'deploy';
};

/** What the commit changes is its difference from this one. */
export interface Change {
  readonly base: Sha;
}

export type Failure =
  | { readonly kind: 'unbuildable'; readonly why: Unbuildable }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** @param change null: every step runs, whatever has changed */
export async function compileAt(
  loop: Loop,
  sha: Sha,
  wanted: Wanted,
  change: Change | null,
): Promise<Result<CompiledJobs, Failure>> {
  const read = await readBuild(loop, sha);
  if (!read.ok) return read;
  const { plan, files } = read.value;
  const changed =
    change !== null && plan.selects ? await loop.github.changedFiles(change.base, sha) : ok(null);
  if (!changed.ok) return err({ kind: 'fault', fault: changed.error });
  const compiled = plan.compile({
    ...wanted,
    files,
    changedFiles: changed.value,
    excludedSteps: [],
    devNamespace: null,
  });
  return compiled.ok ? compiled : err(unbuildable(compiled.error));
}

/** In one request, as long as build.yaml names no other files than the last one did; else in two. */
async function readBuild(
  { github, compiler }: Loop,
  sha: Sha,
): Promise<Result<{ plan: BuildPlan; files: Files }, Failure>> {
  const asked = new Set([BUILD_YAML, ...compiler.expectedFiles()]);
  const first = await github.readFiles(sha, [...asked]);
  if (!first.ok) return err({ kind: 'fault', fault: first.error });
  const buildYaml = first.value.get(BUILD_YAML);
  if (!buildYaml) return err(unbuildable(`There is no ${BUILD_YAML} in the top folder.`));
  const plan = compiler.read(buildYaml);
  if (!plan.ok) return err(unbuildable(plan.error));
  const unread = plan.value.files.filter((path) => !asked.has(path));
  if (unread.length === 0) return ok({ plan: plan.value, files: first.value });
  const second = await github.readFiles(sha, unread);
  if (!second.ok) return err({ kind: 'fault', fault: second.error });
  return ok({ plan: plan.value, files: new Map([...first.value, ...second.value]) });
}

const unbuildable = (message: string): Failure => ({
  kind: 'unbuildable',
  why: { kind: 'build_yaml', message },
});
