// Access tokens that Google gives for a service account's key, and that Batch takes for the account.
import { z } from 'zod';
import type { GoogleKey } from '../../../schemas/config.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Credentials, type NewToken, renewedTokens } from '../credentials.ts';
import { faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { signJwt } from '../jwt.ts';
import { timedFetch } from '../timed-fetch.ts';

const TIMEOUT_MS = 10_000;
/** Batch asks Google whose token it is, and needs the address to know the account. */
const SCOPE = 'email openid profile';
const ASSERTION_SECONDS = 300;

interface Surroundings {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});

export function googleTokens(key: GoogleKey, { fetch, now }: Surroundings): Credentials {
  const ask = timedFetch(fetch, TIMEOUT_MS);

  async function renew(): Promise<Result<NewToken, Fault>> {
    const issued = Math.floor(now() / 1_000);
    const claims = {
      ...{ iss: key.client_email, scope: SCOPE, aud: key.token_uri },
      ...{ iat: issued, exp: issued + ASSERTION_SECONDS },
    };
    try {
      const response = await ask(key.token_uri, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: await signJwt(claims, key.private_key),
        }),
      });
      const text = await response.text();
      if (!response.ok) return err(refusal(response, text, now()));
      const { access_token: token, expires_in: seconds } = TokenAnswer.parse(JSON.parse(text));
      return ok({ token, lifeMs: seconds * 1_000 });
    } catch (error) {
      return err(faultOfThrown(error));
    }
  }

  return renewedTokens({ renew, now });
}

function refusal({ status, headers }: Response, text: string, now: number): Fault {
  const header = (name: string): string | null => headers.get(name);
  const message = `Google gives no token for the key of Batch: ${text.slice(0, 300)}`;
  const fault = faultOfHttp({ status, message, header, now });
  return fault.kind === 'refused' ? { kind: 'misconfigured', message: fault.message } : fault;
}
