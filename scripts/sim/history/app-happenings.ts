// What happens where we are a GitHub App, in the histories in which we are one: people press the buttons on our checks,
// batches get on, and calls about check runs go wrong. Each is a row of one of two tables.
import { press, rerequest, rerequestAll, runsOn, type WorldRun } from '../world/check-runs.ts';
import { faultOf, nextCall } from './call-faults.ts';
import { type Happening, type Occasion, onBatch, some, townOf } from './happening.ts';

const CALLS = [
  ...['github.readRuns', 'github.postCheck', 'github.changeCheck', 'github.changeCheck'],
] as const;

export const appActors: Readonly<Record<string, Happening>> = {
  'press a button': {
    weight: 4,
    happen: onRun(({ sim, prng }, run) => {
      const [identifier] = run.actions.length > 0 ? [prng.pick(['retry', 'tactical_retry'])] : [];
      if (identifier === undefined) return null;
      press(sim.github, run, identifier);
      // Now and then GitHub tells of it twice.
      if (prng.chance(0.3)) press(sim.github, run, identifier);
      return `"${identifier}" is pressed on "${run.title}"`;
    }),
  },
  'ask for one check again': {
    weight: 2,
    happen: onRun(({ sim }, run) => {
      rerequest(sim.github, run);
      return `"${run.title}" is asked for again`;
    }),
  },
  'ask for all checks again': {
    weight: 1,
    shared: true,
    happen: onRun(({ sim }, run) => {
      rerequestAll(sim.github, run);
      return `all checks on ${run.sha} are asked for again`;
    }),
  },
  'a batch gets on': {
    weight: 6,
    happen: onBatch(({ sim }, batch) => {
      sim.batch.getsOn(batch);
      return `a job of batch ${batch.id} ends`;
    }),
  },
};

export const appFaults: Readonly<Record<string, Happening>> = {
  'a call about check runs is lost': {
    weight: 1,
    happen: nextCall((prng) => ({ when: 'before', with: faultOf(prng) }), CALLS),
  },
  'an answer about check runs is lost': {
    weight: 2,
    happen: nextCall((prng) => ({ when: 'after', with: faultOf(prng, 'after') }), CALLS),
  },
  'we die as we post a check': {
    weight: 1,
    happen: nextCall((prng) => ({ when: prng.pick(['before', 'after']), with: 'crash' }), CALLS),
  },
};

/** Any of a branch's, also those that were superseded: a page may have been open for long. */
function onRun(act: (occasion: Occasion, run: WorldRun) => string | null): Happening['happen'] {
  return (occasion) => {
    const { sim, towns, prng } = occasion;
    const { app, branch, checkName } = townOf(towns, prng).config;
    if (app === null) return null;
    const { view } = sim.github;
    const runs = Object.values(view.pulls)
      .filter(({ base, state }) => base === branch && state === 'open')
      .flatMap(({ source }) => runsOn(view, source.sha, app, checkName));
    const run = some(runs, prng);
    return run ? act(occasion, run) : null;
  };
}
