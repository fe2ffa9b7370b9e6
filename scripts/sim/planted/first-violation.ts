// Runs seeds from 1, with races if it is told so, until one breaks an invariant: what plant.ts runs in a copy that has a bug in it. Its only
// line is JSON, the violation or null.

import { historyOf, racing } from '../history/history.ts';
import type { Violation } from '../invariants/violation.ts';
import { runHistory } from '../run/run-seed.ts';

const [, , seeds, racy] = process.argv;

async function firstViolation(): Promise<Violation | null> {
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const history = historyOf(seed);
    const { violation } = await runHistory(racy === 'racing' ? racing(history) : history);
    if (violation) return violation;
  }
  return null;
}

process.stdout.write(`${JSON.stringify(await firstViolation())}\n`);
