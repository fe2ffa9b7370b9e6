// What may happen in a history, as a row of a table: people and other services in actors.ts, what goes wrong in
// faults.ts. And the words that rows are written in.
import type { Calendar } from '../run/calendar.ts';
import type { Town } from '../run/town.ts';
import type { BatchWorld, WorldBatch } from '../world/batch-world.ts';
import type { GithubWorld, WorldPull } from '../world/github-world.ts';
import type { KubernetesWorld } from '../world/kubernetes-world.ts';
import type { Prng } from './prng.ts';

/** What may be touched: the simulation, as far as it concerns what happens in it. */
export interface Stage {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  /** null: there is none in this history. */
  readonly kubernetes: KubernetesWorld | null;
  readonly calendar: Calendar;
  /** The branch by its short name; none when it is not watched. */
  townOn(branch: string): Town | undefined;
  /** It cannot pass: by what is in the commit that it runs. */
  isDoomed(batch: WorldBatch): boolean;
  /** A fault ends after some time, or when everything calms down. */
  endLater(ms: number, end: () => void): void;
}

export interface Occasion {
  readonly sim: Stage;
  readonly prng: Prng;
  /** The branches that it may be about. */
  readonly towns: readonly Town[];
  /** It may be about one branch only, so it must touch nothing that they share. */
  readonly aimed: boolean;
}

export interface Happening {
  /** How often it comes, as against the others of its table. */
  readonly weight: number;
  /** It touches what branches share, so it makes them depend on each other. */
  readonly shared?: true;
  /** @returns what was done, as a sentence; null when there was nothing to do it to */
  readonly happen: (occasion: Occasion) => string | null;
}

export function onPull(
  act: (occasion: Occasion, pull: WorldPull) => string | null,
): Happening['happen'] {
  return (occasion) => {
    const pull = some(pullsOf(occasion, 'open'), occasion.prng);
    return pull ? act(occasion, pull) : null;
  };
}

/** Of one of the branches. */
export function pullsOf({ sim, towns, prng }: Occasion, state: WorldPull['state']): WorldPull[] {
  const { branch } = townOf(towns, prng).config;
  return Object.values(sim.github.view.pulls).filter(
    (pull) => pull.state === state && pull.base === branch,
  );
}

export function changing(change: Partial<WorldPull>): Happening['happen'] {
  return onPull(({ sim }, { number }) => {
    const action = change.state === 'closed' ? 'closed' : 'edited';
    sim.github.changePull(number, change, action);
    return `#${number}: ${JSON.stringify(change)}`;
  });
}

export function onBatch(act: (occasion: Occasion, batch: WorldBatch) => string | null) {
  return (occasion: Occasion): string | null => {
    const town = townOf(occasion.towns, occasion.prng);
    const running = occasion.sim.batch.running.filter(
      ({ attributes }) => attributes['target_branch'] === town.config.name,
    );
    const batch = some(running, occasion.prng);
    return batch ? act(occasion, batch) : null;
  };
}

export function commanding(command: Parameters<Town['command']>[0]): Happening['happen'] {
  return ({ towns, prng }) => {
    const town = townOf(towns, prng);
    return town.command(command) === null ? `${command.kind} ${town.config.branch}` : null;
  };
}

export function townOf(towns: readonly Town[], prng: Prng): Town {
  const town = some(towns, prng);
  if (!town) throw new Error('a history without branches');
  return town;
}

/** Never drawn among the others, only by their names. */
export const byNameAlone = (
  table: Readonly<Record<string, Happening>>,
): Readonly<Record<string, Happening>> =>
  Object.fromEntries(
    Object.entries(table).map(([name, happening]) => [name, { ...happening, weight: 0 }]),
  );

export const some = <T>(things: readonly T[], prng: Prng): T | undefined =>
  things[prng.below(things.length)];
