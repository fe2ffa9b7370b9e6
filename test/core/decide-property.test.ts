// What holds of every plan, whatever the state: a few thousand seeded random branches. A failure names
// its seed; SEED=n runs that one alone.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import type { BranchState, Build, Deploy, OutboxRow, PullRequest } from '../../schemas/state.ts';
import { BranchRecord, PullRequest as StoredPull } from '../../schemas/state.ts';
import { createPrng, type Prng } from '../../scripts/sim/history/prng.ts';
import { actionKey } from '../../src/core/action-key.ts';
import { conditionOf, conditionsOf } from '../../src/core/conditions.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import { decide, type Plan } from '../../src/core/decide.ts';
import { explain } from '../../src/core/explain.ts';
import { policyReasons } from '../../src/core/judge-pull.ts';
import type { Reason } from '../../src/core/reason.ts';
import {
  approvedBy,
  BRANCH,
  configOf,
  conflict,
  failed,
  HEAD,
  landedPull,
  landingOf,
  liveTest,
  NOON,
  OLD_HEAD,
  outboxOf,
  passed,
  pullOf,
  running,
  sourceOf,
  stateOf,
  unbuilt,
  withCheckShown,
} from '../support/builders.ts';

const SEEDS = process.env['SEED']
  ? [Number(process.env['SEED'])]
  : Array.from({ length: 4_000 }, (_, index) => index + 1);

interface World {
  readonly state: BranchState;
  readonly config: BranchConfig;
  readonly plan: Plan;
}

function randomWorld(seed: number): World {
  const random = createPrng(seed);
  const config = configOf({
    deployable: random.chance(0.5),
    mergeable: random.chance(0.9),
    mergeWhileDeploying: random.chance(0.3),
    runningTestsMax: 1 + random.below(4),
  });
  const pulls = Array.from({ length: random.below(8) }, (_, index) =>
    randomPull(random, index + 1, config),
  );
  const strays = [91, 92].filter(() => random.chance(0.2)).map((pr) => liveTest(pr, pr));
  const state = stateOf({
    pulls,
    head: random.chance(0.95) ? HEAD : null,
    rules: random.chance(0.95)
      ? { checks: random.chance(0.3) ? [{ name: 'lint', app: null }] : [] }
      : null,
    batchesReadTo: random.chance(0.95) ? 0 : null,
    candidate: random.chance(0.5) ? 1 + random.below(8) : null,
    frozen: random.chance(0.1) ? { reason: 'fire', by: 'alice', since: NOON, until: null } : null,
    authorized: random.chance(0.5) ? [sourceOf(2)] : [],
    landings: random.chance(0.2) ? [landedPull(90, { verified: random.chance(0.5) })] : [],
    deploy: random.pick<Deploy>([
      { kind: 'none' },
      { kind: 'gone', sha: HEAD },
      { kind: 'running', sha: HEAD, batch: 9, attempt: 1, jobs: 1 },
      { kind: 'succeeded', sha: random.pick([HEAD, OLD_HEAD]), batch: 9, attempt: 1, jobs: 1 },
    ]),
    holds: {
      github: random.chance(0.1) ? { notBefore: NOON + 9, failures: 1, error: 'x' } : null,
      batch: random.chance(0.1) ? { notBefore: NOON + 9, failures: 1, error: 'x' } : null,
      kubernetes: null,
    },
    refsToDrop: random.chance(0.2) ? ['refs/sluice/main/80'] : [],
    outbox: randomOutbox(random, pulls),
  });
  const whole = { ...state, live: [...state.live, ...strays] };
  return { state: whole, config, plan: decide(whole, config, NOON) };
}

function randomPull(random: Prng, number: number, config: BranchConfig): PullRequest {
  const targetSha = random.pick([HEAD, HEAD, OLD_HEAD]);
  const build = random.pick<Build>([
    unbuilt,
    { kind: 'unbuilt', why: 'retry' },
    passed(number, { targetSha }),
    passed(number, { targetSha }),
    running(number, { targetSha }),
    failed(number, { targetSha }),
    conflict(targetSha),
  ]);
  const eve = { login: 'eve', name: 'Eve', email: 'e@example.com' };
  const pull = pullOf(number, {
    build,
    attempt: 1 + random.below(3),
    parked: random.chance(0.1)
      ? { words: 'no', until: NOON - 5 + random.below(10), times: 1 }
      : null,
    facts: {
      draft: random.chance(0.1),
      labels: ['WIP', 'do-not-test', 'high-priority'].filter(() => random.chance(0.1)),
      review: random.pick([approvedBy('bob'), approvedBy('bob'), approvedBy('alice')]),
      checks: random.chance(0.5)
        ? [{ name: 'lint', app: null, state: 'success', required: false }]
        : [],
      ...(random.chance(0.2) ? { author: eve } : {}),
    },
  });
  return random.chance(0.7) ? withCheckShown(pull, config) : pull;
}

