// What an API knows us by: a token that stays as it is, or tokens that are renewed before they run out.
import type { Fault } from '../core/fault.ts';
import { ok, type Result } from '../core/result.ts';

export interface Credentials {
  /** Whether another token ever comes by itself. */
  readonly renews: boolean;
  token(): Promise<Result<string, Fault>>;
  /** This one was refused. @returns whether there will be another one now */
  refused(token: string): boolean;
}

export const fixedToken = (token: string): Credentials => ({
  renews: false,
  token: async () => ok(token),
  refused: () => false,
});

export interface NewToken {
  readonly token: string;
  readonly lifeMs: number;
}

interface KeptToken {
  readonly token: string;
  /** Both in milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
}

/**
 * Tokens by what they are for; whoever shares them need not ask for their own. No promise is among them: in an
 * isolate of a Worker no object may wait for what another one has asked.
 */
export type KeptTokens = Map<string, KeptToken>;

interface Renewal {
  readonly renew: () => Promise<Result<NewToken, Fault>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly kept?: KeptTokens;
  /** What the token is for. */
  readonly name?: string;
  /** One that is not so old may be refused because not everybody there knows it yet, and is kept. */
  readonly youngMs?: number;
}

/** Half of a token's life is left for clocks that differ and calls that take long. */
export function renewedTokens(renewal: Renewal): Credentials {
  const { renew, now, kept = new Map(), name = '', youngMs = 0 } = renewal;
  let renewing: Promise<Result<string, Fault>> | null = null;

  async function another(): Promise<Result<string, Fault>> {
    const made = await renew();
    if (!made.ok) return made;
    const { token, lifeMs } = made.value;
    const since = now();
    kept.set(name, { token, since, until: since + lifeMs / 2 });
    return ok(token);
  }

  return {
    renews: true,
    async token() {
      const known = kept.get(name);
      if (known && now() < known.until) return ok(known.token);
      renewing ??= another().finally(() => {
        renewing = null;
      });
      return renewing;
    },
    refused(token) {
      const known = kept.get(name);
      // Whoever else was refused has had it renewed meanwhile.
      if (known?.token !== token) return true;
      if (now() - known.since < youngMs) return false;
      kept.delete(name);
      return true;
    },
  };
}
