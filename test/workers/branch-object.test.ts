// The Durable Object of a branch inside workerd: its memory, its alarm, and what it survives.
import {
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { WatchedBranches } from '../../schemas/status.ts';
import worker from '../../src/index.ts';
import { HEAD, NOON, pullOf, sha, sourceOf, stateOf } from '../support/builders.ts';
import {
  alarmOf,
  command,
  MAIN,
  outside,
  quiet,
  request,
  STABLE,
  seed,
  storedBy,
  stubOf,
} from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

type Stub = ReturnType<typeof stubOf>;
const branch = (change: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ polledAt: Date.now(), ...change });
const statusOf = async (name: string) => {
  const { branches } = WatchedBranches.parse(
    await (await request('/api/v1alpha/watched_branches')).json(),
  );
  return branches.find(({ branch_fqn }) => branch_fqn === name);
};
/** Runs the alarm that is armed, whenever it is due. */
const ring = async (stub: Stub): Promise<void> => {
  expect(await runDurableObjectAlarm(stub)).toBe(true);
};
const eventsOf = async (stub: Stub, kind: string) =>
  (await stub.events(0)).filter((event) => event.kind === kind);
/** Far enough away not to ring by itself during a test. */
const LATER = 3_600_000;
const TOMORROW = Date.now() + 24 * LATER;
/** The github flag with everything to be read. */
const EVERYTHING = { marked: 1, settled: 0, everything: 1, single: {} };

describe('S3.1 the alarm', () => {
  it('is armed when the object is first touched', async () => {
    const stub = stubOf(MAIN);
    outside(() => new Promise(() => {}));
    await stub.status();
    // Either it is armed, or the pass that it started is waiting for GitHub.
    await vi.waitFor(async () => {
      const asked = vi.mocked(globalThis.fetch).mock.calls.length;
      expect((await alarmOf(stub)) !== null || asked > 0).toBe(true);
    });
  });

  it('is armed again after every pass, for the next poll at the latest', async () => {
    const stub = stubOf(MAIN);
    const polledAt = Date.now();
    await seed(stub, branch({ polledAt }));
    await ring(stub);
    expect(await alarmOf(stub)).toBe(polledAt + LATER);
  });

  it('that was lost is armed again by a poll', async () => {
    const stub = stubOf(MAIN);
    await seed(stub, branch());
    await runInDurableObject(stub, (_object, { storage }) => storage.deleteAlarm());
    expect(await alarmOf(stub)).toBe(null);
    await stub.poll();
    await vi.waitFor(async () => expect(await alarmOf(stub)).toEqual(expect.any(Number)));
    expect((await storedBy(stub))?.flags.batch.marked).toBeGreaterThan(0);
  });

  it('that was lost is armed again when the object is started', async () => {
    const stub = stubOf(MAIN);
    await seed(stub, branch());
    await runInDurableObject(stub, (_object, { storage }) => storage.deleteAlarm());
    await evictDurableObject(stub);
    await stub.status();
    await vi.waitFor(async () => expect(await alarmOf(stub)).toEqual(expect.any(Number)));
  });

  it('is not put off by starting the object', async () => {
    const stub = stubOf(MAIN);
    await seed(stub, branch());
    const due = Date.now() + LATER;
    await runInDurableObject(stub, (_object, { storage }) => storage.setAlarm(due));
    await evictDurableObject(stub);
    await stub.status();
    expect(await alarmOf(stub)).toBe(due);
  });

  it('rings for every branch when the cron does (S4.1)', async () => {
    for (const name of [MAIN, STABLE]) await seed(stubOf(name), branch({ branch: name }));
    await worker.scheduled();
    const stored = await Promise.all([MAIN, STABLE].map((name) => storedBy(stubOf(name))));
    expect(stored.map((record) => record?.flags.github.everything)).toEqual([1, 1]);
  });
});