function randomOutbox(random: Prng, pulls: readonly PullRequest[]): BranchState['outbox'] {
  const state = (): OutboxRow['state'] => random.pick(['begun', 'unknown', 'failed']);
  const notBefore = (): number => NOON - 5 + random.below(10);
  const starts = pulls
    .filter(() => random.chance(0.2))
    .map(({ facts, attempt }) => ({
      action: {
        kind: 'start_test' as const,
        pr: facts.number,
        sourceSha: facts.source.sha,
        targetSha: HEAD,
        attempt,
        reason: 'new_commit' as const,
      },
      state: state(),
      failures: random.below(6),
      notBefore: notBefore(),
    }));
  const lands = pulls
    .filter(() => random.chance(0.03))
    .slice(0, 1)
    .map(({ facts }) => ({
      action: { kind: 'land' as const, landing: landingOf(facts.number) },
      state: state(),
      notBefore: notBefore(),
    }));
  return outboxOf(...starts, ...lands);
}

const all = ({ plan }: World): Action[] => [...plan.actions, ...plan.waiting];
const count = (actions: readonly Action[], kind: Action['kind']): number =>
  actions.filter((action) => action.kind === kind).length;
const isDoubtful = ({ state }: World): boolean =>
  Object.values(state.outbox).some(
    ({ action, state }) => action.kind === 'land' && state !== 'failed',
  );
const pullsOf = ({ state }: World): PullRequest[] => Object.values(state.pulls);
const landing = (world: World): PullRequest[] =>
  all(world).flatMap((action) => {
    const pull = action.kind === 'land' ? world.state.pulls[action.landing.pr] : undefined;
    return pull ? [pull] : [];
  });

/** It lands now, or as soon as it may be tried again. */
const isLanding = (reason: Reason): boolean => reason.kind === 'landing' || isLandingAgain(reason);

/** Its landing failed and is tried again after a pause. */
const isLandingAgain = (reason: Reason): boolean =>
  reason.kind === 'call_failing' && reason.what === 'landing';

