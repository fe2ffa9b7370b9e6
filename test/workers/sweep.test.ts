// The hourly look for webhooks that did not arrive, inside workerd: one branch of a repository looks, and says what it met.
import { reset, runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHands } from '../../durable-objects/hands.ts';
import { parseConfig } from '../../src/core/config.ts';
import { cleanFlags } from '../../src/core/flags.ts';
import { stateOf } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';
import { MAIN, outside, quiet, STABLE, seed, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const HOUR = 3_600_000;
const lost = { id: 5, guid: 'a', delivered_at: new Date().toISOString(), redelivery: false };
const hook = { id: 1, config: { url: 'https://sluice.test/github_callback' } };

/** Every request, answered by the end of its path. */
function answering(answers: Readonly<Record<string, unknown>>): string[] {
  const asked: string[] = [];
  outside(async (input, init) => {
    const { pathname, searchParams } = new URL(String(input));
    asked.push(`${init?.method} ${pathname} ${searchParams.get('status') ?? ''}`.trim());
    const key = Object.keys(answers).find((end) => asked.at(-1)?.endsWith(end));
    return key === undefined
      ? Response.json({ message: 'Not Found' }, { status: 404 })
      : Response.json(answers[key], { status: 200 });
  });
  return asked;
}
/** Of the first branch; after it comes the look at what GitHub lets the branch do. */
const sweep = (asked: readonly string[]) => asked.slice(0, asked.indexOf('GET /user'));
const ring = async (): Promise<void> => {
  for (const branch of [MAIN, STABLE]) {
    await seed(stubOf(branch), { ...stateOf({ branch, polledAt: Date.now() }), flags: cleanFlags });
    await runDurableObjectAlarm(stubOf(branch));
  }
};
const told = async (name: string) => (await stubOf(name).status()).webhook;

it('P1 the first branch of a repository asks for what was lost, the others do not look', async () => {
  const asked = answering({
    '/hooks': [hook],
    'deliveries failure': [lost],
    'deliveries success': [],
    '/attempts': {},
  });
  await ring();
  const path = '/repos/acme/bakery/hooks';
  expect(sweep(asked)).toEqual([
    `GET ${path}`,
    `GET ${path}/1/deliveries failure`,
    `GET ${path}/1/deliveries success`,
    `POST ${path}/1/deliveries/5/attempts`,
  ]);
  expect(asked.filter((line) => line.includes('/deliveries'))).toHaveLength(3);
  expect(await told(MAIN)).toMatchObject({ redelivered: 1, problem: null });
  expect(await told(STABLE)).toBeNull();
});

it('P1 one that may not look says so, and does not look again for a day', async () => {
  const asked = answering({});
  await ring();
  expect(sweep(asked)).toEqual(['GET /repos/acme/bakery/hooks']);
  const webhook = await told(MAIN);
  expect(webhook?.problem).toMatch(/Not Found/);
  expect(Date.parse(webhook?.next_sweep_at ?? '') - Date.now()).toBeGreaterThan(23 * HOUR);
});

it('P1 of an App, the first of all branches looks, with a token that the App signs', async () => {
  const pem = await newKey();
  const { GITHUB_TOKEN: _, ...environment } = testEnvironment;
  const document = { ...JSON.parse(testEnvironment.SLUICE_CONFIG), github: { app_id: 7 } };
  document.branches.push({ branch: 'acme/other:main' });
  const config = parseConfig({
    ...environment,
    GITHUB_APP_KEY: pem,
    SLUICE_CONFIG: JSON.stringify(document),
  });
  if (!config.ok) throw new Error(config.error.join());
  const sweepers = config.value.branches.map(
    (branch) => createHands(config.value, branch, {}).deliveries,
  );
  expect(sweepers.map((one) => one !== null)).toEqual([true, false, false]);
  const asked: [string, string | null][] = [];
  outside(async (input, init) => {
    asked.push([String(input), new Headers(init?.headers).get('authorization')]);
    return Response.json([]);
  });
  expect(await sweepers[0]?.failed({ since: 0, asked: {} })).toEqual({ ok: true, value: [] });
  expect(asked).toEqual([
    [
      'https://api.github.com/app/hook/deliveries?status=failure&per_page=100',
      expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
    ],
  ]);
});

async function newKey(): Promise<string> {
  const algorithm = {
    ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 },
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('expected a pair of keys');
  const der = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
  if (!(der instanceof ArrayBuffer)) throw new Error('expected DER');
  const body = btoa(String.fromCharCode(...new Uint8Array(der)));
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;
}
