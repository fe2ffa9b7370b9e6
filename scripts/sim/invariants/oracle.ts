// What is true, judged from the world alone and in other words than the program's: may a pull request
// land, what came of its tests, what should its check say. Of the program it trusts one thing that the world
// does not have: how often people asked for another try of a pull request (`attempt`).
import type { BranchConfig } from '../../../src/core/config.ts';
import type { Resident, Scene } from '../run/scene.ts';
import type { Told } from '../run/town.ts';
import { REFUSED_JOBS, type WorldBatch } from '../world/batch-world.ts';
import type { Files } from '../world/commit-graph.ts';
import type { Report, View, WorldPull } from '../world/github-world.ts';
import { landedSource } from '../world/landing-call.ts';
import { stepsOf } from '../world/toy-compiler.ts';

/** What a pull request is judged by; the world as shown by one read, or as it is. */
export interface Evidence {
  readonly view: View;
  readonly required: readonly string[];
  readonly told: Told;
  readonly config: BranchConfig;
}

/** S7.8. */
const PASSES: readonly string[] = ['success', 'neutral', 'skipped'];

/** @returns what speaks against landing, however its test ends; empty when nothing does */
export function objections(pull: WorldPull, { view, required, told, config }: Evidence): string[] {
  const carries = (unwanted: readonly string[]): boolean =>
    pull.labels.some((label) => unwanted.includes(label));
  const approvals = new Set(pull.approvedBy.filter((login) => login !== pull.author)).size;
  const runs = view.reports[pull.source.sha] ?? [];
  const isNewest = ({ name, app, run }: Report): boolean =>
    !runs.some((other) => other.name === name && other.app === app && other.run > run);
  const reports = runs.filter(isNewest);
  // Our own check is judged by the batch.
  const others = required.filter((name) => name !== config.checkName);
  const missing = others.filter(
    (name) =>
      !reports.some((report) => report.name === name) ||
      reports.some((report) => report.name === name && !PASSES.includes(report.state)),
  );
  const judged: readonly (readonly [boolean, string])[] = [
    [pull.state !== 'open', `it is ${pull.state}`],
    [pull.base !== config.branch, `it is for ${pull.base}`],
    [!mayRun(pull, told, config), `${pull.author} is not authorized`],
    [pull.draft, 'it is a draft'],
    [carries(config.labels.doNotMerge) || carries(config.labels.doNotTest), 'a label forbids it'],
    [pull.changesRequestedBy.length > 0, 'changes are requested'],
    [approvals < (view.rules.review ? 1 : config.minimumApprovals), 'it is not approved'],
    [missing.length > 0, `${missing} did not succeed`],
    [told.frozen, 'the branch is frozen'],
    [!config.mergeable, 'nothing may land there'],
  ];
  return judged.flatMap(([holds, words]) => (holds ? [words] : []));
}

export const mayRun = (
  { author, source }: WorldPull,
  told: Told,
  { developers }: BranchConfig,
): boolean => developers.includes(author) || told.authorized.has(source.sha);

/** It may be tested now: by somebody whose code may run, without a label against it. */
export const mayBeTested = (pull: WorldPull, { told, config }: Resident): boolean =>
  mayRun(pull, told, config) &&
  !pull.labels.some((label) => config.labels.doNotTest.includes(label));

/** Open pull requests that this branch has to care for. */
export const openPulls = ({ github }: Scene, { config }: Resident): WorldPull[] =>
  Object.values(github.view.pulls).filter(
    ({ state, base }) => state === 'open' && base === config.branch,
  );

/** Why no commit can be made or tested of it on the branch as it is; null when one can. */
export function obstacle({ github }: Scene, pull: WorldPull, { config }: Resident): string | null {
  const head = github.branch(config.branch);
  const files = github.graph.merge(head, pull.source.sha);
  if (!files) return 'it conflicts';
  if (sameFiles(files, github.graph.get(head).files)) return 'it changes nothing';
  return isBuildable(files) ? null : 'its build.yaml is wrong';
}

