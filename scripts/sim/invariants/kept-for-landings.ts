// The budget runs low in a world at rest, with one more pull request whose test is about to pass: it must land on what is
// kept. Asks what no single call can show, that something does happen.
import type { Simulation } from '../run/simulation.ts';
import type { Town } from '../run/town.ts';
import { bakeryRepo } from '../world/bakery.ts';
import type { WorldPull } from '../world/github-world.ts';
import { hasLandedHere, objections, obstacle, verdictOf } from './oracle.ts';

const PER_HOUR = 1_000;
/** Of what is kept for landings a part. */
const LEFT = PER_HOUR / 20;
const LANDS_WITHIN_MINUTES = 10;
/** The hour must not be over meanwhile. */
const HOUR_MS = 24 * 3_600_000;

export async function landsOnWhatIsKept(sim: Simulation): Promise<string | null> {
  const town = sim.towns.find(({ config, state }) => config.mergeable && state.frozen === null);
  if (!town) return null;
  town.credential.limits = {
    ...{ perHour: PER_HOUR, hourMs: HOUR_MS, perMinute: PER_HOUR, retryAfterSeconds: 60 },
  };
  sim.holding = true;
  const pull = openReady(sim, town);
  const isTested = (): boolean => verdictOf(sim, pull, town).kind === 'running';
  if (!(await sim.run(LANDS_WITHIN_MINUTES, isTested))) return null;
  await sim.run(1);
  town.credential.leave(LEFT);
  town.poll();
  // The test has long ended by now, and is held back.
  await sim.run(LANDS_WITHIN_MINUTES);
  sim.release();
  await sim.run(LANDS_WITHIN_MINUTES, () => hasLandedHere(sim, pull, town));
  return mustHaveLanded(sim, pull, town) ? `#${pull.number} did not land` : null;
}

/** Nothing is against it. */
function openReady({ github }: Simulation, { config }: Town): WorldPull {
  const [author = ''] = config.developers;
  const number = github.openPull({
    ...{ title: 'Urgent', body: '', draft: false, labels: ['high-priority'], author },
    ...{ approvedBy: ['carol'], changesRequestedBy: [], base: config.branch, repo: bakeryRepo },
    files: { urgent: 'yes' },
  });
  github.report(number, { name: 'lint', app: 7, state: 'success' });
  return github.pull(number);
}

function mustHaveLanded(sim: Simulation, pull: WorldPull, town: Town): boolean {
  const { view } = sim.github;
  const required = [...view.rules.ruleset, ...view.rules.classic];
  const told = { ...town.told, frozen: town.state.frozen !== null };
  return (
    !hasLandedHere(sim, pull, town) &&
    objections(sim.github.pull(pull.number), { view, required, told, config: town.config })
      .length === 0 &&
    obstacle(sim, pull, town) === null &&
    verdictOf(sim, pull, town).kind === 'passed'
  );
}
