// GitHub as the doctor asks it. It only GETs, so that it cannot change anything; and it has the headers of an
// answer, too: they say what the credentials may do, and what was missing.
import { z } from 'zod';
import { faultOfThrown } from '../../../src/clients/fault-of.ts';
import { needsOf } from '../../../src/clients/github/needs.ts';
import { timedFetch } from '../../../src/clients/timed-fetch.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';

const TIMEOUT_MS = 20_000;

export interface Seen<T> {
  readonly value: T;
  readonly header: (name: string) => string | null;
}

export interface Unseen {
  /** null: there was no answer, or none that can be understood. */
  readonly status: number | null;
  /** GitHub's words, and what it would accept where it says so. */
  readonly message: string;
}

/** @param path from the top of the API */
export type Look = <T extends z.ZodType>(
  path: string,
  answer: T,
) => Promise<Result<Seen<z.infer<T>>, Unseen>>;

export interface Door {
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
}

export function lookThrough({ apiUrl, token, fetch }: Door): Look {
  const timed = timedFetch(fetch, TIMEOUT_MS);
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'user-agent': 'sluice',
    'x-github-api-version': '2022-11-28',
  };
  return async (path, answer) => {
    try {
      const response = await timed(`${apiUrl}${path}`, { headers });
      if (!response.ok) return err(await refusalOf(response));
      const value = answer.parse(await response.json());
      return ok({ value, header: (name) => response.headers.get(name) });
    } catch (error) {
      // Protects the rest of the findings: one look that fails is a finding, too.
      return err({ status: null, message: faultOfThrown(error).message });
    }
  };
}

const Refusal = z.object({ message: z.string() });

async function refusalOf(response: Response): Promise<Unseen> {
  const { status, headers } = response;
  const text = await response.text();
  const words = text.startsWith('{') ? Refusal.safeParse(JSON.parse(text)).data?.message : null;
  const needs = needsOf((name) => headers.get(name));
  const message = `${words ?? response.statusText} (${status})`;
  return { status, message: needs === null ? message : `${message}; it asks for ${needs}` };
}
