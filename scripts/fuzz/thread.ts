// One door in a thread of its own: nothing that ran for another door has left its traces there, and whoever started it can
// end it whatever it does. Started by apart.ts alone.
import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import type { Door } from './door.ts';
import { type Found, fuzz, type Limits, type Run } from './fuzz.ts';
import { Trying } from './trying.ts';

export interface Job {
  readonly door: string;
  /** The module that has the doors. */
  readonly doors: string;
  readonly limits: Limits;
  /** Of what is being tried. */
  readonly memory: SharedArrayBuffer;
}

export type Told =
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'over'; readonly run: Run };

const { door: name, doors: module, limits, memory }: Job = workerData;
const tell = (told: Told): void => parentPort?.postMessage(told);
// A route logs its crash, and the crash is told here.
console.log = () => {};
// An input that waits for what nobody does keeps its thread all the same.
parentPort?.ref();

const coverage = new Coverage();
await coverage.start();
const { doors }: { doors: Readonly<Record<string, () => Promise<Door>>> } = await import(module);
const door = await doors[name]?.();
if (!door) throw new Error(`there is no door ${name}`);
await door.prepare?.();
// What has run until now ran for no input.
await coverage.ran();

const trying = new Trying(memory);
const watched: Door = {
  ...door,
  enter(input) {
    trying.begin(input);
    return door.enter(input);
  },
};
const run = await fuzz(watched, coverage, limits, (found) => tell({ kind: 'found', found }));
tell({ kind: 'over', run });
