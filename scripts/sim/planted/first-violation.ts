// Runs ranges of seeds, one after the other, until one breaks an invariant: what plant.ts runs in a copy that has a bug in it.
// `racing 20906-20906 1-1000`: each history with many a race; else `calm`. Its only line is JSON, the violation or null.

import { historyOf, racing } from '../history/history.ts';
import type { Violation } from '../invariants/violation.ts';
import { runHistory } from '../run/run-seed.ts';

const [, , how, ...ranges] = process.argv;

async function firstViolation(): Promise<Violation | null> {
  for (const [first, last] of ranges.map((range) => range.split('-').map(Number)))
    for (let seed = first ?? 1; seed <= (last ?? 0); seed++) {
      const history = historyOf(seed);
      const { violation } = await runHistory(how === 'racing' ? racing(history) : history);
      if (violation) return violation;
    }
  return null;
}

process.stdout.write(`${JSON.stringify(await firstViolation())}\n`);
