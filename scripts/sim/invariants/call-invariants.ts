// What must hold at every call that a branch makes: as it is sent, as it takes effect, or as its answer
// comes back. The world is asked. Of the program's state is trusted what it means to do, and nothing that it judges
// by: whom it holds for the candidate, which may run beside the limit; what it landed last, which it must not go
// behind; which flags are settled, which must not be before the look; and which pull requests it knows, which may cost calls.
import type { Sha } from '../../../schemas/ids.ts';
import type { BatchPurpose } from '../../../src/core/observation.ts';
import type { Resident, Scene } from '../run/scene.ts';
import type { WorldBatch } from '../world/batch-world.ts';
import { treeOf } from '../world/commit-graph.ts';
import { headOf, type WorldPull } from '../world/github-world.ts';
import { isAsTested, movesOf, proofOf } from '../world/landing-call.ts';
import { orderOf } from '../world/order-call.ts';
import type { Call, Moment } from '../world/wire.ts';
import { budgetInvariants } from './budget-invariants.ts';
import { clusterCallInvariants } from './cluster-invariants.ts';
import type { Invariant } from './invariant.ts';
import { raceInvariants } from './lost-races.ts';
import { mayRun, objections } from './oracle.ts';
import { refusedAnew } from './refusals.ts';

export interface CallCheck {
  readonly sim: Scene;
  readonly town: Resident;
  readonly call: Call;
}

export interface CallInvariant extends Invariant {
  /** As the call leaves, or as it takes effect in the world. */
  readonly at: 'sent' | 'happened';
  /** @returns what is wrong, or null */
  readonly check: (seen: CallCheck) => string | null;
}

/** Requests a pass may make for itself, and for each pull request of its branch, also those that left it. */
const CALLS_PER_PASS = 16;
const CALLS_PER_PULL = 12;