/** What must hold. @returns what was found instead, or nothing */
const LAWS: Record<string, (world: World) => unknown> = {
  'every open pull request is landing or has a reason': ({ state, plan }) => {
    const mute = plan.blocked.filter(({ reasons }) => reasons.length === 0).map(({ pr }) => pr);
    const told = plan.blocked.map(({ pr }) => pr).toSorted((a, b) => a - b);
    const missing = JSON.stringify(told) !== JSON.stringify(Object.keys(state.pulls).map(Number));
    return mute.length > 0 || missing ? { mute, told } : undefined;
  },
  'one lands at most, and it is the one that is told so': (world) => {
    const lands = landing(world).map(({ facts }) => facts.number);
    const told = world.plan.blocked.flatMap(({ pr, reasons }) =>
      reasons.some((reason) => reason.kind === 'landing' || isLandingAgain(reason)) ? [pr] : [],
    );
    return lands.length > 1 || JSON.stringify(lands) !== JSON.stringify(told)
      ? { lands, told }
      : undefined;
  },
  'S7.1 what lands passed on the present commit, and nothing speaks against it': (world) =>
    landing(world).find(
      (pull) =>
        pull.build.kind !== 'passed' ||
        pull.build.targetSha !== world.state.head ||
        policyReasons(pull, world.state, world.config).length > 0,
    ),
  'S7.6 nothing lands while frozen, where nothing may, or while a deploy runs': (world) => {
    const { state, config } = world;
    const deploying =
      config.deployable && !config.mergeWhileDeploying && state.deploy.kind === 'running';
    return state.frozen || !config.mergeable || deploying ? landing(world)[0] : undefined;
  },
  'S2.4 nothing starts or lands before everything was read': (world) => {
    const { head, rules, batchesReadTo } = world.state;
    if (head !== null && rules !== null && batchesReadTo !== null) return undefined;
    return all(world).find(({ kind }) => ['start_test', 'start_deploy', 'land'].includes(kind));
  },
  'S7.5 a landing in doubt is read back, and nothing lands or starts beside it': (world) => {
    const kinds = all(world).map(({ kind }) => kind);
    const beside = kinds.filter((kind) => ['start_test', 'start_deploy', 'land'].includes(kind));
    const settles = count(all(world), 'settle_landing');
    return isDoubtful(world) ? settles !== 1 || beside[0] : settles > 0 || undefined;
  },
  'S5.4 no more tests are started than may run, the candidate aside': (world) => {
    const { state, config, plan } = world;
    const running = state.live.filter(({ pr }) => pr !== null && pr !== plan.candidate).length;
    const started = plan.actions.filter(
      (action) => action.kind === 'start_test' && action.pr !== plan.candidate,
    ).length;
    return started > 0 && started + running > config.runningTestsMax
      ? { started, running }
      : undefined;
  },
  'S5.1 and S5.2 nothing is tested that may not be': (world) =>
    all(world).find((action) => {
      const pull = action.kind === 'start_test' ? world.state.pulls[action.pr] : undefined;
      const reasons = pull ? policyReasons(pull, world.state, world.config) : [];
      return reasons.some(({ kind }) => ['not_authorized', 'do_not_test_label'].includes(kind));
    }),
  'S5.3 nothing is tested again on the commit that it was tested on': (world) =>
    all(world).find((action) => {
      const build = action.kind === 'start_test' ? world.state.pulls[action.pr]?.build : undefined;
      return build && 'targetSha' in build && build.targetSha === world.state.head;
    }),
  'S7.4 the candidate stays while it could land': (world) => {
    const { state, config, plan } = world;
    const pull = state.candidate === null ? undefined : state.pulls[state.candidate];
    const before = { ...state, candidate: null };
    const isEligible = pull !== undefined && wouldBeChosen(before, config, pull);
    return isEligible && plan.candidate !== state.candidate ? plan.candidate : undefined;
  },
  'S9.2 a check that is right is not posted': (world) =>
    all(world).find((action) => {
      if (action.kind !== 'post_check') return false;
      const shown = world.state.pulls[action.pr]?.facts.shown;
      return JSON.stringify(shown) === JSON.stringify(action.check);
    }),
  'S6.8 a test that a pull request waits for is never cancelled': (world) =>
    all(world).find((action) =>
      action.kind === 'cancel_batch'
        ? pullsOf(world).some(
            ({ build }) => build.kind === 'running' && build.batch === action.batch,
          )
        : false,
    ),
  'S6.9 no action is there twice': (world) => {
    const keys = all(world).map((action) => actionKey(BRANCH, action));
    return new Set(keys).size === keys.length ? undefined : keys;
  },
  'S3.3 nothing is done before it is due': ({ state, plan }) =>
    plan.actions.find((action) => (state.outbox[actionKey(BRANCH, action)]?.notBefore ?? 0) > NOON),
  'the same state gives the same plan': ({ state, config, plan }) => {
    const again = decide(structuredClone(state), config, NOON);
    return JSON.stringify(again) === JSON.stringify(plan) ? undefined : again;
  },
  'every reason can be said': ({ plan, config }) =>
    plan.blocked
      .flatMap(({ reasons }) => reasons)
      .find((reason) => /undefined|null/.test(JSON.stringify(explain(reason, config).text))),
  'S10.2 what lands, and nothing else, meets every condition': ({ state, config, plan }) =>
    plan.blocked.find((row) => {
      const lands = row.reasons.some(({ kind }) => kind === 'landing');
      return lands !== conditionsOf(row, plan, state, config).every(({ met }) => met);
    }),
  'S10.2 every reason belongs to a condition that is not met': ({ state, config, plan }) =>
    plan.blocked.flatMap((row) => {
      const unmet = conditionsOf(row, plan, state, config).flatMap(({ name, met }) =>
        met ? [] : [name],
      );
      return row.reasons.filter((reason) => {
        const name = conditionOf(reason);
        return name !== null && !unmet.includes(name);
      });
    })[0],
  'S10.2 the queue has the candidate and what lands at its head, and nothing that lacks something of its own':
    ({ state, config, plan }) => {
      const [first, second] = plan.queue;
      const lands = plan.blocked.find(({ reasons }) => reasons.some(isLanding))?.pr;
      if (first !== (lands ?? plan.candidate ?? undefined)) return { first, lands };
      if (plan.candidate !== null && ![first, second].includes(plan.candidate)) return { second };
      return plan.queue.find((pr) => {
        const pull = state.pulls[pr];
        return !pull || policyReasons(pull, state, config).length > 0;
      });
    },
  'the state is one that can be stored': ({ state: { pulls, ...record } }) =>
    [
      BranchRecord.safeParse(record),
      ...Object.values(pulls).map((pull) => StoredPull.safeParse(pull)),
    ].find(({ success }) => !success),
};

/** Alone on the branch it would be the candidate, whatever came before. */
function wouldBeChosen(state: BranchState, config: BranchConfig, pull: PullRequest): boolean {
  const number = pull.facts.number;
  return decide({ ...state, pulls: { [number]: pull } }, config, NOON).candidate === number;
}

describe('S7 and S9 laws of every plan', () => {
  const worlds = SEEDS.map((seed) => ({ seed, world: randomWorld(seed) }));

  it.each(Object.entries(LAWS))('%s', (_law, brokenBy) => {
    for (const { seed, world } of worlds) {
      const found = brokenBy(world);
      if (found) expect.fail(`SEED=${seed}: ${JSON.stringify(found)}`);
    }
  });

  it.runIf(SEEDS.length > 1)('the worlds are of every kind, so that the laws are tried', () => {
    const kinds = new Set(worlds.flatMap(({ world }) => all(world).map(({ kind }) => kind)));
    const reasons = new Set(
      worlds.flatMap(({ world }) =>
        world.plan.blocked.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)),
      ),
    );
    expect([...kinds].toSorted()).toEqual([
      'cancel_batch',
      'comment',
      'drop_ref',
      'land',
      'post_check',
      'settle_landing',
      'start_deploy',
      'start_test',
      'verify_landing',
    ]);
    expect(reasons.size).toBeGreaterThan(18);
  });
});
