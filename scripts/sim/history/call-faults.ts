// What goes wrong with calls and their answers: they are lost, refused, late, or told wrongly.
import { faultOfHttp } from '../../../src/clients/fault-of.ts';
import type { Fault } from '../../../src/core/fault.ts';
import type { Trouble } from '../world/wire.ts';
import { type Happening, onPull, townOf } from './happening.ts';
import type { Prng } from './prng.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** GitHub's reads are believed to lag no longer than a minute, a call on its way included. */
const LONGEST_LAG_MS = 30 * SECOND;
const LONGEST_LATENCY_MS = 8 * SECOND;
const CLIENT_TIMEOUT_MS = 20 * SECOND;

/** What may befall them one by one; those that matter most more often. */
export const CALLS = [
  ...['github.land', 'github.land', 'github.land', 'github.land', 'github.land'],
  ...['github.readRef', 'github.compare'],
  ...[
    'github.readHead',
    'github.readCommit',
    'github.postCheck',
    'github.changeCheck',
    'github.readRuns',
    'github.readFiles',
    'github.readAuthors',
  ],
  ...['batch.create', 'batch.create', 'batch.create', 'batch.create', 'batch.create'],
  ...['batch.cancel', 'batch.get', 'batch.list', 'batch.list'],
  ...['batch.createRow', 'batch.readJobs', 'batch.readLog'],
  ...['github.createRef', 'github.moveRef', 'github.merge', 'github.createCommit'],
  ...['github.keepCommit', 'github.readComments', 'github.comment', 'github.closePull'],
  ...['github.editComment', 'github.assign', 'github.requestReview'],
  ...['github.readPage', 'github.readPulls', 'github.readRules', 'github.readProtection'],
  'github.deleteRef',
  'notifier.alert',
] as const;

/** Where GitHub does the merging, other calls do what these do for us. */
const INSTEAD: Readonly<Record<string, string>> = {
  'github.land': 'github.mergePull',
  'github.readRef': 'github.readMergeState',
};
export const MERGE_CALLS = Object.values(INSTEAD);

/** A call of that name, or what is called in its place. */
export const isCalled =
  (wanted: string) =>
  ({ name }: { readonly name: string }): boolean =>
    name === wanted || name === INSTEAD[wanted];

const cut: Fault = { kind: 'unknown', message: 'the connection was cut' };