export const callInvariants: readonly CallInvariant[] = [
  {
    name: 'only tested commits land',
    sentence:
      'A branch moves by us only from a commit to one whose batch passed with all of its jobs on exactly the parents that its method gives it; or GitHub is asked to merge what passed so on the commit on which the branch was seen last.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      const moves = movesOf(call, town);
      if (!moves) return null;
      const { from, to } = moves.branch;
      const proof = proofOf(sim, moves, sim.looks.headSeen(town));
      if (moves.merges !== null) return proof ? null : `#${moves.pr} was to be merged untested`;
      if (!from || !to) return `${town.config.branch} was to move to ${to} from wherever it is`;
      return proof && isAsTested(sim, to, proof) ? null : `${to} was to land on ${from}`;
    },
  },
  {
    name: 'nobody’s work is overwritten',
    sentence:
      'A landing moves a source branch only from the commit that was tested, and no branch that serves for more.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      const moves = movesOf(call, town);
      if (!moves) return null;
      const sourceSha = proofOf(sim, moves)?.sourceSha;
      const { source } = sim.github.pull(moves.pr);
      const seen = Object.values(sim.looks.of(town, moves.pr)?.pulls ?? {});
      const isShared =
        seen.filter((pull) => pull.state === 'open' && comesFrom(pull, source)).length > 1;
      const other = moves.others.find(
        ({ branch, from }) =>
          isShared ||
          from !== sourceSha ||
          branch !== source.branch ||
          source.repo !== sim.github.repo,
      );
      return other ? `${other.branch} was to move from ${other.from}` : null;
    },
  },
  {
    name: 'only what may land lands',
    sentence:
      'At the last read before the leap the pull request had that commit, its approvals, labels and required checks, and the branch was not frozen.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      const moves = movesOf(call, town);
      if (!moves) return null;
      const { pr } = moves;
      const view = sim.looks.of(town, pr);
      const pull = view?.pulls[pr];
      if (!view || !pull) return `#${pr} was to land unread`;
      if (pull.source.sha !== proofOf(sim, moves)?.sourceSha)
        return `#${pr} was at ${pull.source.sha}`;
      const against = sim.looks
        .requiredChecks(town)
        .map((required) => ({ view, required, told: town.told, config: town.config }))
        .map((evidence) => objections(pull, evidence));
      if (against.some((words) => words.length === 0)) return null;
      return `#${pr} was to land, but ${against[0]?.join(', ') ?? 'the rules were never read'}`;
    },
  },
  {
    name: 'one live test batch for one thing',
    sentence:
      'There is at most one live test batch for a pull request, source commit, target commit and attempt, and one live deploy of a branch.',
    at: 'happened',
    check: ({ sim, call }) => {
      const made = madeBy(sim, call);
      const twin = made && sim.batch.running.find((other) => isTwin(sim, made, other));
      return twin ? `batches ${twin.id} and ${made.id} are for the same thing` : null;
    },
  },
  {
    name: 'no unauthorized commit runs',
    sentence: 'No batch runs a commit of an author who is neither known nor was let through.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      const purpose = purposeOf(call);
      if (purpose?.kind !== 'test') return null;
      const pull = sim.github.pull(purpose.pr);
      const asTested = { ...pull, source: { ...pull.source, sha: purpose.sourceSha } };
      return mayRun(asTested, town.told, town.config) ? null : `#${pull.number} was to be tested`;
    },
  },
  {
    name: 'what is tested is the merge',
    sentence: 'The tested commit has the files of its source commit merged into its target commit.',
    at: 'sent',
    check: ({ sim: { github }, call }) => {
      const purpose = purposeOf(call);
      if (purpose?.kind !== 'test') return null;
      const { pr, sourceSha, targetSha, testedTree } = purpose;
      const files = github.graph.merge(targetSha, sourceSha);
      return files && treeOf(files) === testedTree ? null : `#${pr} is tested as ${testedTree}`;
    },
  },
  {
    name: 'nothing goes back',
    sentence:
      'As long as its own last landing is the head of a branch, nothing is tested on or deployed from the commit before.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      const purpose = purposeOf(call);
      const [last] = town.state.landings;
      if (!purpose || last?.testedSha !== headOf(sim.github.view, town.config.branch)) return null;
      const on = purpose.kind === 'test' ? purpose.targetSha : purpose.sha;
      return on === last?.targetSha ? `a ${purpose.kind} on ${on}` : null;
    },
  },
  {
    name: 'so many tests at once',
    sentence: 'No more tests of a branch run at once than its limit, the merge candidate aside.',
    at: 'happened',
    check: ({ sim, town, call }) => {
      const made = madeBy(sim, call);
      if (made?.purpose.kind !== 'test' || sim.ghosts.has(made.id)) return null;
      const { candidate } = town.state;
      if (made.purpose.pr === candidate) return null;
      const others = knownRunning(sim).filter(
        ({ purpose, attributes }) =>
          purpose.kind === 'test' &&
          purpose.pr !== candidate &&
          attributes['target_branch'] === town.config.name,
      );
      const { runningTestsMax } = town.config;
      return others.length > runningTestsMax ? `${others.length} ran at once` : null;
    },
  },
  {
    name: 'one check run at a time',
    sentence:
      'Another check run is made only when the newest of its name has ended, as far as GitHub shows at once what is there, and no call of a dead process came late.',
    at: 'sent',
    check: ({ sim: { github, ghostRuns, looks }, town, call }) => {
      if (call.name !== 'github.postCheck' || github.lagMs > 0) return null;
      const [sha, name] = call.args as [Sha, string];
      // Whoever has lost its storage knows no more than its look showed, however long ago reads have caught up.
      if (looks.isBehind(town, sha)) return null;
      const newest = (github.view.runs[sha] ?? []).findLast((run) => run.name === name);
      const isOpen = newest && newest.status !== 'completed' && !ghostRuns.has(newest.id);
      return isOpen ? `"${newest.title}" has not ended` : null;
    },
  },
  {
    name: 'ten posts for one build',
    sentence: 'Of one test at most ten things are said by a check run.',
    at: 'happened',
    check: ({ sim: { github }, call }) => {
      if (call.name !== 'github.changeCheck') return null;
      const runs = Object.values(github.view.runs).flat();
      const posts = runs.find(({ id }) => id === call.args[0])?.posts ?? [];
      const batch = / in (batch \d+)/.exec(posts.at(-1) ?? '')?.[1];
      const ofBatch = posts.filter((title) => batch && title.includes(batch));
      return ofBatch.length > 10 ? `${ofBatch.length} of ${batch}` : null;
    },
  },
  {
    name: 'a budget of calls',
    sentence:
      'A pass makes no more than 16 requests for itself and 12 for each pull request of its branch.',
    at: 'sent',
    check: ({ sim, town }) => {
      // One that was retargeted is cared for until somebody tells of it.
      const pulls = Object.values(sim.github.view.pulls).filter(
        ({ base, number }) => base === town.config.branch || town.state.pulls[number] !== undefined,
      );
      const budget = CALLS_PER_PASS + CALLS_PER_PULL * pulls.length;
      return town.callsOfPass > budget ? `${town.callsOfPass} calls in one pass` : null;
    },
  },
  {
    name: 'no message is forgotten',
    sentence: 'What a branch has heard of is not settled before it was looked into.',
    at: 'sent',
    check: ({ town }) => {
      const [about] = town.forgotten;
      return about === undefined ? null : `of ${about}`;
    },
  },
  {
    name: 'one alert for one cause',
    sentence: 'Nobody is told twice of one cause, but for alerts that may not have arrived.',
    at: 'happened',
    check: ({ sim, town, call }) => {
      if (call.name !== 'notifier.alert') return null;
      const [cause] = call.args;
      const told = sim.alerts.filter(
        (alert) => alert.town === town && alert.cause === cause,
      ).length;
      const unheard = town.calls.filter(
        ({ name, args, arrived }) => name === call.name && args[0] === cause && !arrived(),
      ).length;
      // A branch that is set back to a commit comes to it anew.
      const anew =
        town.object.memoriesLost + town.removed.length + refusedAnew(town, String(cause));
      return told > 1 + unheard + anew ? `${told} times: ${cause}` : null;
    },
  },
  ...raceInvariants,
  ...budgetInvariants,
  ...clusterCallInvariants,
];

