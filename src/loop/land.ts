// Landing: the one thing that must never go wrong. The intent is in the outbox before this runs. In mode `exact` the
// branch is moved by compare-and-swap from the commit that the test was based on to the commit that was tested; in mode
// `github` the merge API merges the source commit that was tested. In both, what landed is read back and compared.
//
// Races, by letter:
// A. The pull request changes between the decision and the leap (a label, a review, a push): it is
//    read once more, and the landing is dropped unless the decision is still the same.
// B. Somebody pushes to the branch or to the source branch: the compare-and-swap fails, nothing moves. The merge API
//    compares the source alone: the branch is looked at just before, and a push that comes between is found afterwards:
//    the commit has another parent, or tree. Then the branch is frozen and somebody is told.
// C. The answer is lost, or we die: the outbox row says `unknown`, and the next pass reads back, from the branch or from
//    the pull request, before it does anything else.
// D. GitHub's reads lag: a landing that was read back as not done may have been done, so one that
//    finds the branch moved is read back, too; and a wrong read-back is believed only after the lag.
// E. Nobody remembers: the storage was lost, or a dead process's call came late. A result that was found,
//    and a landing that was lost to somebody, are looked for in the branch once, after the lag. In mode `github` GitHub
//    shows the pull request as merged; a push that came between is found by nobody when the storage is lost in that moment.
// F. GitHub does not notice that it is merged, or rules kept the source branch from coming along: whoever looks after the lag
//    and finds it open has it closed (fold-github.ts).
import type { ActionOf } from '../../schemas/action.ts';
import type { Sha } from '../../schemas/ids.ts';
import type { PullRequest } from '../../schemas/state.ts';
import { actionKey } from '../core/action-key.ts';
import { intendedCheck } from '../core/check.ts';
import { decide } from '../core/decide.ts';
import type { Fault } from '../core/fault.ts';
import { foldGithub } from '../core/fold-github.ts';
import { vouchedFor } from '../core/fold-landing.ts';
import { faulted, notTried, type Outcome } from '../core/outcome.ts';
import { READ_LAG_MS } from '../core/read-lag.ts';
import { ok, type Result } from '../core/result.ts';
import { isSame } from '../core/same.ts';
import type { Loop } from './loop.ts';
import { post } from './post-check.ts';

export async function land(loop: Loop, action: ActionOf<'land'>): Promise<Outcome> {
  const { github, store } = loop;
  const { pr, testedSha, mode } = action.landing;
  const last = await lookOnceMore(loop, action);
  if (last.kind !== 'still_wanted') return last;
  const pull = store.read().pulls[pr];
  if (!pull) return { kind: 'land_overtaken', action };
  if (mode === 'exact') {
    const vouched = await vouch(loop, pull, testedSha);
    if (!vouched.ok) return notTried(action, vouched.error);
    if (!isWanted(loop, action)) return { kind: 'land_overtaken', action };
  }
  const landed = await github.land(action.landing, pull.facts.source, last.message);
  if (!landed.ok) return faulted(action, landed.error);
  switch (landed.value.kind) {
    case 'landed':
      return { kind: 'landed', action, landedSha: landed.value.sha };
    case 'moved':
      return whoMovedIt(loop, action);
    case 'refused':
      return { kind: 'land_refused', action, words: landed.value.words };
  }
}

/** Branch protection looks at the commit that is pushed, so our check has to stand there first. */
async function vouch(loop: Loop, pull: PullRequest, testedSha: Sha): Promise<Result<void, Fault>> {
  if (pull.vouched === testedSha) return ok(undefined);
  const { store, config } = loop;
  const check = intendedCheck(pull, store.read().authorized, config);
  // On a commit of our own, where a second run after a crash would say the same as the first.
  const posted = await post(loop, testedSha, { check, build: pull.build, isFirst: true });
  if (posted.ok) store.update((state) => vouchedFor(state, pull.facts.number, testedSha));
  return posted;
}

