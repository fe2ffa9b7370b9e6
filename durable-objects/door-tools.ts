// Puts together what the doors need of the world: GitHub and Cloudflare Access over the platform's fetch, its rate
// limit, clock and chance.
import { createAccessKeys } from '../src/clients/access-keys.ts';
import { createGithubSignIn } from '../src/clients/github/sign-in.ts';
import type { Config } from '../src/core/config.ts';
import { namedTeams } from '../src/core/doors.ts';
import type { DoorTools, RateLimiter } from '../src/core/sign-in.ts';

const SECRET_BYTES = 32;

const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
const now = () => Date.now();

/** Of the platform, as wrangler.toml sets it; where it has none there is no limit. */
export const rateLimiter = (limit: RateLimit | undefined): RateLimiter | null =>
  limit ? { admits: async (key) => (await limit.limit({ key })).success } : null;

export function createDoorTools(
  { document, doors }: Config,
  { LIMITER: limiter, READERS: readers }: Pick<Env, 'LIMITER' | 'READERS'>,
): DoorTools {
  const { public_url, github } = document;
  return {
    github:
      doors.github &&
      createGithubSignIn({
        ...doors.github,
        webUrl: github.web_url,
        apiUrl: github.api_url,
        redirectUrl: `${public_url}/sign-in/github/callback`,
        teams: namedTeams(doors),
        fetch,
      }),
    accessKeys: doors.access && createAccessKeys(doors.access.issuer, { fetch, now }),
    limiter: rateLimiter(limiter),
    readers: rateLimiter(readers),
    now,
    newSecret: () =>
      btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/=+$/, ''),
  };
}