describe('S3.3 a world that does not answer', () => {
  it('delays the branch, and its status says what is wrong and when it tries again', async () => {
    const stub = stubOf(MAIN);
    vi.spyOn(Date, 'now').mockReturnValue(TOMORROW);
    await seed(stub, branch({ flags: { ...stateOf().flags, github: EVERYTHING } }));
    await ring(stub);
    const record = await storedBy(stub);
    const due = record?.holds.github?.notBefore ?? 0;
    expect(record?.flags.github).toEqual(EVERYTHING);
    expect(await statusOf(MAIN)).toMatchObject({
      last_error: 'GitHub: the world is down (503)',
      next_try_at: new Date(due).toISOString(),
    });
    expect(await alarmOf(stub)).toBe(due);
  });

  it('is asked again after longer and longer pauses', async () => {
    const stub = stubOf(MAIN);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(TOMORROW);
    await seed(stub, branch({ flags: { ...stateOf().flags, github: EVERYTHING } }));
    for (const [failures, ceilingMs] of [2_000, 4_000, 8_000, 16_000].entries()) {
      const now = Date.now();
      await ring(stub);
      const hold = (await storedBy(stub))?.holds.github;
      const pauseMs = (hold?.notBefore ?? 0) - now;
      expect([hold?.failures, await alarmOf(stub)]).toEqual([failures + 1, hold?.notBefore]);
      expect(pauseMs).toBeGreaterThanOrEqual(ceilingMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(ceilingMs);
      clock.mockReturnValue(now + pauseMs);
    }
  });

  it('of one branch is no matter of another', async () => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1)] }));
    await seed(stubOf(STABLE), branch({ branch: STABLE, pulls: [pullOf(2)] }));
    await command('/freeze', { branch: STABLE });
    const [main, other] = [await statusOf(MAIN), await statusOf(STABLE)];
    expect([main?.n_prs, main?.frozen, other?.n_prs, other?.frozen?.by]).toEqual([
      1,
      null,
      1,
      'the manage token',
    ]);
  });
});

describe('S3.1 a mistake of our own', () => {
  it('is logged, leaves the flags dirty, and the pass is run again after a pause', async () => {
    const stub = stubOf(MAIN);
    vi.spyOn(Date, 'now').mockReturnValue(TOMORROW);
    await seed(stub, branch({ flags: { ...stateOf().flags, github: EVERYTHING } }));
    // The pause after a failed look is random; a broken source of randomness is a mistake of ours.
    const dice = vi.spyOn(Math, 'random').mockImplementationOnce(() => {
      throw new Error('out of dice');
    });
    await ring(stub);
    dice.mockRestore();
    const crashes = await eventsOf(stub, 'pass.crashed');
    expect(crashes.map(({ text, data }) => [text.split('\n')[0], data])).toEqual([
      ['Error: out of dice', { crashes: 1 }],
    ]);
    expect((await storedBy(stub))?.flags.github).toEqual(EVERYTHING);
    expect(await alarmOf(stub)).toBeGreaterThanOrEqual(TOMORROW + 1000);

    await ring(stub);
    expect((await storedBy(stub))?.holds.github?.failures).toBe(1);
    expect(await eventsOf(stub, 'pass.crashed')).toHaveLength(1);
  });
});

describe('S2.4 what is stored', () => {
  it('survives eviction whole', async () => {
    const stub = stubOf(MAIN);
    await seed(stub, branch({ pulls: [pullOf(1), pullOf(2)] }));
    await command('/authorize_sha', { sha: sha(5) });
    const before = [await storedBy(stub), await stub.pulls()];
    await evictDurableObject(stub);
    expect([await storedBy(stub), await stub.pulls()]).toEqual(before);
  });

  const spoken = {
    frozen: { reason: 'fire', by: 'alice', since: NOON, until: null },
    authorized: [sourceOf(7)],
  };

  /** Puts something else into the place of what is stored. */
  const spoil = async (stub: Stub, record: unknown, pull?: string): Promise<void> => {
    await seed(stub, branch({ ...spoken, pulls: [pullOf(1), pullOf(2)] }));
    await runInDurableObject(stub, (_object, { storage }) => {
      storage.kv.put('record', record);
      if (pull) storage.sql.exec('UPDATE pull SET json = ? WHERE number = 1', pull);
    });
    await evictDurableObject(stub);
  };
  const { pulls: _, ...record } = branch(spoken);

  it.each<[what: string, record: unknown, pull?: string]>([
    ['of an older version', { ...record, v: 0 }],
    ['of another branch', { ...record, branch: 'acme/bakery:other' }],
    ['with a field that cannot be read', { ...record, deploy: { kind: 'half' } }],
    ['with attempts of another shape', { ...record, attempts: [1, 2] }],
    ['with a pull request that cannot be read', record, '{"facts": {}}'],
    ['with a pull request that is no JSON', record, '{"facts": {'],
  ])('%s: is read anew, but freezes and authorizations stay', async (_what, stored, pull) => {
    const stub = stubOf(MAIN);
    await spoil(stub, stored, pull);
    const status = await stub.status();
    expect([status.sha, status.n_prs, status.frozen?.reason]).toEqual([null, 0, 'fire']);
    const rebuilt = await storedBy(stub);
    expect([rebuilt?.flags.github.settled, rebuilt?.authorized]).toEqual([0, spoken.authorized]);
  });

  it('S2.4 of a newer version, after a roll-back: is not touched, and says what to do', async () => {
    const stub = stubOf(MAIN);
    const newer = { ...record, v: 2, wisdom: ['of the future'] };
    await spoil(stub, newer);
    const sentence = 'was stored by a newer version of Sluice (shape 2; this one knows 1)';
    const [status, text] = await command('/freeze', { branch: MAIN });
    expect([status, text]).toEqual([503, expect.stringContaining(sentence)]);
    await ring(stub);
    expect(await alarmOf(stub)).toBeGreaterThan(Date.now());
    const kept = await runInDurableObject(stub, (_object, { storage }) => [
      storage.kv.get('record'),
      storage.sql.exec('SELECT number FROM pull').toArray().length,
      storage.sql.exec('SELECT seq FROM event').toArray(),
    ]);
    expect(kept).toEqual([newer, 2, []]);
  });

  it('and what was thrown away does not come back', async () => {
    const stub = stubOf(MAIN);
    await spoil(stub, { ...record, v: 0 }, '{"facts": {}}');
    await stub.status();
    await command('/update');
    await evictDurableObject(stub);
    const numbers = await runInDurableObject(stub, (_object, { storage }) =>
      storage.sql.exec('SELECT number FROM pull').toArray(),
    );
    expect([numbers, (await stub.status()).frozen?.reason]).toEqual([[], 'fire']);
  });
});

