// A branch in trouble delays nobody: the same people, once with nothing going wrong and once with
// everything going wrong for one branch. The others must not notice, to the millisecond.
import { actors } from '../history/actors.ts';
import type { History } from '../history/history.ts';
import type { Invariant } from '../invariants/invariant.ts';
import type { Call } from '../world/wire.ts';
import { toldToTheEnd } from './mishap.ts';
import { Simulation } from './simulation.ts';

export const isolation: Invariant = {
  name: 'a branch in trouble delays nobody',
  sentence: 'What goes wrong for one branch changes no call of another, nor the time of it.',
};

const IN_TROUBLE = 0;
/** In sentences, paths and attributes. */
const BATCHES = /\b(batch|batches|passed_in":")[ /]?\d+(, ?\d+)*/g;

/** @returns the world in which something went wrong, with the violation if there is one */
export async function runApart(history: History, tracing = false): Promise<Simulation> {
  const people = history.steps.filter(
    ({ kind, name }) => kind === 'actor' && !actors[name]?.shared,
  );
  const trouble = history.steps.filter(({ kind }) => kind === 'fault');
  const aimed = new Map(trouble.map((step) => [{ ...step, aim: IN_TROUBLE }, step]));
  // What GitHub tells one of them is true for all who share its credential.
  const setting = { ...history.setting, limits: 'one each' as const };
  const quiet = await play({ ...history, setting, steps: people }, tracing);
  if (quiet.violation) return quiet;
  const steps = [...people, ...aimed.keys()];
  const troubled = await play({ ...history, setting, steps }, tracing);
  for (const [copy, step] of aimed) if (troubled.taken.has(copy)) troubled.taken.add(step);
  quiet.towns.forEach((town, index) => {
    if (index === IN_TROUBLE) return;
    const before = town.calls.map((call) => wordsOf(call, quiet));
    const after = (troubled.towns[index]?.calls ?? []).map((call) => wordsOf(call, troubled));
    const place = before.findIndex((words, call) => after[call] !== words);
    const [was, is] =
      place === -1 ? [undefined, after[before.length]] : [before[place], after[place]];
    if (was ?? is)
      troubled.violate(isolation.name, `${town.config.branch}: ${is} instead of ${was}`);
  });
  return troubled;
}

async function play(history: History, tracing: boolean): Promise<Simulation> {
  const sim = new Simulation(history, tracing);
  await toldToTheEnd(sim, () => sim.run(history.calmAt / 60_000));
  return sim;
}

/**
 * The numbers of batches and check runs count those of other branches, too: a batch is told by its token, a check run by
 * its commit.
 */
function wordsOf({ at, name, args }: Call, { batch, github }: Simulation): string {
  const runs = Object.values(github.view.runs).flat();
  const tokenOf = (id: number) => batch.all.find((made) => made.id === id)?.token ?? `no ${id}`;
  const told = args.map((arg) => {
    if (typeof arg !== 'number') return arg;
    if (name === 'github.changeCheck') return runs.find(({ id }) => id === arg)?.sha;
    return name.startsWith('batch.') ? tokenOf(arg) : arg;
  });
  const text = JSON.stringify(told).replace(BATCHES, (words) =>
    words.replace(/\d+/g, (id) => tokenOf(Number(id))),
  );
  return `${name} ${text} at ${at}`;
}
