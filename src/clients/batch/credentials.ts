// What Batch is shown: a token of its own, which stands for one account, or access tokens that Google gives
// for a service account's key and that are renewed before they run out.
import { z } from 'zod';
import type { GoogleKey } from '../../../schemas/config.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { signJwt } from '../jwt.ts';
import { timedFetch } from '../timed-fetch.ts';

const TIMEOUT_MS = 10_000;
/** Batch asks Google whose token it is, and needs the address to know the account. */
const SCOPE = 'email openid profile';
const ASSERTION_SECONDS = 300;

export interface Credentials {
  token(): Promise<Result<string, Fault>>;
  /** It was refused: the next one is asked for anew. */
  refused(): void;
}

export const fixedToken = (token: string): Credentials => ({
  token: async () => ok(token),
  refused: () => {},
});

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
  let known: { readonly token: string; readonly until: number } | null = null;
  let renewal: Promise<Result<string, Fault>> | null = null;

  async function renew(): Promise<Result<string, Fault>> {
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
      // Half its life is left for clocks that differ and calls that take long.
      known = { token, until: now() + (seconds * 1_000) / 2 };
      return ok(token);
    } catch (error) {
      return err(faultOfThrown(error));
    }
  }

  return {
    // Whoever asks meanwhile waits for the same answer.
    async token() {
      if (known && now() < known.until) return ok(known.token);
      renewal ??= renew().finally(() => {
        renewal = null;
      });
      return renewal;
    },
    refused: () => {
      known = null;
    },
  };
}

function refusal({ status, headers }: Response, text: string, now: number): Fault {
  const header = (name: string): string | null => headers.get(name);
  const message = `Google gives no token for the key of Batch: ${text.slice(0, 300)}`;
  const fault = faultOfHttp({ status, message, header, now });
  return fault.kind === 'refused' ? { kind: 'misconfigured', message: fault.message } : fault;
}
