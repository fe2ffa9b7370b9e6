// S10.3 The public keys of Cloudflare Access: kept, read again when they have changed, and not asked for by anybody's whim.
import { beforeEach, expect, it } from 'vitest';
import { createAccessKeys } from '../../src/clients/access-keys.ts';

const ISSUER = 'https://acme.cloudflareaccess.com';
const MINUTE = 60_000;
let now: number;
let asked: string[];
let answer: () => Response;

beforeEach(() => {
  now = 0;
  asked = [];
  answer = () => Response.json({ keys: [key('k1')], public_cert: {} });
});

const key = (kid: string) => ({ kid, kty: 'RSA', alg: 'RS256', use: 'sig', n: 'n', e: 'AQAB' });
const keys = () =>
  createAccessKeys(ISSUER, {
    fetch: async (input) => {
      asked.push(String(input));
      return answer();
    },
    now: () => now,
  });

it('are kept for an hour', async () => {
  const known = keys();
  const first = { ok: true, value: [key('k1')] };
  expect(await known.read(false)).toEqual(first);
  now = 60 * MINUTE - 1;
  expect(await known.read(false)).toEqual(first);
  expect(asked).toEqual([`${ISSUER}/cdn-cgi/access/certs`]);
  now += 1;
  await known.read(false);
  expect(asked.length).toBe(2);
});

it('are read again for a key that is not among them, once a minute', async () => {
  const known = keys();
  await known.read(false);
  answer = () => Response.json({ keys: [key('k2')] });
  await known.read(true);
  expect(asked.length).toBe(1);
  now = MINUTE;
  expect(await known.read(true)).toEqual({ ok: true, value: [key('k2')] });
  await known.read(true);
  expect(asked.length).toBe(2);
});

it.each<[string, () => Response]>([
  ['no answer', () => Response.error()],
  ['an answer that is something else', () => Response.json({ keys: 'none' })],
  ['a failure', () => new Response('', { status: 500 })],
])('%s leaves the old ones; without any, nobody is let in', async (_, broken) => {
  const known = keys();
  await known.read(false);
  answer = broken;
  now = 60 * MINUTE;
  expect(await known.read(false)).toEqual({ ok: true, value: [key('k1')] });
  expect(await keys().read(false)).toEqual({
    ok: false,
    error: 'the keys of Cloudflare Access cannot be read',
  });
});
