// Doors that behave badly, for the fuzzer's own tests. Loaded by its threads, too, which no test runner has prepared.
import type { Door } from '../../scripts/fuzz/door.ts';
import { parseConfig } from '../../src/core/config.ts';
import { digest } from '../../src/core/digest.ts';

const FIRST = 'the first one';
const LAST = 'the last one';

/** Finds something, and then springs. */
const trap = (name: string, spring: () => unknown) => async (): Promise<Door> => ({
  name,
  seeds: () => [FIRST, LAST],
  async enter(input) {
    if (input === LAST) await spring();
    return input === FIRST ? 'found before' : null;
  },
});

const into = (name: string, way: (input: string) => unknown) => async (): Promise<Door> => ({
  name,
  seeds: () => [FIRST],
  async enter(input) {
    way(input);
    return null;
  },
});

const BACKTRACKS = /^(a+)+$/;
const never = new Promise<void>(() => {});

export const doors: Readonly<Record<string, () => Promise<Door>>> = {
  loops: trap('loops', () => {
    for (;;);
  }),
  backtracks: trap('backtracks', () => BACKTRACKS.test(`${'a'.repeat(60)}!`)),
  waits: trap('waits', () => never),
  throws: trap('throws', () => {
    setTimeout(() => {
      throw new Error('nobody catches this');
    });
    return never;
  }),
  leaves: trap('leaves', () => process.exit(0)),
  digest: into('digest', digest),
  config: into('config', (input) => parseConfig({ SLUICE_CONFIG: input })),
};