async function whoMovedIt({ github }: Loop, action: ActionOf<'land'>): Promise<Outcome> {
  const found = await github.readBack(action.landing);
  if (!found.ok) return notTried(action, found.error);
  return found.value.kind === 'landed'
    ? { kind: 'landed', action, landedSha: found.value.sha }
    : { kind: 'land_lost', action };
}

/** The last look before the leap; it brings the message that the merge API wants to be told. */
async function lookOnceMore(
  loop: Loop,
  action: ActionOf<'land'>,
): Promise<Outcome | { readonly kind: 'still_wanted'; readonly message?: string | null }> {
  const { github, store, clock } = loop;
  const seen = store.read().flags.github.settled;
  const { pr, testedSha, targetSha, mode } = action.landing;
  const read = await github.readPulls([pr], mode === 'github' ? testedSha : undefined);
  if (!read.ok) return notTried(action, read.error);
  if (mode === 'exact' && read.value.head === testedSha)
    return { kind: 'landed', action, landedSha: testedSha };
  store.update((state) =>
    foldGithub(state, { ...read.value, rules: null, ownRefs: null, seen }, clock.now()),
  );
  if (!isWanted(loop, action)) return { kind: 'land_overtaken', action };
  // The merge API compares nothing with it, so that it must be seen there, whatever we know of our own landings.
  if (mode === 'github' && read.value.head !== targetSha) return whoMovedIt(loop, action);
  return { kind: 'still_wanted', message: read.value.message ?? null };
}

/** Would we decide the same now? The landing's own outbox row is left aside. */
function isWanted({ store, config, clock }: Loop, action: ActionOf<'land'>): boolean {
  const state = store.read();
  const others = Object.entries(state.outbox).filter(([, row]) => row.action.kind !== 'land');
  const plan = decide({ ...state, outbox: Object.fromEntries(others) }, config, clock.now());
  return plan.actions.some(
    (planned) => planned.kind === 'land' && isSame(planned.landing, action.landing),
  );
}

export async function settleLanding(
  { github, store, clock, config }: Loop,
  action: ActionOf<'settle_landing'>,
): Promise<Outcome> {
  const row = store.read().outbox[actionKey(config.name, action)];
  const triedAt = row?.triedAt ?? row?.since ?? -Infinity;
  const found = await github.readBack(action.landing);
  if (!found.ok) return faulted(action, found.error);
  switch (found.value.kind) {
    case 'landed':
      return { kind: 'landed', action, landedSha: found.value.sha };
    case 'not_landed':
      // Somebody may push on top before the reads catch up, and then nobody would know that it landed; or what
      // it landed on may be no more what was tested on, and nobody would look.
      if (clock.now() - triedAt < READ_LAG_MS) return { kind: 'not_shown', action, triedAt };
      return { kind: 'not_landed', action };
    case 'moved_elsewhere':
      return { kind: 'land_lost', action };
  }
}

export async function findLanding(
  { github }: Loop,
  action: ActionOf<'find_landing'>,
): Promise<Outcome> {
  // Nobody asks again after this, so that one wrong answer is not enough.
  for (let look = 0; look < 2; look++) {
    const found = await github.readBack(action.landing);
    if (!found.ok) return faulted(action, found.error);
    if (found.value.kind === 'landed')
      return { kind: 'landed', action, landedSha: found.value.sha };
  }
  return { kind: 'landing_not_found', action };
}

export async function verifyLanding(
  { github, store, clock }: Loop,
  action: ActionOf<'verify_landing'>,
): Promise<Outcome> {
  const landing = store
    .read()
    .landings.find(({ testedSha }) => testedSha === action.landing.testedSha);
  if (!landing) return { kind: 'landing_verified', action };
  const { landedSha, at } = landing;
  const found = await github.verify(action.landing, landedSha);
  if (!found.ok) return faulted(action, found.error);
  if (found.value.kind === 'as_tested') return { kind: 'landing_verified', action };
  const { kind, words } = found.value;
  if (kind === 'not_in_branch' && clock.now() - at < READ_LAG_MS)
    return notTried(action, { kind: 'unreadable', message: words });
  return { kind: 'landing_mismatch', action, landedSha, found: words };
}
