// The jobs of a commit's build.yaml: reads it with the files that it names, asks what has changed where
// that decides which steps run, compiles. Each is a look at what cannot change, so it can be repeated.
import type { Sha } from '../../schemas/ids.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';
import { BUILD_YAML } from '../compile/select-steps.ts';
import type { Fault } from '../core/fault.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { BuildPlan, CompiledJobs, CompileInput, Files, Mistakes } from './compiler.ts';
import type { Loop } from './loop.ts';

/** What is asked for, without what is read at the commit. */
export type Wanted = Omit<
  CompileInput,
  'files' | 'changedFiles' | 'excludedSteps' | 'devNamespace'
> &
  Partial<Pick<CompileInput, 'excludedSteps' | 'devNamespace'>>;

/** What it is done with. */
type Hands = Pick<Loop, 'github' | 'compiler'>;

/** What the commit changes is its difference from this one. */
export interface Change {
  readonly base: Sha;
}

export type Failure =
  | { readonly kind: 'unbuildable'; readonly why: Unbuildable }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly api: 'github' | 'batch' };

/** The files that a commit's build.yaml will probably need, itself the first. */
export const expectedPaths = ({ compiler }: Pick<Hands, 'compiler'>): string[] => [
  ...new Set([BUILD_YAML, ...compiler.expectedFiles()]),
];

/**
 * @param change null: every step runs, whatever has changed
 * @param first the expected files of the commit, where they were read already
 */
export async function compileAt(
  hands: Hands,
  sha: Sha,
  wanted: Wanted,
  change: Change | null,
  first?: ReadFiles,
): Promise<Result<CompiledJobs, Failure>> {
  const read = await readBuild(hands, sha, first);
  if (!read.ok) return read;
  const { plan, files } = read.value;
  const changed =
    change !== null && plan.selects ? await hands.github.changedFiles(change.base, sha) : ok(null);
  if (!changed.ok) return err(ofGithub(changed.error));
  const compiled = plan.compile({
    excludedSteps: [],
    devNamespace: null,
    ...wanted,
    files,
    changedFiles: changed.value,
  });
  return compiled.ok ? compiled : err(unbuildable(compiled.error));
}

/** What was asked for at a commit, and what of it is there. */
export interface ReadFiles {
  readonly asked: readonly string[];
  readonly files: Files;
}

/** In one request, as long as build.yaml names no other files than the last one did; else in two. */
async function readBuild(
  hands: Hands,
  sha: Sha,
  known?: ReadFiles,
): Promise<Result<{ plan: BuildPlan; files: Files }, Failure>> {
  const { github, compiler } = hands;
  const asked = known?.asked ?? expectedPaths(hands);
  const first = known ? ok(known.files) : await github.readFiles(sha, asked);
  if (!first.ok) return err(ofGithub(first.error));
  const buildYaml = first.value.get(BUILD_YAML);
  if (!buildYaml)
    return err(unbuildable({ message: `There is no ${BUILD_YAML} in the top folder.` }));
  const plan = compiler.read(buildYaml);
  if (!plan.ok) return err(unbuildable(plan.error));
  const unread = plan.value.files.filter((path) => !asked.includes(path));
  if (unread.length === 0) return ok({ plan: plan.value, files: first.value });
  const second = await github.readFiles(sha, unread);
  if (!second.ok) return err(ofGithub(second.error));
  return ok({ plan: plan.value, files: new Map([...first.value, ...second.value]) });
}

const ofGithub = (fault: Fault): Failure => ({ kind: 'fault', fault, api: 'github' });

const unbuildable = (mistakes: Mistakes): Failure => ({
  kind: 'unbuildable',
  why: { kind: 'build_yaml', ...mistakes },
});
