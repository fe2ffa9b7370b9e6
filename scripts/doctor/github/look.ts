// GitHub as the doctor asks it. It only GETs, so that it cannot change anything; and it has the headers of an
// answer, too: they say what the credentials may do, and what was missing.
import { z } from 'zod';
import { faultOfThrown } from '../../../src/clients/fault-of.ts';
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
  const needs = needsOf(headers);
  const message = `${words ?? response.statusText} (${status})`;
  return { status, message: needs === null ? message : `${message}; it asks for ${needs}` };
}

/** GitHub lists the scopes that it accepts with every answer; they are the reason only where we have none. */
function needsOf(headers: Headers): string | null {
  const permissions = headers.get('x-accepted-github-permissions');
  if (permissions) return permissions;
  const accepted = listOf(headers.get('x-accepted-oauth-scopes'));
  const ours = headers.get('x-oauth-scopes');
  if (ours === null || accepted.length === 0) return null;
  return accepted.some((scope) => listOf(ours).includes(scope))
    ? null
    : `one of the scopes ${accepted.join(', ')}`;
}

export const listOf = (header: string | null): string[] =>
  (header ?? '').split(',').flatMap((part) => part.trim() || []);