/** Its build.yaml compiles, and Batch takes its jobs. */
export function isBuildable(files: Files): boolean {
  const steps = stepsOf(files['build.yaml']);
  return steps !== null && steps.length !== REFUSED_JOBS;
}

function sameFiles(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) {
  const paths = Object.keys({ ...a, ...b });
  return paths.every((path) => a[path] === b[path]);
}

export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' | 'passed' | 'failed'; readonly batch: WorldBatch };

/** What the newest batch says about the pull request's present commit. */
export const verdictOf = (sim: Scene, pull: WorldPull, town: Resident): Verdict =>
  verdictBy(testsOf(sim, pull, town)[0]);

/** What the youngest batch says, which is another when an older one was asked for again; as Batch's ids tell it. */
export const verdictById = (sim: Scene, pull: WorldPull, town: Resident): Verdict =>
  verdictBy(testsOf(sim, pull, town).toSorted((a, b) => b.id - a.id)[0]);

/** What the newest batch says that was about the branch as it is, after it was set back perhaps. */
export function verdictOnHead(sim: Scene, pull: WorldPull, town: Resident): Verdict {
  const head = sim.github.branch(town.config.branch);
  const tests = testsOf(sim, pull, town);
  return verdictBy(
    tests.find(({ purpose }) => purpose.kind === 'test' && purpose.targetSha === head),
  );
}

/** What the newest batch says that was about a commit that is still in the branch: others were set back since. */
export function verdictInBranch(sim: Scene, pull: WorldPull, town: Resident): Verdict {
  const head = sim.github.branch(town.config.branch);
  return verdictBy(
    testsOf(sim, pull, town).find(
      ({ purpose }) =>
        purpose.kind === 'test' && sim.github.graph.contains(head, purpose.targetSha),
    ),
  );
}

function verdictBy(batch: WorldBatch | undefined): Verdict {
  if (!batch) return { kind: 'none' };
  if (batch.overAt === null) return { kind: 'running', batch };
  return { kind: batch.counters.n_failed === 0 ? 'passed' : 'failed', batch };
}

/** The batches that say anything about the present commit and attempt, newest first. */
function testsOf({ batch }: Scene, pull: WorldPull, { config, state }: Resident): WorldBatch[] {
  // How often it was asked for again is between people and the program.
  const attempt = state.pulls[pull.number]?.attempt ?? 1;
  return batch
    .tests(pull.number)
    .filter(
      ({ attributes, purpose, counters, deleted }) =>
        attributes['target_branch'] === config.name &&
        purpose.kind === 'test' &&
        purpose.sourceSha === pull.source.sha &&
        purpose.attempt >= attempt &&
        !deleted &&
        counters.n_jobs > 0 &&
        counters.state !== 'cancelled',
    )
    .toSorted((a, b) => b.purpose.attempt - a.purpose.attempt || b.askedFor - a.askedFor);
}

/** It is in the branch already, and closed or as good as closed. */
export const hasLandedHere = (sim: Scene, pull: WorldPull, town: Resident): boolean =>
  landingsOf(sim, pull, town).length > 0;

export const hasLandedAsItIs = (sim: Scene, pull: WorldPull, town: Resident): boolean =>
  landingsOf(sim, pull, town).some((landing) => landedSource(sim, landing) === pull.source.sha);

const landingsOf = ({ github }: Scene, { number }: WorldPull, { config }: Resident) =>
  github.landings.filter(
    ({ pr, sha }) => pr === number && github.graph.contains(github.branch(config.branch), sha),
  );

/** Where pull requests share a commit, the oldest one's check is shown. */
export const ownersOf = (pulls: readonly WorldPull[]): WorldPull[] =>
  pulls.filter(
    ({ number, source }) =>
      !pulls.some((other) => other.number < number && other.source.sha === source.sha),
  );
