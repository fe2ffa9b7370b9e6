// What goes wrong in a history: of calls, of messages, of processes and of memory. A new fault is one row.
// Every fault is over when its time is, and at the latest when the history comes to rest.
import type { Fault } from '../../src/core/fault.ts';
import { type Happening, type Occasion, townOf } from './actors.ts';
import type { Prng } from './prng.ts';
import { habits } from './setting.ts';
import type { Town } from './town.ts';
import type { Tables } from './world/memory-store.ts';
import type { Lie, Trouble } from './world/wire.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** GitHub's reads are believed to lag no longer than a minute, a call on its way included. */
const LONGEST_LAG_MS = 30 * SECOND;
const LONGEST_LATENCY_MS = 8 * SECOND;

const CALLS = [
  ...['github.land', 'github.land', 'github.land', 'github.readBack', 'github.verify'],
  ...['batch.create', 'batch.create', 'batch.create', 'batch.cancel', 'batch.get', 'batch.list'],
  ...['github.makeTestedCommit', 'github.readFiles', 'github.postCheck', 'github.closeLanded'],
  ...['github.readPage', 'github.readPulls', 'github.readRules', 'github.dropRef'],
  'notifier.alert',
] as const;

const LIES: readonly [readonly [string, Lie['answer']], ...(readonly [string, Lie['answer']])[]] = [
  ['github.land', { kind: 'moved' }],
  ['github.land', { kind: 'refused', words: 'Required status check is expected.' }],
  ['github.readBack', 'moved_elsewhere'],
];

const cut: Fault = { kind: 'unknown', message: 'the connection was cut' };

export const faults: Readonly<Record<string, Happening>> = {
  'a call is lost': { weight: 3, happen: nextCall(() => ({ when: 'before', with: cut })) },
  'an answer is lost': { weight: 5, happen: nextCall(() => ({ when: 'after', with: cut })) },
  'a call fails': {
    weight: 3,
    happen: nextCall((prng) => ({ when: 'before', with: faultOf(prng) })),
  },
  'an answer is a lie': {
    weight: 2,
    happen: ({ towns, prng }) => {
      const [name, answer] = prng.pick(LIES);
      const town = townOf(towns, prng);
      town.failOnce((call) => call.name === name, {
        when: 'before',
        with: { kind: 'lie', answer },
      });
      return `${town.config.branch}: the next ${name} is answered ${JSON.stringify(answer)}`;
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
        with: { kind: 'lie', answer: null },
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
  'the process dies at a call': {
    weight: 5,
    happen: nextCall((prng) => ({ when: prng.pick(['before', 'after']), with: 'crash' })),
  },
  'the process dies as it writes': {
    weight: 3,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      const when = prng.pick(['before', 'after']);
      let left = prng.below(8);
      town.object.store.disturbance = (moment) => {
        if (moment !== when || left-- > 0) return;
        town.object.store.disturbance = null;
        town.object.crash();
      };
      return `${town.config.branch}: the process dies ${when} a write`;
    },
  },
  'the process dies': { weight: 3, happen: onTown('the process dies', (town) => town.restart()) },
  'the storage is lost': {
    weight: 2,
    happen: onTown('the storage is lost', (town) => town.loseStorage()),
  },
  'the storage is lost at a call': {
    weight: 1,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      const name = prng.pick(CALLS);
      const when = prng.pick(['before', 'after']);
      town.failOnce((call) => call.name === name, { when, with: () => town.loseStorage() });
      return `${town.config.branch}: the storage is lost ${when} the next ${name}`;
    },
  },
  'the process dies with a call on its way': {
    weight: 2,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      const name = prng.pick(CALLS);
      town.failOnce((call) => call.name === name, { when: 'before', with: () => town.restart() });
      return `${town.config.branch}: the process dies, and its next ${name} still arrives`;
    },
  },
  'somebody pushes at a call': {
    weight: 2,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const name = prng.pick(CALLS);
      const when = prng.pick(['before', 'after']);
      const { branch } = town.config;
      const push = (): void => void sim.github.push(branch, { pushed: String(prng.below(1_000)) });
      town.failOnce((call) => call.name === name, { when, with: push });
      return `somebody pushes to ${branch} ${when} its next ${name}`;
    },
  },
  'the state is of another version': {
    weight: 1,
    happen: onTown('the state is of another version', (town) =>
      town.restart(undefined, otherVersion),
    ),
  },
  'a row cannot be read': {
    weight: 1,
    happen: onTown('a row cannot be read', (town) => town.restart(undefined, spoiltRow)),
  },
  'the settings change': {
    weight: 2,
    happen: onTown('the settings change', (town, { prng }) =>
      town.restart({ ...town.config, ...habits(prng) }),
    ),
  },
  'the clock jumps': {
    weight: 1,
    happen: onTown('the clock jumps', (town, { prng, sim }) => {
      // What GitHub showed a moment ago would be taken for what it shows after a long time.
      if (sim.github.lagMs === 0) town.jump(prng.below(20 * MINUTE));
    }),
  },
  'mail is bad': {
    weight: 5,
    happen: onTown('mail is bad', (town, { prng, sim }) => {
      const lost = prng.pick([0, 0.3, 1]);
      town.mail.weather = { lost, doubled: prng.next(), lateMs: 1 + prng.below(5 * MINUTE) };
      sim.endLater(prng.below(30 * MINUTE), () => town.mail.clearUp());
    }),
  },
};

function faultOf(prng: Prng, when: Trouble['when'] = 'before'): Fault {
  if (when === 'after') return cut;
  return prng.pick<Fault>([
    cut,
    { kind: 'unknown', message: 'HTTP 502' },
    { kind: 'unreadable', message: 'an answer in HTML' },
    { kind: 'refused', message: 'Resource not accessible', status: 403 },
    { kind: 'rate_limited', message: 'slow down', retryAfterMs: prng.below(2 * MINUTE) },
  ]);
}

/** One of the next calls, by its name. */
function nextCall(troubleOf: (prng: Prng) => Trouble): Happening['happen'] {
  return ({ towns, prng }) => {
    const town = townOf(towns, prng);
    const name = prng.pick(CALLS);
    const trouble = troubleOf(prng);
    const { with: what } = trouble;
    town.failOnce((call) => call.name === name, trouble);
    const words = what === 'crash' || typeof what === 'function' ? 'the process dies' : what.kind;
    return `${town.config.branch}: ${words} ${trouble.when} the next ${name}`;
  };
}

function onTown(
  what: string,
  befall: (town: Town, occasion: Occasion) => void,
): Happening['happen'] {
  return (occasion) => {
    const town = townOf(occasion.towns, occasion.prng);
    befall(town, occasion);
    return `${town.config.branch}: ${what}`;
  };
}

const otherVersion = (tables: Tables): Tables => ({
  ...tables,
  record: { ...tables.record, v: 2 },
});

const spoiltRow = ({ record, pulls }: Tables): Tables => ({
  record,
  pulls: pulls.map(([number, json], index) => [number, index === 0 ? '{"facts":{}}' : json]),
});
