// Watched branches for the routes: real marks, commands and status of a state in memory, without an object around it
// and without anybody outside.

import type { BranchState } from '../../schemas/state.ts';
import { obey } from '../../src/core/command.ts';
import type { BranchConfig, Config } from '../../src/core/config.ts';
import { newCounters } from '../../src/core/counters.ts';
import { unknownBudget } from '../../src/core/github-budget.ts';
import { applyMark } from '../../src/core/mark.ts';
import { pastOf } from '../../src/core/past.ts';
import { namespaceStatuses } from '../../src/loop/cluster-status.ts';
import { branchSamples } from '../../src/loop/metrics.ts';
import { pullDetail } from '../../src/loop/pull-detail.ts';
import { lineUp, pullTable, rowsAbout } from '../../src/loop/pull-rows.ts';
import { landedPull, pullStatuses, viewOf } from '../../src/loop/pull-status.ts';
import { branchStatus, deployStatus } from '../../src/loop/status.ts';
import type { Branch, Branches } from '../../src/routes/branches.ts';

const NOW = 1_767_600_000_000;

/** @param state what each of them begins with */
export function memoryBranches(
  { branches: configs }: Config,
  stateOf: (config: BranchConfig) => BranchState,
): Branches {
  const all = configs.map(
    (config): Branch => ({
      config,
      stub: stubOf(config, stateOf(config)),
      listen: async () => new Response(null, { status: 204 }),
    }),
  );
  return {
    configs,
    all: () => all,
    find: (name) =>
      all.find(({ config }) => config.name === name) ??
      all.find(({ config }) => config.branch === name) ??
      null,
    ofRepo: (owner, repo) =>
      all.filter(({ config }) => config.owner === owner && config.repo === repo),
    near: () => all[0] ?? null,
  };
}

function stubOf(config: BranchConfig, initial: BranchState): Branch['stub'] {
  let state = initial;
  const view = () => viewOf(state, config, pastOf([]), NOW);
  return {
    async mark(marks) {
      state = marks.reduce(applyMark, state);
      return true;
    },
    poll: async () => {},
    async command(command) {
      const obeyed = obey(state, command, NOW);
      if (!obeyed.ok) return obeyed.error;
      state = obeyed.value;
      return null;
    },
    status: async () => branchStatus(state, config, unknownBudget),
    pulls: async () => pullStatuses(view()),
    pullTable: async (query) => pullTable(view(), query),
    lineUp: async () => lineUp(view()),
    pullsAbout: async (login) => rowsAbout(view(), login),
    async pull(number) {
      const open = pullDetail(number, view(), { storageUri: 'gs://files', events: [], failed: [] });
      return open ?? landedPull(number, view());
    },
    deployStatus: async () => deployStatus(state, config, []),
    retried: async () => ({ rows: [], finished: 0 }),
    events: async () => [],
    eventLog: async () => [],
    finishedByDay: async () => [],
    isOpen: async (number) => state.pulls[number] !== undefined,
    landingQueue: async () => ({ branch_fqn: config.name, queue: view().queue }),
    pullOfBatch: async () => null,
    authorized: async () => state.authorized,
    jobsOf: async () => null,
    deployJobs: async () => null,
    metrics: async () =>
      branchSamples({ state, config, counters: newCounters, budget: unknownBudget, now: NOW }),
    eventsOf: async () => [],
    namespaces: async () => namespaceStatuses(state, config),
  };
}
