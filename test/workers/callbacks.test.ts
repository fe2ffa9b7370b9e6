// What GitHub and Batch call, inside workerd: what is accepted is durable before they get their answer.
import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callbackUrl } from '../../src/clients/callback-url.ts';
import { stateOf } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import {
  alarmOf,
  answerTo,
  MAIN,
  ORIGIN,
  outside,
  quiet,
  STABLE,
  seed,
  storedBy,
  stubOf,
  webhook,
} from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const repository = { full_name: 'acme/bakery' };
const opened = (number: number, ref = 'main') => ({
  action: 'opened',
  repository,
  pull_request: { number, base: { ref } },
});
/** Polled just now, and nothing may be asked yet: passes settle nothing before the test has looked. */
const branch = (name = MAIN) => {
  const hold = { notBefore: Date.now() + 3_600_000, failures: 1, error: 'Nothing is left.' };
  const holds = { github: hold, batch: hold, kubernetes: null };
  return stateOf({ branch: name, polledAt: Date.now(), holds });
};
const rested = async () => {
  for (const name of [MAIN, STABLE]) await seed(stubOf(name), branch(name));
};
const marksOf = async (name: string) => (await storedBy(stubOf(name)))?.flags.github;

describe('S4.2 the signature', () => {
  beforeEach(rested);

  it('is good with either secret while they are rotated', async () => {
    const secrets = [
      testEnvironment.GITHUB_WEBHOOK_SECRET,
      testEnvironment.GITHUB_WEBHOOK_SECRET_OLD,
    ];
    for (const [index, secret] of secrets.entries()) {
      expect(await webhook('pull_request', opened(7), { secret })).toEqual([202, '202: noted']);
      expect((await marksOf(MAIN))?.marked).toBe(1 + index);
    }
  });

  it('is wrong: flags that were set before stay as they are', async () => {
    await webhook('pull_request', opened(7));
    const before = await marksOf(MAIN);
    await webhook('pull_request', opened(8), { secret: 'another-secret' });
    expect(await marksOf(MAIN)).toEqual(before);
  });
});

describe('S4.3 a good event marks just what it concerns', () => {
  beforeEach(rested);

  it('the flag of its branch, with an alarm', async () => {
    expect(await webhook('pull_request', opened(7))).toEqual([202, '202: noted']);
    const flags = await marksOf(MAIN);
    expect(flags).toMatchObject({ marked: 1, settled: 0, single: { 7: 1 } });
    expect(await alarmOf(stubOf(MAIN))).toEqual(expect.any(Number));
  });

  it('both branches of one that was retargeted', async () => {
    const changes = { base: { ref: { from: 'stable' } } };
    await webhook('pull_request', { ...opened(7), action: 'edited', changes });
    expect([await marksOf(MAIN), await marksOf(STABLE)]).toMatchObject([
      { single: { 7: 1 } },
      { single: { 7: 1 } },
    ]);
  });
});

describe('S4.4 durable before GitHub gets its answer', () => {
  beforeEach(rested);

  it('also when the object is evicted at once', async () => {
    await webhook('pull_request', opened(7));
    await evictDurableObject(stubOf(MAIN));
    expect(await marksOf(MAIN)).toMatchObject({ marked: 1, settled: 0, single: { 7: 1 } });
  });

  it('deliveries repeated or in another order ask for the same to be read', async () => {
    for (const number of [7, 8, 7, 7, 8]) await webhook('pull_request', opened(number));
    const flag = await marksOf(MAIN);
    expect([flag?.marked, Object.keys(flag?.single ?? {})]).toEqual([5, ['7', '8']]);
  });

  it('and nobody waits for GitHub or Batch: they may never answer', async () => {
    outside(() => new Promise(() => {}));
    expect(await webhook('pull_request', opened(7))).toEqual([202, '202: noted']);
  });
});

