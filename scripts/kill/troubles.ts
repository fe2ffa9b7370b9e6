// What else goes wrong during a story. Each can be begun again, since a server that was killed has forgotten it, and
// each has an end, after which nothing is left of it.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Prng } from '../sim/history/prng.ts';
import type { Control } from './control.ts';
import type { Town } from './town.ts';

export interface Trouble {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const SKEWS = [90_000, -90_000, 26 * HOUR_MS, -26 * HOUR_MS, 400 * 24 * HOUR_MS] as const;
const nothing = (): Promise<void> => Promise.resolve();

/** @param canFillDisk is the storage on a small disk of its own? */
export function drawTrouble(
  town: Town,
  control: Control,
  prng: Prng,
  canFillDisk: boolean,
): Trouble {
  const draw = prng.pick([
    calm,
    calm,
    storm,
    lostAnswers,
    hang,
    wrongClock,
    wrongClock,
    noNews,
    lag,
    canFillDisk ? diskFull : calm,
  ]);
  return draw(town, control, prng);
}

type Draw = (town: Town, control: Control, prng: Prng) => Trouble;

const calm: Draw = () => ({ name: 'calm', begin: nothing, end: nothing });

/** GitHub and Batch refuse dozens of calls in a row, for too many requests. */
const storm: Draw = (_, control, prng) => {
  const limit = prng.pick<object>([
    { answer: 'secondary_limit_429', retryAfterSeconds: 1 },
    { answer: 'secondary_limit', retryAfterSeconds: 2 },
    { status: 429, headers: { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' } },
    { status: 403, headers: { 'retry-after': '-5', 'x-ratelimit-reset': '1' } },
  ]);
  const times = 10 + prng.below(20);
  return ordered('a storm of 429', control, {
    forge: [
      { match: { api: 'graphql' }, do: limit, times },
      { match: { api: 'rest', method: 'POST' }, do: limit, times: 5 },
    ],
    batch: [{ match: {}, do: { status: 429 }, times: 10 }],
  });
};

const lostAnswers: Draw = (_, control) =>
  ordered('lost answers', control, {
    forge: [
      { match: { api: 'graphql' }, when: 'after', do: { drop: true }, times: 5 },
      {
        match: { api: 'graphql', path: 'updateRefs' },
        when: 'after',
        do: { status: 502 },
        times: 2,
      },
      { match: { api: 'rest', method: 'POST' }, when: 'after', do: { drop: true }, times: 3 },
    ],
    batch: [
      {
        match: { method: 'POST', path: 'create-fast' },
        when: 'after',
        do: { drop: true },
        times: 3,
      },
    ],
  });

/** No answer at all until the story ends: every call waits for its timeout, poll after poll. */
const hang: Draw = (_, control, prng) => hanging(control, prng.pick(['github', 'batch']));

export type Api = 'github' | 'batch';

export const hanging = (control: Control, api: Api): Trouble =>
  api === 'github'
    ? ordered('GitHub hangs', control, {
        forge: [
          { match: { api: 'graphql' }, do: { hang: true }, times: 'always' },
          // People go on with their work, by the same interface.
          { match: { api: 'rest', client: 'sluice' }, do: { hang: true }, times: 'always' },
        ],
      })
    : ordered('Batch hangs', control, { batch: [{ match: {}, do: { hang: true } }] });

const wrongClock: Draw = (town, _, prng) => {
  const part = prng.pick(['forge', 'batch']);
  const aheadMs = prng.pick(SKEWS);
  const wrong =
    Math.abs(aheadMs) < HOUR_MS
      ? `${Math.abs(aheadMs) / 1000} seconds`
      : `${Math.abs(aheadMs) / HOUR_MS} hours`;
  const set = async (ms: number): Promise<void> => {
    town.skew(part, ms);
    await town.kill(part);
  };
  let isSet = false;
  return {
    name: `the clock of ${part} is ${wrong} ${aheadMs < 0 ? 'behind' : 'ahead'}`,
    async begin() {
      if (!isSet) await set(aheadMs);
      isSet = true;
    },
    end: () => set(0),
  };
};

/** No webhook and no callback arrives (S4.6). */
const noNews: Draw = (_, control) => {
  const { begin, end } = ordered('no webhooks', control, {
    forge: [{ match: { api: 'webhook' }, do: { drop: true }, times: 'always' }],
  });
  return {
    name: 'no webhooks and no callbacks',
    begin: async () => {
      await begin();
      await control.callbacks('drop');
    },
    end: async () => {
      await end();
      await control.callbacks('deliver');
    },
  };
};

const lag: Draw = (_, control) => ({
  name: 'reads of GitHub lag by two seconds',
  begin: () => control.lag(2),
  end: () => control.lag(0),
});

/** Not a byte more can be written beside SQLite's files. */
const diskFull: Draw = ({ storage }) => {
  const ballast = join(storage, 'ballast');
  return {
    name: 'the disk is full',
    begin: async () => {
      if (existsSync(ballast)) return;
      for (const size of [1 << 20, 1 << 16, 1 << 12]) fill(ballast, size);
    },
    end: async () => rmSync(ballast, { force: true }),
  };
};

function fill(file: string, pieceBytes: number): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(pieceBytes), { flag: 'a' });
  } catch {
    // ENOSPC, which is what was wanted.
  }
}

function ordered(
  name: string,
  control: Control,
  faults: { readonly forge?: readonly object[]; readonly batch?: readonly object[] },
): Trouble {
  const end = async (): Promise<void> => {
    for (const server of ['forge', 'batch'] as const) await control.clear(server);
  };
  return {
    name,
    async begin() {
      await end();
      for (const server of ['forge', 'batch'] as const)
        for (const fault of faults[server] ?? []) await control.order(server, fault);
    },
    end,
  };
}
