// What signing in with GitHub needs of GitHub, and the keys of Cloudflare Access: what a door asks of the world.
import type { Person } from './grants.ts';
import type { Result } from './result.ts';

export interface GithubSignIn {
  /** Where the person is sent. @param challenge of PKCE: the SHA-256 of the verifier, in base64url */
  authorizeUrl(state: string, challenge: string): string;
  /** Who the code stands for, or a sentence that says why it is good for nothing. */
  personOf(code: string, verifier: string): Promise<Result<Person, string>>;
}

/** A public key as Access lists it. */
export type AccessKey = JsonWebKey & { readonly kid: string };

export interface AccessKeys {
  /** As they were read lately. @param anew when none of those fits: they may have changed since */
  read(anew: boolean): Promise<Result<readonly AccessKey[], string>>;
}

export interface RateLimiter {
  /** Counts one. @returns false when it is too many */
  admits(key: string): Promise<boolean>;
}

/** What the doors need besides the settings; null is what there is none of. */
export interface DoorTools {
  readonly github: GithubSignIn | null;
  readonly accessKeys: AccessKeys | null;
  /** Of the open routes and of guesses. */
  readonly limiter: RateLimiter | null;
  /** Of those who read without having said who they are. */
  readonly readers: RateLimiter | null;
  readonly now: () => number;
  /** Unguessable, in base64url. */
  readonly newSecret: () => string;
}
