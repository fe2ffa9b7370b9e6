// A branch in trouble delays nobody: the same people, once with nothing going wrong and once with
// everything going wrong for one branch. The others must not notice, to the millisecond.
import { actors } from '../history/actors.ts';
import type { History } from '../history/history.ts';
import type { Invariant } from '../invariants/invariant.ts';
import { Simulation } from './simulation.ts';

export const isolation: Invariant = {
  name: 'a branch in trouble delays nobody',
  sentence: 'What goes wrong for one branch changes no call of another, nor the time of it.',
};

const IN_TROUBLE = 0;

/** @returns the world in which something went wrong, with the violation if there is one */
export async function runApart(history: History, tracing = false): Promise<Simulation> {
  const people = history.steps.filter(
    ({ kind, name }) => kind === 'actor' && !actors[name]?.shared,
  );
  const trouble = history.steps.filter(({ kind }) => kind === 'fault');
  const aimed = trouble.map((step) => ({ ...step, aim: IN_TROUBLE }));
  // What GitHub tells one of them is true for all who share its credential.
  const setting = { ...history.setting, limits: 'one each' as const };
  const quiet = await play({ ...history, setting, steps: people }, false);
  const troubled = await play({ ...history, setting, steps: [...people, ...aimed] }, tracing);
  quiet.towns.forEach((town, index) => {
    if (index === IN_TROUBLE) return;
    const calls = troubled.towns[index]?.calls ?? [];
    const place = town.calls.findIndex(
      ({ name, at }, call) => calls[call]?.name !== name || calls[call]?.at !== at,
    );
    const missed = place === -1 ? calls[town.calls.length] : town.calls[place];
    if (missed) troubled.violate(isolation.name, `${town.config.branch}: ${missed.name}`);
  });
  return troubled;
}

async function play(history: History, tracing: boolean): Promise<Simulation> {
  const sim = new Simulation(history, tracing);
  await sim.run(history.calmAt / 60_000);
  return sim;
}
