// The public keys with which Cloudflare Access signs for one team. Kept for an hour; read again sooner when a key is
// asked for that is not among them, but at most once a minute.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import type { AccessKey, AccessKeys } from '../core/sign-in.ts';
import { timedFetch } from './timed-fetch.ts';

const TIMEOUT_MS = 10_000;
const KEPT_MS = 60 * 60_000;
const PAUSE_MS = 60_000;

const Keys = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), n: z.string(), e: z.string() })),
});

export function createAccessKeys(
  issuer: string,
  { fetch, now }: { readonly fetch: typeof globalThis.fetch; readonly now: () => number },
): AccessKeys {
  const ask = timedFetch(fetch, TIMEOUT_MS);
  let kept: { readonly keys: readonly AccessKey[]; readonly at: number } | null = null;
  return {
    async read(anew) {
      const age = kept === null ? Number.POSITIVE_INFINITY : now() - kept.at;
      if (kept !== null && age < (anew ? PAUSE_MS : KEPT_MS)) return ok(kept.keys);
      try {
        const answer = await ask(`${issuer}/cdn-cgi/access/certs`);
        const { keys } = Keys.parse(await answer.json());
        kept = { keys, at: now() };
        return ok(keys);
      } catch {
        // The keys of an hour ago are most likely those of now; without any, nobody can be let in.
        return kept === null ? err('the keys of Cloudflare Access cannot be read') : ok(kept.keys);
      }
    },
  };
}
