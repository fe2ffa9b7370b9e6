// The looking half of a pass: reads what the dirty flags ask for, and folds it in together with
// settling the flag. A look that fails leaves its flag dirty and delays the next one.
import type { PullNumber } from '../../schemas/ids.ts';
import type { BranchState, PullFacts } from '../../schemas/state.ts';
import { claimNamespaces } from '../core/claim-namespaces.ts';
import type { BranchConfig } from '../core/config.ts';
import type { Fault } from '../core/fault.ts';
import { githubScope, isDirty } from '../core/flags.ts';
import { foldBatches } from '../core/fold-batches.ts';
import { foldGithub } from '../core/fold-github.ts';
import { type Api, holdApi, isOfApi } from '../core/fold-hold.ts';
import { isGithubRead, landingInDoubt } from '../core/judge-branch.ts';
import type { ObservedBatch, PullRead } from '../core/observation.ts';
import { ok, type Result } from '../core/result.ts';
import type { Fact } from './fact.ts';
import type { Loop } from './loop.ts';
import { type BatchService, type GitHub, PULLS_PER_REQUEST } from './ports.ts';

export async function observeGithub(loop: Loop): Promise<void> {
  const { store, clock, github } = loop;
  const state = store.read();
  if (!isDirty(state.flags.github) || isHeld(state, 'github', clock.now())) return;
  const seen = state.flags.github.marked;
  const scope = githubScope(state.flags.github);
  const read =
    scope.everything || scope.pulls.length > PULLS_PER_REQUEST
      ? await readEverything(github, state)
      : await readSome(github, scope.pulls);
  if (!read.ok) return hold(loop, 'github', read.error);
  const { pulls, ...look } = read.value;
  store.update((now) =>
    foldGithub(
      now,
      { ...look, pulls: withoutDoubtful(pulls, { ...now, head: look.head }), seen },
      clock.now(),
    ),
  );
}

/**
 * What is known of a pull request stands still until it is known whether it landed: GitHub may call it
 * merged, or show its branch at the tested commit, and then it could not be said what landed.
 */
function withoutDoubtful(pulls: readonly PullRead[], state: BranchState): readonly PullRead[] {
  const doubt = landingInDoubt(state);
  return pulls.filter(
    (read) => (read.kind === 'open' ? read.facts.number : read.number) !== doubt?.pr,
  );
}

type GithubLook = Omit<Parameters<typeof foldGithub>[1], 'seen'>;

async function readSome(
  github: GitHub,
  numbers: readonly PullNumber[],
): Promise<Result<GithubLook, Fault>> {
  const read = await github.readPulls(numbers);
  return read.ok ? ok({ ...read.value, rules: null, ownRefs: null }) : read;
}

/**
 * Every page, then one by one the pull requests that we know and that no page had: one that closes
 * between two pages shifts another out of sight.
 */
async function readEverything(
  github: GitHub,
  state: BranchState,
): Promise<Result<GithubLook, Fault>> {
  const [rules, pages] = await Promise.all([github.readRules(), readPages(github)]);
  if (!rules.ok) return rules;
  if (!pages.ok) return pages;
  const listed = new Set(pages.value.pulls.map((facts) => facts.number));
  const unlisted = Object.keys(state.pulls)
    .map(Number)
    .filter((number) => !listed.has(number));
  const single = await readInGroups(github, unlisted);
  if (!single.ok) return single;
  const open = pages.value.pulls.map((facts): PullRead => ({ kind: 'open', facts }));
  const { head, ownRefs } = pages.value;
  return ok({ head, ownRefs, rules: rules.value, pulls: [...open, ...single.value] });
}

async function readPages(github: GitHub): Promise<Result<Fact<GitHub['readPage']>, Fault>> {
  const pulls: PullFacts[] = [];
  const ownRefs: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<GitHub['readPage']>> = await github.readPage(cursor);
    if (!page.ok) return page;
    pulls.push(...page.value.pulls);
    ownRefs.push(...page.value.ownRefs);
    cursor = page.value.next;
    if (cursor === null) return ok({ head: page.value.head, pulls, ownRefs, next: null });
  }
}

