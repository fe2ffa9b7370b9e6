// When a world that is left alone has come to rest, how long that may take, and how quiet it is then.
import type { Invariant } from '../invariants/invariant.ts';
import { NAMESPACES_PER_PAGE } from '../world/kubernetes-api.ts';
import { isWrite } from '../world/wire.ts';
import { rest, type Simulation } from './simulation.ts';

const REST_WITHIN_MINUTES = 180;
const MINUTE = 60_000;

export const quiet: Invariant = {
  name: 'at rest a poll is quiet',
  sentence:
    'At rest a poll makes no write anywhere, and no more calls than the rules, the pages of pull requests, of batches and of namespaces, and one for what is deployed and not ready.',
};

export const sleep: Invariant = {
  name: 'a branch at rest sleeps',
  sentence: 'At rest a branch wakes up for its next poll, and not before.',
};

/** From one poll of any branch to the next, and a little more. */
export const pollMinutes = ({ towns }: Simulation): number =>
  Math.max(...towns.map(({ config }) => config.pollEveryMs)) / MINUTE + 1;

/** Nothing is left to do, and the next poll brings nothing new. */
export async function comeToRest(sim: Simulation): Promise<void> {
  const end = sim.calendar.now + REST_WITHIN_MINUTES * MINUTE;
  while (sim.calendar.now < end) {
    await sim.run(REST_WITHIN_MINUTES, () => isAtRest(sim));
    const before = sim.towns.map(({ calls }) => calls.length);
    await sim.run(pollMinutes(sim));
    if (sim.violation) return;
    if (isAtRest(sim) && writesSince(sim, before).length === 0) {
      expectFewCalls(sim, before);
      expectSleep(sim);
      return;
    }
  }
  sim.violate(rest.name, unrest(sim));
}

/** @param before how many calls each branch had made; @returns the writes since, in words */
export const writesSince = ({ towns }: Simulation, before: readonly number[]): string[] =>
  towns.flatMap(({ calls, config }, index) =>
    calls
      .slice(before[index])
      .filter(isWrite)
      .map(({ name, args }) => `${config.branch}: ${name} ${JSON.stringify(args).slice(0, 200)}`),
  );

export const isAtRest = ({ batch, towns }: Simulation): boolean =>
  batch.running.length === 0 && towns.every((town) => town.isAtRest);

/** Of two polls at most, since each branch has an hour of its own. */
function expectFewCalls(sim: Simulation, before: readonly number[]): void {
  const pages = Math.ceil(
    (Object.keys(sim.github.view.pulls).length + 1) / sim.github.pullsPerPage,
  );
  const lists = Math.ceil((sim.batch.all.length + 1) / sim.batch.batchesPerPage);
  const most = 2 * (2 + pages + lists + clusterCalls(sim));
  const made = sim.towns.map(({ calls }, index) => calls.length - (before[index] ?? 0));
  if (made.some((count) => count > most)) sim.violate(quiet.name, `${made} calls in a quiet poll`);
}

function expectSleep(sim: Simulation): void {
  for (const { object, state, config } of sim.towns) {
    const poll = (state.polledAt ?? 0) + config.pollEveryMs;
    if (object.alarm !== poll)
      sim.violate(
        sleep.name,
        `${config.branch}: ${(poll - object.alarm) / 1_000} s before its poll`,
      );
  }
}

const clusterCalls = ({ kubernetes }: Simulation): number =>
  kubernetes ? Math.ceil((kubernetes.namespaces.length + 1) / NAMESPACES_PER_PAGE) + 1 : 0;

const unrest = ({ batch, towns }: Simulation): string =>
  [
    ...batch.running.map(({ id }) => `batch ${id} runs`),
    ...towns
      .filter((town) => !town.isAtRest)
      .map(
        ({ config, state }) => `${config.branch}: ${JSON.stringify(state.outbox).slice(0, 300)}`,
      ),
  ].join('; ');
