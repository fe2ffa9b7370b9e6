// When a world that is left alone has come to rest, and how long that may take.
import { rest, type Simulation } from './simulation.ts';
import { isWrite } from './world/wire.ts';

export const POLLS_APART_MINUTES = 5;
const REST_WITHIN_MINUTES = 180;

/** Nothing is left to do, and the next poll brings nothing new. */
export async function comeToRest(sim: Simulation): Promise<void> {
  const end = sim.calendar.now + REST_WITHIN_MINUTES * 60_000;
  for (let writes = -1; sim.calendar.now < end; ) {
    await sim.run(REST_WITHIN_MINUTES, () => isAtRest(sim));
    await sim.run(POLLS_APART_MINUTES + 1);
    if (sim.violation || (writes === writesOf(sim) && isAtRest(sim))) return;
    writes = writesOf(sim);
  }
  sim.violate(rest.name, unrest(sim));
}

const writesOf = ({ towns }: Simulation): number =>
  towns.reduce((sum, { calls }) => sum + calls.filter(isWrite).length, 0);

const isAtRest = (sim: Simulation): boolean =>
  sim.batch.running.length === 0 && sim.towns.every(({ isAtRest }) => isAtRest);

const unrest = ({ batch, towns }: Simulation): string =>
  [
    ...batch.running.map(({ id }) => `batch ${id} runs`),
    ...towns
      .filter(({ isAtRest }) => !isAtRest)
      .map(
        ({ config, state }) => `${config.branch}: ${JSON.stringify(state.outbox).slice(0, 300)}`,
      ),
  ].join('; ');
