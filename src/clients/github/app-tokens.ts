// What a GitHub App says of itself who it is by: a JWT that it signs with its key, good for some minutes.
import type { GithubApp } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Credentials, renewedTokens } from '../credentials.ts';
import { signJwt } from '../jwt.ts';

/** GitHub's clock may be behind ours, and takes nothing that is good for more than ten minutes. */
const ISSUED_AGO_SECONDS = 60;
const GOOD_FOR_SECONDS = 540;

/** @param now milliseconds since the epoch */
export async function jwtOf({ id, key }: GithubApp, now: number): Promise<Result<string, Fault>> {
  const seconds = Math.floor(now / 1_000);
  const claims = {
    iss: id,
    iat: seconds - ISSUED_AGO_SECONDS,
    exp: seconds + GOOD_FOR_SECONDS,
  };
  try {
    return ok(await signJwt(claims, key));
  } catch {
    // What is thrown may have parts of the key in its words.
    const message = `GITHUB_APP_KEY is no private RSA key in PEM: put in the key of GitHub App ${id}, as GitHub gave it.`;
    return err({ kind: 'misconfigured', message });
  }
}

/** For what an App asks as itself, and not as one of its installations. */
export const appTokens = (app: GithubApp, now: () => number): Credentials =>
  renewedTokens({
    now,
    renew: async () => {
      const jwt = await jwtOf(app, now());
      return jwt.ok ? ok({ token: jwt.value, lifeMs: GOOD_FOR_SECONDS * 1_000 }) : jwt;
    },
  });