async function readInGroups(
  github: GitHub,
  numbers: readonly PullNumber[],
): Promise<Result<PullRead[], Fault>> {
  const reads: PullRead[] = [];
  for (let from = 0; from < numbers.length; from += PULLS_PER_REQUEST) {
    const group = await github.readPulls(numbers.slice(from, from + PULLS_PER_REQUEST));
    if (!group.ok) return group;
    reads.push(...group.value.pulls);
  }
  return ok(reads);
}

/**
 * One list of everything that may have changed; only a batch that the list lacks is asked for by id.
 * The first look waits for the first at GitHub: a batch read before its pull request would be taken
 * for an orphan, and its result never be read again (S2.4).
 */
export async function observeBatches(loop: Loop): Promise<void> {
  const { store, clock, batch, config } = loop;
  const state = store.read();
  if (!isGithubRead(state)) return;
  if (!isDirty(state.flags.batch) || isHeld(state, 'batch', clock.now())) return;
  const seen = state.flags.batch.marked;
  const at = clock.now();
  const listed = await batch.list(state.batchesReadTo ?? 0);
  if (!listed.ok) return hold(loop, 'batch', listed.error);
  const batches = [...listed.value];
  const missing: number[] = [];
  for (const id of expected(state).filter((id) => !batches.some((found) => found.id === id))) {
    const single = await getTwice(batch, id);
    // One batch that cannot be read keeps its own pull request waiting and nobody else's.
    if (!single.ok && isOfApi(single.error)) return hold(loop, 'batch', single.error);
    if (!single.ok) continue;
    if (single.value) batches.push(single.value);
    else missing.push(id);
  }
  store.update((now) => {
    const look = { batches, missing, readTo: readTo(now, batches, missing), seen };
    const folded = foldBatches(now, look, clock.now());
    return claimNamespaces(folded, { batches, at, ...namespaceSettings(config) }, clock.now());
  });
}

const namespaceSettings = ({ namespaces, kubernetesUrl }: BranchConfig) => ({
  expireAfterMs: namespaces.expireAfterMs,
  hasKubernetes: kubernetesUrl !== null,
});

/** The batches that should be there: those that ran when we last looked. */
function expected(state: BranchState): number[] {
  const builds = Object.values(state.pulls).flatMap(({ build }) =>
    build.kind === 'running' ? [build.batch] : [],
  );
  const deploy = state.deploy.kind === 'running' ? [state.deploy.batch] : [];
  return [...new Set([...builds, ...deploy, ...state.live.map(({ id }) => id)])];
}

/** S9.3: a batch is gone only when it was asked for again and still not there. */
async function getTwice(
  batch: BatchService,
  id: number,
): Promise<Result<ObservedBatch | null, Fault>> {
  const first = await batch.get(id);
  return first.ok && first.value === null ? batch.get(id) : first;
}

/** Everything up to just below the oldest batch that still runs, or may. */
function readTo(
  state: BranchState,
  batches: readonly ObservedBatch[],
  missing: readonly number[],
): number {
  const over = new Set([...missing, ...batches.filter((batch) => batch.over).map(({ id }) => id)]);
  const running = [
    ...batches.filter((batch) => !batch.over || mayBeRevived(batch, state)).map(({ id }) => id),
    ...expected(state).filter((id) => !over.has(id)),
  ];
  const newest = Math.max(state.batchesReadTo ?? 0, ...batches.map(({ id }) => id));
  return running.length > 0 ? Math.min(newest, ...running.map((id) => id - 1)) : newest;
}

/** One without jobs gets them when it is asked for again, and then it must not be out of sight. */
function mayBeRevived({ id, purpose, status }: ObservedBatch, state: BranchState): boolean {
  if (status.kind !== 'hollow') return false;
  const { deploy } = state;
  if (purpose.kind === 'deploy')
    return purpose.sha === state.head && !('batch' in deploy && deploy.batch > id);
  const pull = state.pulls[purpose.pr];
  if (purpose.targetSha !== state.head) return false;
  if (pull?.facts.source.sha !== purpose.sourceSha || pull.attempt !== purpose.attempt)
    return false;
  return !('batch' in pull.build) || pull.build.batch < id;
}

export const isHeld = (state: BranchState, api: Api, now: number): boolean =>
  (state.holds[api]?.notBefore ?? 0) > now;

export const hold = ({ store, clock, random }: Loop, api: Api, fault: Fault): void =>
  void store.update((state) => holdApi(state, { api, fault }, clock.now(), random()));
