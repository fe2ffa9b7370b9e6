// A history: who does what when, and what goes wrong when, as data that follows from a seed. Each step
// brings its own dice, so that any of them can be left out and the others stay as they are.
import { actors } from './actors.ts';
import { appActors, appFaults } from './app-happenings.ts';
import { clusterActors, clusterFaults } from './cluster-happenings.ts';
import { faults } from './faults.ts';
import type { Happening } from './happening.ts';
import { hashOf } from './hash.ts';
import { createPrng, type Prng } from './prng.ts';
import { raceFaults } from './race-faults.ts';
import type { Setting } from './setting.ts';
import { settingOf, withApp, withCluster, withLandings, withLimits } from './setting.ts';

export interface Step {
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly kind: 'actor' | 'fault';
  readonly name: string;
  readonly dice: number;
  /** The only branch that it may be about; null for any. */
  readonly aim: number | null;
}

export interface History {
  readonly seed: number;
  readonly setting: Setting;
  readonly steps: readonly Step[];
  /** When people and faults rest, in milliseconds after the beginning. */
  readonly calmAt: number;
}

const MINUTE = 60_000;

export function historyOf(seed: number): History {
  const prng = createPrng(seed);
  const clusterDice = createPrng(hashOf(`${seed} cluster`));
  const limitsDice = createPrng(hashOf(`${seed} limits`));
  const appDice = createPrng(hashOf(`${seed} app`));
  const landingDice = createPrng(hashOf(`${seed} landing`));
  const limited = withLimits(withCluster(settingOf(prng), clusterDice), limitsDice);
  const setting = withLandings(withApp(limited, appDice), landingDice);
  const calmAt = (5 + prng.below(30)) * MINUTE;
  // Quiet histories find what busy ones hide, and the other way round.
  const busy = prng.next() ** 2;
  const stormy = prng.next() ** 2;
  const steps = [
    ...stepsOf('actor', actors, 4 + Math.floor(busy * 30), prng, calmAt),
    ...stepsOf('fault', faults, Math.floor(stormy * 20), prng, calmAt),
    ...(setting.cluster ? clusterSteps(clusterDice, calmAt) : []),
    ...(setting.app ? appSteps(appDice, calmAt) : []),
  ];
  return { seed, setting, steps: steps.toSorted((a, b) => a.at - b.at), calmAt };
}

const RACES = 8;

/** The same history with many a race in it. */
export function racing(history: History): History {
  const dice = createPrng(hashOf(`${history.seed} races`));
  const races = stepsOf('fault', raceFaults, RACES, dice, history.calmAt);
  return { ...history, steps: [...history.steps, ...races].toSorted((a, b) => a.at - b.at) };
}

const clusterSteps = (prng: Prng, end: number): Step[] => [
  ...stepsOf('actor', clusterActors, prng.below(5), prng, end),
  ...stepsOf('fault', clusterFaults, Math.floor(prng.next() ** 2 * 10), prng, end),
];

const appSteps = (prng: Prng, end: number): Step[] => [
  ...stepsOf('actor', appActors, prng.below(12), prng, end),
  ...stepsOf('fault', appFaults, Math.floor(prng.next() ** 2 * 8), prng, end),
];

function stepsOf(
  kind: Step['kind'],
  table: Readonly<Record<string, Happening>>,
  count: number,
  prng: Prng,
  end: number,
): Step[] {
  const names = Object.entries(table).flatMap(([name, { weight }]) =>
    Array.from({ length: weight }, () => name),
  );
  return Array.from({ length: count }, () => ({
    // People come in bursts: half of them act within moments of each other.
    at: prng.chance(0.5)
      ? prng.below(end)
      : Math.floor(prng.below(8) * (end / 8)) + prng.below(8_000),
    kind,
    name: names[prng.below(names.length)] ?? '',
    dice: prng.below(2 ** 31),
    aim: null,
  }));
}