const comesFrom = ({ source }: WorldPull, { repo, branch }: WorldPull['source']): boolean =>
  source.repo === repo && source.branch === branch;

const purposeOf = (call: Call): BatchPurpose | undefined => orderOf(call)?.purpose;

/** The batch that this call has just set running. */
function madeBy(sim: Scene, call: Call): WorldBatch | null {
  const order = orderOf(call);
  return (order && sim.batch.running.find(({ token }) => token === order.token)) ?? null;
}

/** Of one that nobody can know of, only that it runs the very same commit is a fault: its token would have told. */
const isTwin = ({ ghosts }: Scene, made: WorldBatch, other: WorldBatch): boolean =>
  other !== made &&
  alike(made, other) &&
  (made.runs === other.runs || !(ghosts.has(made.id) || ghosts.has(other.id)));

/** But for those that a process sent off before it died: nobody can know of them when they begin. */
const knownRunning = ({ batch, ghosts }: Scene): WorldBatch[] =>
  batch.running.filter(({ id }) => !ghosts.has(id));

function alike(a: WorldBatch, b: WorldBatch): boolean {
  if (a.attributes['target_branch'] !== b.attributes['target_branch']) return false;
  if (a.purpose.kind === 'deploy' || b.purpose.kind === 'deploy')
    return a.purpose.kind === b.purpose.kind;
  return (
    a.purpose.pr === b.purpose.pr &&
    a.purpose.sourceSha === b.purpose.sourceSha &&
    a.purpose.targetSha === b.purpose.targetSha &&
    a.purpose.attempt === b.purpose.attempt
  );
}

/** @returns the first breach that a call shows at this moment */
export function breachOf(moment: Moment, seen: CallCheck): { name: string; breach: string } | null {
  for (const { name, at, check } of callInvariants) {
    const breach = at === moment ? check(seen) : null;
    if (breach !== null) return { name, breach };
  }
  return null;
}
