// Webhooks that did not arrive (P1), against the forge's record of what it sent: asked for again, once each.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixedToken } from '../../src/clients/credentials.ts';
import { appTokens } from '../../src/clients/github/app-tokens.ts';
import { Connection } from '../../src/clients/github/connection.ts';
import { appHook, createDeliveries, repositoryHook } from '../../src/clients/github/deliveries.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { Result } from '../../src/core/result.ts';
import type { Deliveries } from '../../src/loop/ports.ts';
import { TestApp } from '../support/forge-app.ts';
import { Hands, unwrap } from './hands.ts';

let hands: Hands;
let deliveries: Deliveries;
let url = '';
let count = 0;
beforeAll(async () => {
  hands = await Hands.start();
  url = (await hands.forge.rest('root', 'GET', '/hooks')).json[0].config.url;
  deliveries = deliveriesTo(url);
});
afterAll(() => hands.close());
beforeEach(async () => {
  await hands.forge.control('DELETE', '/faults');
  // Whatever failed before is too old by now.
  await hands.forge.advance(90_000);
});

const deliveriesTo = (address: string, token = 'root-token'): Deliveries => {
  const api = new Connection({
    apiUrl: hands.forge.forge.url,
    ...{ credentials: fixedToken(token), owner: 'acme', repo: 'widget' },
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => hands.forge.now() * 1000,
  });
  return createDeliveries(api, () => repositoryHook(api, address));
};
const lately = () => ({ since: (hands.forge.now() - 86_400) * 1000, asked: {} });
const failed = async (of = deliveries) => unwrap(await of.failed(lately()));
/** Pull requests of whose opening we do not hear. */
async function loseOpenings(times: number, fail: 'timed_out' | number = 'timed_out') {
  const match = { api: 'webhook', path: 'pull_request.opened' };
  await hands.forge.fault({ match, do: { fail }, times });
  for (let time = 0; time < times; time++) {
    count += 1;
    await hands.open(`lost-${count}`);
  }
  await hands.forge.forge.idle();
  hands.forge.heard.length = 0;
}
const heard = async () => {
  await hands.forge.forge.idle();
  return hands.forge.events();
};

describe('P1, S4.4 what did not arrive', () => {
  test('is found and sent again, and then it has arrived', async () => {
    expect(await failed()).toEqual([]);
    await loseOpenings(1);
    const [lost] = await failed();
    expect(lost).toMatchObject({ redelivery: false });
    if (lost) unwrap(await deliveries.sendAgain(lost));
    expect(await heard()).toEqual(['pull_request.opened']);
    expect(await failed()).toEqual([]);
  });

  test('a second time is not asked for a third time', async () => {
    await loseOpenings(1, 502);
    const again = { api: 'webhook', path: 'pull_request.opened' };
    await hands.forge.fault({ match: again, do: { fail: 502 } });
    for (const lost of await failed()) unwrap(await deliveries.sendAgain(lost));
    expect(await heard()).toEqual([]);
    expect(await failed()).toEqual([]);
  });

  test('is asked for ten at a time, oldest first, and costs one request when nothing is lost', async () => {
    await loseOpenings(11);
    const lost = await failed();
    expect(lost).toHaveLength(10);
    expect(lost.map(({ at }) => at)).toEqual(lost.map(({ at }) => at).toSorted((a, b) => a - b));
    await hands.forge.advance(90_000);
    const { requests } = await hands.asked(() => failed());
    expect(requests).toHaveLength(1);
  });
});

describe('P1 who may not look', () => {
  const words = (result: Result<unknown, Fault>) => (result.ok ? 'may' : result.error.message);

  test.each([
    ['alice-token', { kind: 'refused', status: 404 }],
    ['nobody', { kind: 'misconfigured', message: expect.stringContaining('(401)') }],
  ])('%s is refused', async (token, error) => {
    expect(await deliveriesTo(url, token).failed(lately())).toMatchObject({ ok: false, error });
  });

  test('where no webhook leads to us, that is said', async () => {
    const elsewhere = deliveriesTo('https://sluice.test/github_callback');
    expect(words(await elsewhere.failed(lately()))).toBe(
      'no webhook of the repository leads to https://sluice.test/github_callback',
    );
  });
});

describe('P1 what an App was not told', () => {
  test('is found by the App itself, of whatever repository, and sent again', async () => {
    const app = await TestApp.start(hands.forge);
    const ofApp = createDeliveries(
      new Connection({
        apiUrl: hands.forge.forge.url,
        credentials: appTokens({ id: app.id, key: app.pem }, () => hands.forge.now() * 1000),
        ...{ owner: 'acme', repo: 'nowhere' },
        fetch: (input, init) => globalThis.fetch(input, init),
        now: () => hands.forge.now() * 1000,
      }),
      appHook,
    );
    const match = { api: 'webhook', path: 'pull_request.opened' };
    await hands.forge.fault({ match, do: { fail: 502 }, times: 2 });
    await hands.open('lost-to-an-app');
    await hands.forge.forge.idle();
    const { answer, requests } = await hands.asked(() => failed(ofApp));
    expect(requests).toEqual([
      'GET /app/hook/deliveries?status=failure&per_page=100',
      'GET /app/hook/deliveries?status=success&per_page=100',
    ]);
    const [lost] = answer;
    app.heard.length = 0;
    if (lost) unwrap(await ofApp.sendAgain(lost));
    await hands.forge.forge.idle();
    expect(app.events()).toEqual(['pull_request.opened']);
    expect(await failed(ofApp)).toEqual([]);
    await app.close();
  });
});
