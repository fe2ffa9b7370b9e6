// What must hold when people and faults rest: two polls after, and when every batch has ended. The world
// is asked by the oracle; the program for its reasons, and whether it is frozen, which an invariant of its own
// compares with what people said.
import type { Check } from '../../../schemas/action.ts';
import type { Sha } from '../../../schemas/ids.ts';
import { decide } from '../../../src/core/decide.ts';
import type { Resident, Scene } from '../run/scene.ts';
import { checkShown } from '../world/check-runs.ts';
import type { WorldPull } from '../world/github-world.ts';
import { clusterRestInvariants } from './cluster-invariants.ts';
import type { Invariant } from './invariant.ts';
import { isTold, lostRaces, overtaken } from './lost-races.ts';
import {
  hasLandedAsItIs,
  hasLandedHere,
  isBuildable,
  mayBeTested,
  objections,
  obstacle,
  openPulls,
  ownersOf,
  type Verdict,
  verdictInBranch,
  verdictOf,
  verdictOnHead,
} from './oracle.ts';
import { wordInvariants } from './word-invariants.ts';

export interface RestInvariant extends Invariant {
  /** Two polls after the calm, or also when every batch has ended. */
  readonly from: 'two polls' | 'rest';
  /** @returns what is wrong, or null */
  readonly check: (sim: Scene, town: Resident, atRest: boolean) => string | null;
}

export const restInvariants: readonly RestInvariant[] = [
  {
    name: 'no test of what is superseded',
    sentence:
      'Two polls after the last change no test runs for a closed pull request or a commit that was replaced.',
    from: 'two polls',
    check: (sim, town) => {
      const open = openPulls(sim, town);
      const orphan = sim.batch.running.find(({ purpose, attributes }) => {
        if (purpose.kind !== 'test' || attributes['target_branch'] !== town.config.name)
          return false;
        const pull = open.find(({ number }) => number === purpose.pr);
        return pull?.source.sha !== purpose.sourceSha;
      });
      return orphan ? `batch ${orphan.id} still runs` : null;
    },
  },
  {
    name: 'checks tell the truth',
    sentence: 'Two polls after the last change every check on GitHub says what came of the test.',
    from: 'two polls',
    check: (sim, town, atRest) =>
      firstOf(ownersOf(openPulls(sim, town)), (pull) => wrongCheck(sim, town, pull, atRest)),
  },
  {
    name: 'what may land lands',
    sentence: 'At rest every pull request that may land has landed.',
    from: 'rest',
    check: (sim, town) =>
      firstOf(openPulls(sim, town), (pull) => {
        const { view } = sim.github;
        const required = [...view.rules.ruleset, ...view.rules.classic];
        const told = { ...town.told, frozen: town.state.frozen !== null };
        const against = objections(pull, { view, required, told, config: town.config });
        if (against.length > 0 || obstacle(sim, pull, town) !== null) return null;
        return verdictOf(sim, pull, town).kind === 'failed' ? null : `#${pull.number} did not land`;
      }),
  },
  {
    name: 'what may be tested is tested',
    sentence: 'At rest every pull request that may be tested was tested, or cannot be built.',
    from: 'rest',
    check: (sim, town) =>
      firstOf(openPulls(sim, town), (pull) => {
        if (!mayBeTested(pull, town) || obstacle(sim, pull, town) !== null) return null;
        const verdict = verdictOf(sim, pull, town).kind;
        return verdict === 'passed' || verdict === 'failed' ? null : `#${pull.number}: ${verdict}`;
      }),
  },
  {
    name: 'what is deployable is deployed',
    sentence: 'At rest the head of a deployable branch is deployed, or its deploy has failed.',
    from: 'rest',
    check: ({ github, batch }, { config, state }) => {
      const head = github.branch(config.branch);
      if (!config.deployable || state.frozen) return null;
      if (!isBuildable(github.graph.get(head).files)) return null;
      const done = batch.deploys.some(
        ({ purpose, attributes, counters, overAt }) =>
          purpose.kind === 'deploy' &&
          purpose.sha === head &&
          attributes['target_branch'] === config.name &&
          counters.n_jobs > 0 &&
          overAt !== null,
      );
      return done ? null : `${head} was not deployed`;
    },
  },
  {
    name: 'nobody waits without a reason',
    sentence: 'At rest every open pull request has at least one reason for not having landed.',
    from: 'rest',
    check: (sim, town) => {
      const { blocked } = decide(town.state, town.config, town.now);
      return firstOf(openPulls(sim, town), (pull) => {
        const told = blocked.find(({ pr }) => pr === pull.number)?.reasons ?? [];
        if (hasLandedHere(sim, pull, town)) return null;
        return told.length > 0 ? null : `#${pull.number} has no reason`;
      });
    },
  },
  {
    name: 'what landed is closed',
    sentence:
      'At rest no pull request is open that has landed, and no ref of ours is left of one that is not open.',
    from: 'rest',
    check: (sim, town) => {
      const open = openPulls(sim, town);
      // What somebody pushed to it since is another matter.
      const landed = open.find((pull) => hasLandedAsItIs(sim, pull, town));
      if (landed) return `#${landed.number} is open`;
      const left = sim.github.ownRefs.find(
        (ref) =>
          ref.includes(`/${town.config.branch}/`) &&
          !open.some(({ number }) => ref.endsWith(`/${number}`)),
      );
      return left ? `a ref is left: ${left}` : null;
    },
  },
  {
    name: 'a freeze is somebody’s',
    sentence:
      'A branch is frozen when and as long as a person says so, or when somebody took back what had landed, or moved the branch or retargeted the pull request as GitHub merged.',
    from: 'rest',
    check: (sim, town) => {
      const { told, state, removed } = town;
      const { frozen } = told;
      if (!state.frozen) return frozen ? 'the freeze was forgotten' : null;
      const { reason } = state.frozen;
      const causes = [...removed, ...lostRaces(sim, town), ...overtaken(sim, town)];
      if (frozen || causes.some((sha) => reason.includes(sha))) return null;
      return `it froze itself: ${reason}`;
    },
  },
  {
    name: 'a lost race is told',
    sentence:
      'At rest somebody was told of every merge by GitHub whose commit has other parents or another tree than what was tested, unless the storage was lost.',
    from: 'rest',
    check: (sim, town) => {
      if (town.object.memoriesLost > 0) return null;
      const untold = lostRaces(sim, town).find((sha) => !isTold(sim, sha));
      return untold === undefined ? null : `nobody was told of ${untold}`;
    },
  },
  ...wordInvariants,
  ...clusterRestInvariants,
];

