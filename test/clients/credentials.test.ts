// S6 Batch is shown access tokens of Google's that never run out in use.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { googleTokens } from '../../src/clients/batch/credentials.ts';
import { fixedToken } from '../../src/clients/credentials.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = {
  client_email: 'ci@project.iam.gserviceaccount.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  token_uri: 'https://google.test/token',
};

/** Google, as far as it gives out tokens: each another, for an hour. */
function google(answer: (count: number) => Response = (count) => tokenAnswer(count)) {
  let now = Date.UTC(2026, 0, 5);
  const asked: URLSearchParams[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    asked.push(new URLSearchParams(String(init?.body)));
    return answer(asked.length);
  };
  const credentials = googleTokens(key, { fetch, now: () => now });
  return {
    asked,
    credentials,
    wait: (minutes: number) => {
      now += minutes * 60_000;
    },
  };
}

const tokenAnswer = (count: number): Response =>
  Response.json({ access_token: `token ${count}`, expires_in: 3_600, token_type: 'Bearer' });

describe('S6 access tokens for a service account', () => {
  test('are asked for with a signed assertion, and kept for half of their life', async () => {
    const { asked, credentials, wait } = google();
    expect(await credentials.token()).toEqual({ ok: true, value: 'token 1' });
    wait(29);
    expect(await credentials.token()).toEqual({ ok: true, value: 'token 1' });
    wait(1);
    expect(await credentials.token()).toEqual({ ok: true, value: 'token 2' });
    const [, claims = ''] = (asked[0]?.get('assertion') ?? '').split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: key.client_email,
      aud: key.token_uri,
      scope: 'email openid profile',
    });
    expect(asked[0]?.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  });

  test('are asked for once by all who need one', async () => {
    const { asked, credentials } = google();
    const tokens = await Promise.all([1, 2, 3].map(() => credentials.token()));
    expect(tokens).toEqual([1, 2, 3].map(() => ({ ok: true, value: 'token 1' })));
    expect(asked.length).toBe(1);
  });

  test('are asked for anew when Batch has refused one', async () => {
    const { credentials } = google();
    await credentials.token();
    expect(credentials.refused('token 1')).toBe(true);
    expect(await credentials.token()).toEqual({ ok: true, value: 'token 2' });
  });

  test('that Google does not give are for the operator to mend', async () => {
    const words = JSON.stringify({ error: 'invalid_grant', error_description: 'Invalid JWT' });
    const { credentials } = google(() => new Response(words, { status: 400 }));
    expect(await credentials.token()).toMatchObject({
      ok: false,
      error: { kind: 'misconfigured', message: expect.stringContaining('Invalid JWT') },
    });
  });

  test('that cannot be had now are asked for later', async () => {
    const { credentials } = google((count) =>
      count === 1 ? new Response('no', { status: 503 }) : tokenAnswer(count),
    );
    expect(await credentials.token()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(await credentials.token()).toEqual({ ok: true, value: 'token 2' });
  });

  test('a token of Batch’s own is shown as it is', async () => {
    const credentials = fixedToken('mine');
    expect(credentials.refused('mine')).toBe(false);
    expect(await credentials.token()).toEqual({ ok: true, value: 'mine' });
  });
});
