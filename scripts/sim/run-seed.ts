// One history from its beginning until it has come to rest, and the questions that are put to it then.

import { callsOfQuietPoll, checksShown, hasLostBatches } from './at-rest.ts';
import { type History, historyOf } from './history.ts';
import { restChecks } from './rest-invariants.ts';
import { Simulation } from './simulation.ts';
import { isWrite } from './world/wire.ts';

export interface Violation {
  readonly seed: number;
  readonly invariant: string;
  readonly detail: string;
}

/** Virtual time within which everything must have come to rest once people and faults rest. */
const REST_WITHIN_MINUTES = 180;
const POLLS_APART_MINUTES = 5;

export async function runSeed(seed: number): Promise<Violation | null> {
  return (await runHistory(historyOf(seed))).violation;
}

/** @param tracing remember the story, for a person to read */
export async function runHistory(history: History, tracing = false): Promise<Simulation> {
  const sim = new Simulation(history, tracing);
  for (const phase of PHASES) {
    await phase(sim);
    if (sim.violation) break;
  }
  return sim;
}

const PHASES: readonly ((sim: Simulation) => Promise<void>)[] = [
  // People act and things go wrong.
  (sim) => sim.run(sim.history.calmAt / 60_000).then(() => sim.calmDown()),
  // Two polls after, with batches that still run.
  async (sim) => {
    await sim.run(3 * POLLS_APART_MINUTES);
    ask(sim, false);
    sim.release();
  },
  async (sim) => {
    await comeToRest(sim);
    ask(sim, true);
  },
  (sim) => unmoved(sim, 'at rest a poll writes nothing', () => {}),
  (sim) =>
    unmoved(sim, 'replayed mail changes nothing', () => {
      for (const town of sim.towns) for (const mark of town.mail.sent.toReversed()) town.hear(mark);
    }),
  async (sim) => {
    const before = sim.towns.map((town) => checksShown(sim, town));
    const landings = sim.github.landings.length;
    const batches = sim.batch.all.length;
    for (const town of sim.towns) {
      const { told } = town;
      town.loseStorage();
      // What people said is nowhere else; they say it again.
      town.tellAgain(told);
    }
    await comeToRest(sim);
    if (sim.github.landings.length !== landings)
      sim.violate('lost storage changes nothing', 'something landed');
    if (sim.batch.all.length !== batches && !sim.towns.some((town) => hasLostBatches(sim, town)))
      sim.violate('lost storage changes nothing', 'a batch was started');
    sim.towns.forEach((town, index) => {
      if (checksShown(sim, town) !== before[index] && !hasLostBatches(sim, town))
        sim.violate('lost storage changes nothing', `other checks on ${town.config.branch}`);
    });
  },
];

/** Nothing is left to do, and the next poll brings nothing new. */
async function comeToRest(sim: Simulation): Promise<void> {
  const end = sim.calendar.now + REST_WITHIN_MINUTES * 60_000;
  for (let writes = -1; sim.calendar.now < end; ) {
    await sim.run(REST_WITHIN_MINUTES, () => isAtRest(sim));
    await sim.run(POLLS_APART_MINUTES + 1);
    if (sim.violation || (writes === writesOf(sim) && isAtRest(sim))) return;
    writes = writesOf(sim);
  }
  sim.violate('it comes to rest', unrest(sim));
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

function ask(sim: Simulation, atRest: boolean): void {
  for (const { name, from, check } of restChecks)
    if (atRest || from === 'two polls')
      for (const town of sim.towns) {
        const breach = check(sim, town, atRest);
        if (breach !== null) sim.violate(name, `${town.config.branch}: ${breach}`);
      }
}

/** After that, one more poll of every branch makes no write anywhere. */
async function unmoved(sim: Simulation, name: string, disturb: () => void): Promise<void> {
  const before = sim.towns.map(({ calls }) => calls.length);
  disturb();
  await sim.run(POLLS_APART_MINUTES + 1);
  sim.towns.forEach(({ calls, config }, index) => {
    const since = calls.slice(before[index]);
    const write = since.find(isWrite);
    if (write)
      sim.violate(
        name,
        `${config.branch}: ${write.name} ${JSON.stringify(write.args).slice(0, 200)}`,
      );
    if (since.length > callsOfQuietPoll(sim) && name === 'at rest a poll writes nothing')
      sim.violate('a budget of calls', `${since.length} calls in a quiet poll`);
  });
}
