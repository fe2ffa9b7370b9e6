// The look at GitHub: reads what its flag asks for, and folds it in together with settling the flag. A look that
// fails leaves its flag dirty and delays the next one.
import type { PullNumber } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { Fault } from '../core/fault.ts';
import { isDirty, scopeOf } from '../core/flags.ts';
import { foldGithub, foldRules } from '../core/fold-github.ts';
import { landingInDoubt } from '../core/judge-branch.ts';
import { needsGithubsWord } from '../core/judge-pull.ts';
import { numberOf, type PullRead } from '../core/observation.ts';
import { ok, type Result } from '../core/result.ts';
import type { Fact } from './fact.ts';
import { hold, isHeld } from './hold.ts';
import type { Loop } from './loop.ts';
import { type GitHub, PULLS_PER_REQUEST } from './ports.ts';
import { isTooMuch, readPages } from './read-pages.ts';

export async function observeGithub(loop: Loop): Promise<void> {
  const { store, clock, github } = loop;
  const state = store.read();
  if (!isDirty(state.flags.github) || isHeld(state, 'github', clock.now())) return;
  const seen = state.flags.github.marked;
  const scope = scopeOf(state.flags.github);
  const read =
    scope.everything || scope.single.length > PULLS_PER_REQUEST
      ? await readEverything(loop, state)
      : await readSome(github, scope.single);
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
  return pulls.filter((read) => numberOf(read) !== doubt?.pr);
}

type GithubLook = Omit<Parameters<typeof foldGithub>[1], 'seen'>;

async function readSome(
  github: GitHub,
  numbers: readonly PullNumber[],
): Promise<Result<GithubLook, Fault>> {
  const read = await readGroup(github, numbers);
  return read.ok ? ok({ ...read.value, rules: null, ownRefs: null }) : read;
}

/**
 * Every page, then by number the pull requests that we know and that no page had: one that closes
 * between two pages shifts another out of sight; and those of which a page does not tell enough.
 */
async function readEverything(
  { github, store, pageEnds }: Loop,
  state: BranchState,
): Promise<Result<GithubLook, Fault>> {
  const [rules, pages] = await Promise.all([github.readRules(), readPages(github, pageEnds)]);
  if (!rules.ok) return rules;
  store.update((now) => foldRules(now, rules.value));
  if (!pages.ok) return pages;
  const { head, ownRefs, pulls } = pages.value;
  const listed = new Set(pulls.map(numberOf));
  const known = Object.keys({ ...state.pulls, ...state.unreadPulls }).map(Number);
  const untold = pulls.filter(
    (read) => read.kind === 'open' && needsGithubsWord(read.facts, rules.value),
  );
  const single = await readInGroups(github, [
    ...known.filter((number) => !listed.has(number)),
    ...untold.map(numberOf),
  ]);
  if (!single.ok) return single;
  const told = pulls.filter((read) => !untold.includes(read));
  return ok({ head, ownRefs, rules: rules.value, pulls: [...told, ...single.value] });
}

async function readInGroups(
  github: GitHub,
  numbers: readonly PullNumber[],
): Promise<Result<PullRead[], Fault>> {
  const reads: PullRead[] = [];
  for (let from = 0; from < numbers.length; from += PULLS_PER_REQUEST) {
    const group = await readGroup(github, numbers.slice(from, from + PULLS_PER_REQUEST));
    if (!group.ok) return group;
    reads.push(...group.value.pulls);
  }
  return ok(reads);
}

async function readGroup(
  github: GitHub,
  numbers: readonly PullNumber[],
): Promise<Result<Fact<GitHub['readPulls']>, Fault>> {
  const read = await github.readPulls(numbers);
  if (read.ok || !isTooMuch(read.error) || numbers.length <= 1) return read;
  const half = Math.ceil(numbers.length / 2);
  const first = await readGroup(github, numbers.slice(0, half));
  if (!first.ok) return first;
  const second = await readGroup(github, numbers.slice(half));
  if (!second.ok) return second;
  return ok({ ...second.value, pulls: [...first.value.pulls, ...second.value.pulls] });
}