export const callFaults: Readonly<Record<string, Happening>> = {
  'a call is lost': { weight: 3, happen: nextCall(() => ({ when: 'before', with: cut })) },
  'an answer is lost': {
    weight: 5,
    happen: nextCall((prng) => ({ when: 'after', with: faultOf(prng, 'after') })),
  },
  'a call fails': {
    weight: 3,
    happen: nextCall((prng) => ({ when: 'before', with: faultOf(prng) })),
  },
  'a call hangs': {
    weight: 2,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const [name, when] = [prng.pick(CALLS), prng.pick(['before', 'after'])];
      const pause = (): Promise<void> => sim.calendar.wait(CLIENT_TIMEOUT_MS);
      const timedOut: Fault = { kind: 'unknown', message: 'The operation was aborted' };
      town.failOnce(isCalled(name), { when, with: timedOut, pause });
      return `${town.config.branch}: the next ${name} hangs, ${when} it takes effect`;
    },
  },
  'a landing is refused for no reason': {
    weight: 1,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      const words = 'Required status check is expected.';
      const refusal: Fault = { kind: 'refused', message: words, status: 200 };
      town.failOnce(isCalled('github.land'), { when: 'before', with: refusal });
      return `${town.config.branch}: the next landing is refused`;
    },
  },
  'GitHub refuses to land a pull request': {
    weight: 2,
    happen: onPull(({ prng, sim }, { number }) => {
      sim.github.refusals.set(number, 'Commits must have verified signatures.');
      sim.endLater(prng.below(20 * MINUTE), () => sim.github.refusals.delete(number));
      return `GitHub refuses to land #${number} for a while`;
    }),
  },
  'pushes are shown before their commits': {
    weight: 1,
    happen: ({ prng, sim, aimed }) => {
      if (aimed) return null;
      sim.github.hidesCommits = true;
      sim.endLater(prng.below(MINUTE), () => {
        sim.github.hidesCommits = false;
      });
      return 'GitHub does not show the commits of pull requests';
    },
  },
  'a branch is shown elsewhere': {
    weight: 2,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const head = sim.github.branch(town.config.branch);
      const sha = sim.github.graph.get(head).parents[0] ?? head;
      const answer = { object: { sha } };
      town.failOnce(({ name }) => name === 'github.readRef', {
        when: 'before',
        with: { kind: 'lie', answer },
      });
      return `${town.config.branch}: it will be shown at ${sha}`;
    },
  },
  'Batch denies a batch': {
    weight: 2,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      // Denied twice in a row, it cannot be told from one that was deleted.
      if (town.isDenied) return null;
      town.isDenied = true;
      town.failOnce(({ name }) => name === 'batch.get', {
        when: 'before',
        with: faultOfHttp({ status: 404, message: 'not found', header: () => null, now: 0 }),
      });
      return `${town.config.branch}: Batch will deny a batch`;
    },
  },
  'calls fail for a while': {
    weight: 4,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const api = prng.pick(['github.', 'batch.', '']);
      const share = prng.next();
      const when = prng.pick(['before', 'after']);
      const stop = town.wire.disturb(({ name }) =>
        name.startsWith(api) && prng.chance(share) ? { when, with: faultOf(prng, when) } : null,
      );
      const ms = prng.below(15 * MINUTE);
      sim.endLater(ms, stop);
      return `${town.config.branch}: ${Math.round(share * 100)}% of calls to ${api || 'anybody'} fail ${when}, for ${ms / SECOND} s`;
    },
  },
  'calls are slow': {
    weight: 2,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const usual = town.latencyMs;
      town.latencyMs = LONGEST_LATENCY_MS;
      sim.endLater(prng.below(10 * MINUTE), () => {
        town.latencyMs = usual;
      });
      return `${town.config.branch}: calls take long`;
    },
  },
  'reads lag': {
    weight: 4,
    happen: ({ sim, prng, aimed }) => {
      if (aimed) return null;
      sim.github.lagMs = prng.below(LONGEST_LAG_MS);
      sim.endLater(prng.below(15 * MINUTE), () => {
        sim.github.lagMs = 0;
      });
      return `GitHub shows the world of ${sim.github.lagMs / SECOND} s ago`;
    },
  },
  'a batch without jobs': {
    weight: 2,
    happen: ({ sim, aimed }) => {
      if (aimed) return null;
      sim.batch.hollowNext = cut;
      return 'the next batch gets no jobs';
    },
  },
  'a title is edited as its batch gets no jobs': {
    weight: 2,
    happen: ({ towns, prng, sim, aimed }) => {
      if (aimed) return null;
      const town = townOf(towns, prng);
      const edit = (): void => {
        sim.batch.hollowNext = cut;
        for (const { number, state, base } of Object.values(sim.github.view.pulls))
          if (state === 'open' && base === town.config.branch)
            sim.github.changePull(number, { title: `Title ${prng.below(1_000)}` }, 'edited');
      };
      town.failOnce(({ name }) => name === 'batch.create', { when: 'before', with: edit });
      return `${town.config.branch}: titles are edited as the next batch gets no jobs`;
    },
  },
};

export function faultOf(prng: Prng, when: Trouble['when'] = 'before'): Fault {
  if (when === 'after') return prng.pick([cut, answered(502, 'Bad Gateway')]);
  const seconds = String(prng.below(120));
  return prng.pick<Fault>([
    cut,
    { kind: 'unreadable', message: 'an answer in HTML' },
    answered(500, 'Internal Server Error'),
    answered(502, 'Bad Gateway'),
    answered(403, 'Resource not accessible by integration'),
    answered(403, 'You have exceeded a secondary rate limit', { 'retry-after': seconds }),
    answered(429, 'API rate limit exceeded'),
  ]);
}

/** What the clients make of such an answer. */
const answered = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Fault => faultOfHttp({ status, message, header: (name) => headers[name] ?? null, now: 0 });

/** One of the next calls, by its name. */
export function nextCall(
  troubleOf: (prng: Prng) => Trouble,
  calls: readonly [string, ...string[]] = CALLS,
): Happening['happen'] {
  return ({ towns, prng }) => {
    const town = townOf(towns, prng);
    const name = prng.pick(calls);
    const trouble = troubleOf(prng);
    const { with: what } = trouble;
    town.failOnce(isCalled(name), trouble);
    const words = what === 'crash' || typeof what === 'function' ? 'the process dies' : what.kind;
    return `${town.config.branch}: ${words} ${trouble.when} the next ${name}`;
  };
}
