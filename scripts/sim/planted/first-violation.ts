// Runs seeds from 1 until one breaks an invariant: what plant.ts runs in a copy that has a bug in it. Its only
// line is JSON, the violation or null.

import type { Violation } from '../invariants/violation.ts';
import { runSeed } from '../run/run-seed.ts';

const seeds = Number(process.argv[2]);

async function firstViolation(): Promise<Violation | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const violation = await runSeed(seed);
    if (violation) return violation;
  }
  return null;
}

process.stdout.write(`${JSON.stringify(await firstViolation())}\n`);
