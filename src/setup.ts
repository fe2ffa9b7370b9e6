// Puts together what a Worker without settings serves.
import type { Hono } from 'hono';
import { convertManifest } from './clients/github/app-manifest.ts';
import type { RateLimiter } from './core/sign-in.ts';
import { setupApp } from './routes/setup.tsx';

/** Whoever has it makes the App and is shown its key, so it must not be guessed. */
const TOKEN_MIN = 16;

export function createSetup(token: string | undefined, limiter: RateLimiter | null): Hono {
  return setupApp({
    token: token !== undefined && token.length >= TOKEN_MIN ? token : null,
    convert: (apiUrl, code) => convertManifest((input, init) => fetch(input, init), apiUrl, code),
    limiter,
    now: () => Date.now(),
    newSecret: () =>
      [...crypto.getRandomValues(new Uint8Array(24))]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(''),
  });
}
