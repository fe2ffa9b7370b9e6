// What kind of history a seed makes, drawn one by one, so that every combination of them occurs.
import { hashOf } from './hash.ts';

/** In one of so many everything is parsed that the program would parse. */
const STRICT_ONE_IN = 10;
/** One of so many asks whether branches get into each other's way. */
const APART_ONE_IN = 20;
/** In one of so many GitHub misses every merge that it would have to notice by itself. */
const MISSED_ONE_IN = 6;

export const isStrict = (seed: number): boolean => hashOf(`${seed} strict`) % STRICT_ONE_IN === 0;

export const isApart = (seed: number): boolean => hashOf(`${seed} apart`) % APART_ONE_IN === 0;

export const missesMerges = (seed: number): boolean =>
  hashOf(`${seed} missed`) % MISSED_ONE_IN === 0;

/** @param what the same for the same question; @returns one of the things */
export const drawn = <T>(seed: number, what: string, things: readonly T[]): T | undefined =>
  things[hashOf(`${seed} ${what}`) % things.length];
