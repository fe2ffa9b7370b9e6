// Which steps changed files can affect: those that are made from one of them, everything downstream, and
// the steps that always run. What a batch makes of the selection is choose-steps.ts.
import type { Step } from '../../schemas/build-yaml.ts';
import { type Choice, type Placement, runsInCloud, runsInScope } from './choose-steps.ts';
import { closure, dependents } from './graph.ts';
import type { BuildFile } from './parse.ts';

/** The file's path in a repository. */
export const BUILD_YAML = 'build.yaml';
/** Where the repository lies unless the file says. */
const REPO_PREFIX = '/repo';

/** What a step is made from, as places in the batch's storage. @param prefix where the repository lies */
export type Sources = (step: Step, prefix: string) => readonly string[];

/** Inputs as they are written, and nothing else: so the existing service sees it. */
export const inputsAsWritten: Sources = (step) =>
  'inputs' in step ? step.inputs.map(({ from }) => from) : [];

/** A folder is one with or without a slash at its end, and a deploy step is made from its configuration. */
export const sourcesOf: Sources = (step, prefix) => [
  ...inputsAsWritten(step, prefix).map((input) => input.replace(/\/+$/, '')),
  ...(step.kind === 'deploy' ? [`${prefix}/${step.config}`] : []),
];

/**
 * Steps that do not run here, or only when asked for, are neither selected nor a bridge to others.
 * @param changedFiles paths from the repository's top
 */
export function selectSteps(
  { graph, alwaysRunSteps, repoPrefix }: BuildFile,
  changedFiles: readonly string[],
  { scope, cloud }: Placement,
  sources: Sources,
): string[] {
  const prefix = (repoPrefix ?? REPO_PREFIX).replace(/\/+$/, '');
  const selectable = graph.ordered.filter(
    (step) => !step.runIfRequested && runsInScope(step, scope) && runsInCloud(step, cloud),
  );
  const changed = withFolders(changedFiles);
  const affected = selectable.filter((step) =>
    sources(step, prefix).some((source) => isChanged(source, prefix, changed)),
  );
  const below = dependents(selectable);
  const selected = closure(
    affected.map(({ name }) => name),
    (name) => below.get(name) ?? [],
  );
  return [...new Set([...alwaysRunSteps, ...selected])];
}

/**
 * The steps to ask for. Changed files do not matter if the file does not say where the repository lies, or
 * has itself changed.
 * @param steps null: all of them
 * @param changedFiles null: whatever has changed
 * @returns null: all of them
 */
export function requestedSteps(
  file: BuildFile,
  steps: readonly string[] | null,
  changedFiles: readonly string[] | null,
  placement: Placement,
): readonly string[] | null {
  if (file.repoPrefix === null || changedFiles === null || changedFiles.includes(BUILD_YAML))
    return steps;
  const selected = selectSteps(file, changedFiles, placement, sourcesOf).filter((name) => {
    const step = file.graph.byName.get(name);
    // One that is not there at all is a mistake that the compiler tells.
    return step === undefined || runsInCloud(step, placement.cloud);
  });
  return steps === null ? selected : selected.filter((name) => steps.includes(name));
}

/** As `requestedSteps`, with what they were chosen by. */
export function stepsToRun(
  file: BuildFile,
  steps: readonly string[] | null,
  changedFiles: readonly string[] | null,
  placement: Placement,
): Pick<Choice, 'requestedSteps' | 'chosenBy'> {
  const requested = requestedSteps(file, steps, changedFiles, placement);
  if (requested === steps) return { requestedSteps: steps, chosenBy: 'person' };
  return { requestedSteps: requested, chosenBy: steps === null ? 'changes' : 'both' };
}

/** Every changed file and every folder that one lies in; the top is ''. */
function withFolders(files: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    found.add(file);
    for (let at = file.indexOf('/'); at >= 0; at = file.indexOf('/', at + 1)) {
      found.add(file.slice(0, at));
    }
    found.add('');
  }
  return found;
}

/** @param changed files, and the folders that they lie in */
function isChanged(source: string, prefix: string, changed: ReadonlySet<string>): boolean {
  if (source !== prefix && !source.startsWith(`${prefix}/`)) return false;
  const inRepository = source.slice(prefix.length).replace(/^\/+/, '');
  return changed.has(inRepository);
}
