// The fuzzer's loop: what has shown something new of the code is kept and changed again, until the time is over or a
// number of inputs was tried. Given the same seed and a number, it tries the same inputs.
import { performance } from 'node:perf_hooks';
import { createPrng, type Prng } from '../sim/history/prng.ts';
import type { Coverage } from './coverage.ts';
import type { Door } from './door.ts';
import { mutate } from './mutate.ts';

/** Looking at what has run takes as long as several inputs do. */
const INPUTS_PER_LOOK = 100;
/** Of CPU, whatever else the machine does: what takes longer hangs, or may as well. */
const LIMIT_MS = 1_000;
/** An input may grow by being changed, not without end. */
export const INPUT_MAX_CHARS = 100_000;
const FOUND_MAX = 10;

export interface Found {
  readonly input: string;
  readonly problem: string;
}

export interface Run {
  readonly door: string;
  readonly inputs: number;
  readonly kept: number;
  /** null: it was not looked at. */
  readonly blocks: number | null;
  readonly slowestMs: number;
  readonly found: readonly Found[];
}

export interface Limits {
  readonly seed: number;
  /** Besides the good ones; infinite when only the time ends it. */
  readonly inputs: number;
  readonly ms: number;
}

/** Lets one input in. @returns what was wrong, and the CPU that it took; never, when that never comes to an end */
export async function tryOut(
  door: Door,
  input: string,
): Promise<{ problem: string | null; ms: number }> {
  const before = process.cpuUsage();
  let problem: string | null;
  try {
    problem = await door.enter(input);
  } catch (error) {
    problem = `it crashed: ${error instanceof Error ? error.stack : String(error)}`;
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  return { problem: problem ?? (ms > LIMIT_MS ? `it took ${Math.round(ms)} ms` : null), ms };
}

/** @param onFound is told at once, since what comes next may never come to an end */
export async function fuzz(
  door: Door,
  coverage: Coverage | null,
  limits: Limits,
  onFound: (found: Found) => void = () => {},
): Promise<Run> {
  const dice = createPrng(limits.seed);
  const corpus = [...door.seeds()];
  const seeds = corpus.length;
  const found = new Map<string, Found>();
  const end = performance.now() + limits.ms;
  let [inputs, slowestMs] = [0, 0];
  const enter = async (input: string): Promise<void> => {
    const { problem, ms } = await tryOut(door, input);
    [inputs, slowestMs] = [inputs + 1, Math.max(slowestMs, ms)];
    if (problem === null || found.has(kindOf(problem))) return;
    found.set(kindOf(problem), { input, problem });
    onFound({ input, problem });
  };
  for (const seed of [...corpus]) await enter(seed);
  await coverage?.news();
  const left = (): number => limits.inputs - (inputs - seeds);
  while (left() > 0 && performance.now() < end && found.size < FOUND_MAX) {
    const some = Array.from({ length: Math.min(INPUTS_PER_LOOK, left()) }, () =>
      nextInput(corpus, dice),
    );
    for (const input of some) await enter(input);
    const news = new Set(await coverage?.news());
    if (coverage && news.size > 0) corpus.push(...(await thoseThat(door, coverage, some, news)));
  }
  return {
    ...{ door: door.name, inputs, kept: corpus.length - seeds, slowestMs },
    blocks: coverage?.blocks ?? null,
    found: [...found.values()],
  };
}

function nextInput(corpus: readonly string[], dice: Prng): string {
  const one = (): string => corpus[dice.below(corpus.length)] ?? '';
  // What was found last has been changed least.
  const late = corpus[corpus.length - 1 - dice.below(Math.min(16, corpus.length))] ?? '';
  return mutate(dice.chance(0.4) ? late : one(), one(), dice).slice(0, INPUT_MAX_CHARS);
}

/** Of several inputs those that run any of the blocks, each of them for another block. */
async function thoseThat(
  door: Door,
  coverage: Coverage,
  inputs: readonly string[],
  blocks: Set<string>,
): Promise<string[]> {
  const kept: string[] = [];
  for (const input of inputs) {
    await tryOut(door, input);
    const ran = (await coverage.ran()).filter((block) => blocks.delete(block));
    if (ran.length > 0) kept.push(input);
    if (blocks.size === 0) break;
  }
  return kept;
}

/** One problem may be met with many inputs: a crash is known by where it was, a bad answer by its words. */
const kindOf = (problem: string): string =>
  problem.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '0');
