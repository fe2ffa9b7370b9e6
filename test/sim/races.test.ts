// S7.5, S7.9: somebody pushes between a test and its landing, in short. `npm run sim -- --races` plays more of it.
import { expect, test } from 'vitest';
import { historyOf, racing } from '../../scripts/sim/history/history.ts';
import { isTold, lostRaces } from '../../scripts/sim/invariants/lost-races.ts';
import { runHistory } from '../../scripts/sim/run/run-seed.ts';

test('S7.5 S7.9 a push between a test and its landing never lets anything untested land unnoticed', async () => {
  const seen = { races: 0, landings: 0, told: 0 };
  for (let seed = 1; seed <= 100; seed++) {
    const sim = await runHistory(racing(historyOf(seed)));
    expect(sim.violation).toBeNull();
    seen.landings += sim.github.landings.length;
    for (const town of sim.towns) {
      seen.races += town.races;
      seen.told += lostRaces(sim, town).filter((sha) => isTold(sim, sha)).length;
    }
  }
  expect(Math.min(seen.races, seen.landings, seen.told)).toBeGreaterThan(0);
});
