// What goes wrong with the program itself: it dies, it forgets, its settings and its clock change, its mail is lost.
import type { Town } from '../run/town.ts';
import type { Tables } from '../world/memory-store.ts';
import { CALLS, isCalled, nextCall } from './call-faults.ts';
import { type Happening, type Occasion, townOf } from './happening.ts';
import { otherVersions } from './other-versions.ts';
import { habits, landingOf } from './setting.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const processFaults: Readonly<Record<string, Happening>> = {
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
      town.failOnce(isCalled(name), { when, with: () => town.loseStorage() });
      return `${town.config.branch}: the storage is lost ${when} the next ${name}`;
    },
  },
  'the process dies with a call on its way': {
    weight: 2,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      const name = prng.pick(CALLS);
      town.failOnce(isCalled(name), { when: 'before', with: () => town.restart() });
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
      town.failOnce(isCalled(name), { when, with: push });
      return `somebody pushes to ${branch} ${when} its next ${name}`;
    },
  },
  'the state is of another version': {
    weight: 1,
    happen: onTown('the state is of another version', (town, { prng }) =>
      town.restart(undefined, versioned(prng.pick([0, 2]))),
    ),
  },
  'the state is of a version that nobody knows': {
    weight: 1,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      const age = prng.pick(['older', 'newer']);
      town.loseStorage(otherVersions[age]);
      return `${town.config.branch}: the state is of ${age === 'older' ? 'an older' : 'a newer'} version, and nothing in it can be read`;
    },
  },
  'a row cannot be read': {
    weight: 1,
    happen: onTown('a row cannot be read', (town) => town.restart(undefined, spoiltRow)),
  },
  'the settings change': {
    weight: 2,
    happen: onTown('the settings change', (town, { prng }) =>
      town.restart({ ...town.config, ...habits(prng), ...landingOf(prng) }),
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

/** Its number is another, but what people said can be read. */
const versioned =
  (v: number) =>
  (tables: Tables): Tables => ({ ...tables, record: { ...tables.record, v } });

const spoiltRow = ({ record, pulls }: Tables): Tables => ({
  record,
  pulls: pulls.map(([number, json], index) => [number, index === 0 ? '{"facts":{}}' : json]),
});
