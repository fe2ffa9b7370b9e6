// GitHub as the doctor asks it. A look only GETs, so that it cannot change anything; of a refusal it says what was missing,
// which is in the headers.
import { z } from 'zod';
import { fixedToken } from '../../../src/clients/credentials.ts';
import { faultOfThrown } from '../../../src/clients/fault-of.ts';
import type { GithubApi } from '../../../src/clients/github/api.ts';
import { Connection } from '../../../src/clients/github/connection.ts';
import { needsOf } from '../../../src/clients/github/needs.ts';
import type { Look } from '../../../src/clients/github/rights.ts';
import { timedFetch } from '../../../src/clients/timed-fetch.ts';
import type { Unseen } from '../../../src/core/diagnosis/place.ts';
import { err, ok } from '../../../src/core/result.ts';

const TIMEOUT_MS = 20_000;

export interface Door {
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
}

/** How one repository is asked. */
export interface Access {
  readonly look: Look;
  /** As Sluice asks. */
  readonly api: GithubApi;
}

/** @param repository `owner/name` */
export function accessTo(repository: string, door: Door & { readonly now: () => number }): Access {
  const { token, ...place } = door;
  const [owner = '', repo = ''] = repository.split('/');
  const api = new Connection({ ...place, owner, repo, credentials: fixedToken(token) });
  return { look: lookThrough(door), api };
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
      return ok(answer.parse(await response.json()));
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
