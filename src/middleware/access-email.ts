// Whom Cloudflare Access vouches for: the e-mail address in its JWT, after signature, issuer, audience and time.
import { Jwt } from 'hono/utils/jwt';
import { z } from 'zod';
import { err, ok, type Result } from '../core/result.ts';
import type { AccessKeys } from '../core/sign-in.ts';

export const ACCESS_HEADER = 'cf-access-jwt-assertion';

const Claims = z.object({ email: z.email(), exp: z.number() });

export async function accessEmail(
  jwt: string,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
  keys: AccessKeys,
): Promise<Result<string, string>> {
  for (const anew of [false, true]) {
    const known = await keys.read(anew);
    if (!known.ok) return known;
    try {
      const claims = await Jwt.verifyWithJwks(jwt, {
        keys: [...known.value],
        allowedAlgorithms: ['RS256'],
        verification: { iss: issuer, aud: audience },
      });
      const { email } = Claims.parse(claims);
      return ok(email.toLowerCase());
    } catch {
      // Whatever is wrong with it, it proves nothing; but Access may have changed its keys.
    }
  }
  return err('Cf-Access-Jwt-Assertion is not a valid token of this Access application');
}