describe('S3.2 the event log', () => {
  it('keeps the newest two thousand', async () => {
    const stub = stubOf(MAIN);
    await seed(stub, branch());
    await runInDurableObject(stub, (_object, { storage }) => {
      for (let seq = 1; seq <= 2_100; seq++)
        storage.sql.exec(
          "INSERT INTO event (at, kind, pr, text, data) VALUES (?, 'branch.moved', NULL, 'x', '{}')",
          NOON,
        );
    });
    await command('/freeze', { branch: MAIN });
    const { count, first } = await runInDurableObject(stub, (_object, { storage }) =>
      z
        .object({ count: z.number(), first: z.number() })
        .parse(storage.sql.exec('SELECT count(*) AS count, min(seq) AS first FROM event').one()),
    );
    expect([count, first]).toEqual([2_000, 103]);
  });
});

describe('S3.1 a whole pass over HTTP', () => {
  const answers: Record<string, unknown> = {
    '/repos/acme/bakery/rules/branches/main': [],
    '/repos/acme/bakery/branches/main': {},
    '/api/v1alpha/batches': { batches: [] },
    '/graphql': {
      data: {
        repository: {
          id: 'R_1',
          defaultBranchRef: { name: 'main' },
          ref: { target: { oid: HEAD, tree: { oid: sha(8) } } },
          pullRequests: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
        },
      },
    },
  };

  it('reads GitHub and Batch, settles every flag and says what it saw', async () => {
    const stub = stubOf(STABLE);
    const asked: string[] = [];
    outside(async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      const path = url.pathname.replace('stable', 'main');
      asked.push(`${init?.method ?? 'GET'} ${path}`);
      return Response.json(answers[path] ?? {}, { status: path in answers ? 200 : 404 });
    });
    await stub.poll();
    await vi.waitFor(async () => expect((await stub.status()).sha).toBe(HEAD));
    await vi.waitFor(async () => {
      const flags = (await storedBy(stub))?.flags;
      expect(Object.values(flags ?? {}).map(({ marked, settled }) => marked - settled)).toEqual([
        0, 0, 0,
      ]);
      expect(asked).toContain('GET /user');
    });
    // After the pass, the look at what GitHub lets us do.
    const pass = asked.slice(0, asked.indexOf('GET /user'));
    expect([...new Set(pass)].toSorted()).toEqual([
      'GET /api/v1alpha/batches',
      'GET /repos/acme/bakery/branches/main',
      'GET /repos/acme/bakery/rules/branches/main',
      'POST /graphql',
    ]);
    const moved = await eventsOf(stub, 'branch.moved');
    expect(moved.map(({ text }) => text)).toEqual(['acme/bakery:stable is at aaaaaaa']);
  });
});
