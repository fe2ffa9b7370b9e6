// One history from its beginning until it has come to rest, and the questions that are put to it then.
import { drawn, isApart } from '../history/fates.ts';
import { type History, historyOf } from '../history/history.ts';
import { restInvariants } from '../invariants/rest-invariants.ts';
import { upheavals } from '../invariants/upheavals.ts';
import type { Violation } from '../invariants/violation.ts';
import { runApart } from './isolation.ts';
import { toldToTheEnd } from './mishap.ts';
import { comeToRest, pollMinutes } from './rest.ts';
import { Simulation } from './simulation.ts';

export async function runSeed(seed: number): Promise<Violation | null> {
  return (await runHistory(historyOf(seed))).violation;
}

/** @param tracing remember the story, for a person to read */
export async function runHistory(history: History, tracing = false): Promise<Simulation> {
  if (isApart(history.seed) && history.setting.branches.length > 1)
    return runApart(history, tracing);
  const sim = new Simulation(history, tracing);
  await toldToTheEnd(sim, () => runToRest(sim));
  return sim;
}

async function runToRest(sim: Simulation): Promise<void> {
  await sim.run(sim.history.calmAt / 60_000);
  sim.calmDown();
  // Batches go on meanwhile, so that one that nobody wants any more is seen.
  await sim.run(2 * pollMinutes(sim) + hourMinutes(sim.history));
  ask(sim, 'two polls');
  sim.release();
  await comeToRest(sim);
  ask(sim, 'rest');
  const upheaval = sim.violation ? undefined : drawn(sim.history.seed, 'upheaval', upheavals);
  const breach = await upheaval?.happen(sim);
  if (upheaval && breach) sim.violate(upheaval.name, breach);
}

/** Until GitHub's hour is over, before which nobody asks how much there is now. */
const hourMinutes = ({ setting: { limits } }: History): number =>
  limits === null || limits === 'one each' ? 0 : limits.hourMs / 60_000;

function ask(sim: Simulation, when: 'two polls' | 'rest'): void {
  if (sim.violation) return;
  for (const { name, from, check } of restInvariants)
    if (when === 'rest' || from === 'two polls')
      for (const town of sim.towns) {
        const breach = check(sim, town, when === 'rest');
        if (breach !== null) sim.violate(name, `${town.config.branch}: ${breach}`);
      }
}