describe('S4.4, P22 a delivery that was heard before', () => {
  beforeEach(rested);

  const NOTED = [202, '202: noted'];
  const guid = (last: number) => `72d3162e-cc78-11e3-81ab-4c9367dc${String(last).padStart(4, '0')}`;
  const deliver = (hook: number, last: number, event: object = opened(7)) =>
    webhook('pull_request', event, {}, { hook, guid: guid(last) });
  const known = (hook: number, last: number) => [
    202,
    `202: delivery ${hook} ${guid(last)} was heard before, so nothing is marked`,
  ];
  const marked = async () => (await marksOf(MAIN))?.marked;

  it('marks nothing, also after the object was evicted', async () => {
    expect(await deliver(1, 1)).toEqual(NOTED);
    expect(await deliver(1, 1)).toEqual(known(1, 1));
    await evictDurableObject(stubOf(MAIN));
    expect(await deliver(1, 1)).toEqual(known(1, 1));
    expect(await marked()).toBe(1);
  });

  it('is not another event, nor the same event of another hook, nor one without a name', async () => {
    for (const delivery of [deliver(1, 1), deliver(1, 2), deliver(2, 1)])
      expect(await delivery).toEqual(NOTED);
    for (let time = 0; time < 2; time++)
      expect(await webhook('pull_request', opened(7))).toEqual(NOTED);
    expect(await marked()).toBe(5);
  });

  it('is one only when it was written: what was answered 5xx is heard when it comes again', async () => {
    const retargeted = {
      ...opened(7),
      action: 'edited',
      changes: { base: { ref: { from: 'stable' } } },
    };
    await deliver(1, 1);
    await runInDurableObject(stubOf(STABLE), (_object, { storage }) => {
      vi.spyOn(storage, 'transactionSync').mockImplementationOnce(() => {
        throw new Error('the disk is full');
      });
    });
    expect(await deliver(1, 2, retargeted)).toEqual([500, expect.any(String)]);
    expect([await marked(), (await marksOf(STABLE))?.marked]).toEqual([2, 0]);
    expect(await deliver(1, 2, retargeted)).toEqual(NOTED);
    // The branch that had heard of it is left alone.
    expect([await marked(), (await marksOf(STABLE))?.marked]).toEqual([2, 1]);
    expect(await deliver(1, 2, retargeted)).toEqual(known(1, 2));
  });

  it('is noted when it comes again after the storage had failed in any way', async () => {
    const answers = await runInDurableObject(stubOf(MAIN), async (object, { storage }) => {
      vi.spyOn(storage, 'getAlarm').mockRejectedValueOnce(new Error('the storage is away'));
      const put = () => object.mark([{ flag: 'github', read: 7 }], '1 1').catch(String);
      return [await put(), await put()];
    });
    expect(answers).toEqual(['Error: the storage is away', true]);
  });

  it('is written together with those that come at the same time; each knows whether it was heard before', async () => {
    const seen = await runInDurableObject(stubOf(MAIN), async (object, { storage }) => {
      const read = { flag: 'github', read: 7 } as const;
      await object.mark([read], '1 0');
      const written = vi.spyOn(storage, 'transactionSync');
      const names = ['1 1', '1 2', '1 0', '1 3', '1 2', null];
      const isNew = await Promise.all(names.map((name) => object.mark([read], name)));
      return { isNew, written: written.mock.calls.length };
    });
    expect(seen).toEqual({ isNew: [true, true, false, true, false, true], written: 1 });
  });

  it('is forgotten when a thousand have come since, at one row each', async () => {
    const rows = await runInDurableObject(stubOf(MAIN), async (object, { storage }) => {
      const read = { flag: 'github', read: 7 } as const;
      const names = Array.from({ length: 1_001 }, (_, last) => `1 ${last}`);
      await Promise.all(names.map((name) => object.mark([read], name)));
      const isNew = [await object.mark([read], '1 1000'), await object.mark([read], '1 1')];
      const [count] = storage.sql.exec('SELECT count(*) AS n FROM delivery').toArray();
      return { isNew, forgotten: await object.mark([read], '1 0'), count: count?.['n'] };
    });
    expect(rows).toEqual({ isNew: [false, false], forgotten: true, count: 1_000 });
  });
});

describe('S4.5 the callback of Batch', () => {
  const secret = testEnvironment.CALLBACK_SECRET;
  const urlFor = async (name: string, key = 'a batch', signer = secret): Promise<URL> =>
    new URL(await callbackUrl(ORIGIN, signer, name, key));
  const call = (url: URL): Promise<[number, string]> =>
    answerTo(url.pathname + url.search, { method: 'POST', body: '{"id": 1}' });
  const marked = async () => (await storedBy(stubOf(MAIN)))?.flags.batch.marked;
  const REFUSED = [401, '401: this is not a callback address that Sluice gave out'];

  const flag = async () => (await storedBy(stubOf(MAIN)))?.flags.batch;

  it('by the address that we gave out asks for that batch to be read', async () => {
    await seed(stubOf(MAIN), branch());
    expect(await call(await urlFor(MAIN))).toEqual([200, '']);
    expect(await flag()).toMatchObject({ marked: 1, everything: 0, single: { 1: 1 } });
  });

  it.each(['', 'not JSON', '{"id": "1"}', '[]', 'null'])(
    'with the body %j asks for everything to be read',
    async (body) => {
      await seed(stubOf(MAIN), branch());
      const url = await urlFor(MAIN);
      await answerTo(url.pathname + url.search, { method: 'POST', body });
      expect(await flag()).toMatchObject({ marked: 1, everything: 1, single: {} });
    },
  );

  it.each<[what: string, change: (url: URL) => void]>([
    ['no signature', (url) => url.searchParams.delete('signature')],
    ['a signature that is none', (url) => url.searchParams.set('signature', 'sha256=zz')],
    ['a wrong signature', (url) => url.searchParams.set('signature', `sha256=${'0'.repeat(64)}`)],
    ['the signature of another batch', (url) => url.searchParams.set('batch', 'another')],
    ['the signature of another branch', (url) => url.searchParams.set('branch', STABLE)],
    ['nothing at all', (url) => (url.search = '')],
  ])('with %s is refused', async (_what, change) => {
    await seed(stubOf(MAIN), branch());
    const url = await urlFor(MAIN);
    change(url);
    expect([await call(url), await marked()]).toEqual([REFUSED, 0]);
  });

  it('signed with another secret, or for a branch that nobody watches, is refused', async () => {
    const answers = [
      await call(await urlFor(MAIN, 'a batch', 'another-secret-0123456789')),
      await call(await urlFor('acme/bakery:wild')),
    ];
    expect(answers).toEqual([REFUSED, REFUSED]);
  });
});