function wrongCheck(sim: Scene, town: Resident, pull: WorldPull, atRest: boolean): string | null {
  if (hasLandedHere(sim, pull, town)) return null;
  const shown = checkShown(sim.github.view, pull.source.sha, town.config);
  // After the branch was set back the newest test may be about a commit that is gone, and either counts.
  const others = [verdictOnHead(sim, pull, town), verdictInBranch(sim, pull, town)];
  const verdicts = [verdictOf(sim, pull, town), ...others.filter(({ kind }) => kind !== 'none')];
  const queued = !atRest && isFull(sim, town);
  const circumstances = {
    waits: !mayBeTested(pull, town) || queued,
    askedAnew: queued || (pull.reopened && !mayBeTested(pull, town)),
    impossible: obstacle(sim, pull, town) !== null,
    head: sim.github.branch(town.config.branch),
  };
  const truths = verdicts.flatMap((verdict) => truthsOf(verdict, circumstances));
  const isTrue = truths.some(
    ({ state, batch }) => shown?.state === state && batch === toldBatch(shown.description),
  );
  const words = shown ? `${shown.state} "${shown.description}"` : 'nothing';
  return isTrue ? null : `#${pull.number} shows ${words} instead of ${JSON.stringify(truths)}`;
}

function toldBatch(description: string): number | null {
  const [, id] = /batch (\d+)/.exec(description) ?? [];
  return id === undefined ? null : Number(id);
}

/** As many tests run as may, so that others wait for their turn. */
const isFull = ({ batch }: Scene, { config }: Resident): boolean =>
  batch.running.filter(
    ({ purpose, attributes }) =>
      purpose.kind === 'test' && attributes['target_branch'] === config.name,
  ).length >= config.runningTestsMax;

interface Truth {
  readonly state: Check['state'];
  /** The batch that it tells of; null when it tells of none. */
  readonly batch: number | null;
}

interface Circumstances {
  /** One that was closed while its test ended asks for it again, when it may; it has to wait. */
  readonly askedAnew: boolean;
  /** It may not be tested, or not yet. */
  readonly waits: boolean;
  readonly impossible: boolean;
  readonly head: Sha;
}

/** Which checks would be true. */
function truthsOf(verdict: Verdict, circumstances: Circumstances): Truth[] {
  const { askedAnew, waits, impossible, head } = circumstances;
  // Then it is given the result that is there.
  const pending: Truth[] = askedAnew ? [{ state: 'pending', batch: null }] : [];
  // Tried on the present commit, it is found impossible, whatever came of it on an older one. And what was found impossible
  // on one between the two stands until it may be tried on the present one: the older test has not seen that one.
  const isFoundImpossible =
    impossible || (waits && verdict.kind !== 'none' && !isOn(verdict, head));
  const failure: Truth[] = isFoundImpossible ? [{ state: 'failure', batch: null }] : [];
  switch (verdict.kind) {
    case 'running':
      return [{ state: 'pending', batch: verdict.batch.id }];
    case 'failed':
      return [{ state: 'failure', batch: verdict.batch.id }, ...failure, ...pending];
    case 'passed':
      return [{ state: 'success', batch: verdict.batch.id }, ...failure, ...pending];
    case 'none':
      // What was found impossible on an older commit stands until it may be tried on the present one.
      if (waits)
        return [
          { state: 'failure', batch: null },
          { state: 'pending', batch: null },
        ];
      return impossible ? failure : [{ state: 'pending', batch: null }];
  }
}

const isOn = ({ batch: { purpose } }: Exclude<Verdict, { kind: 'none' }>, head: Sha): boolean =>
  purpose.kind === 'test' && purpose.targetSha === head;

function firstOf<T>(things: readonly T[], breach: (thing: T) => string | null): string | null {
  for (const thing of things) {
    const found = breach(thing);
    if (found !== null) return found;
  }
  return null;
}
