// Whom GitHub takes us for by a token, and what it may do, as far as GitHub tells. Each kind of credentials is a function
// that ends in an Identified (an App's is in app.ts); nothing else of the doctor knows what it looks with.
import type { ConfigDocument } from '../../../schemas/config.ts';
import type { Finding } from '../../../schemas/diagnosis.ts';
import { User } from '../../../schemas/github-rights.ts';
import { listOf } from '../../../src/clients/github/needs.ts';
import { type Holder, type Seen, type Unseen, user } from '../../../src/core/diagnosis/place.ts';
import { ok } from '../../../src/core/result.ts';
import { missingScopes, SCOPE_REASONS, SCOPES } from '../../../src/core/token-scopes.ts';
import { type Access, accessTo, lookThrough } from './look.ts';

/** Whoever the credentials are of. */
export interface Bearer extends Holder {
  /** With what it may do in one repository. */
  lookInto(repository: string): Promise<Seen<Access>>;
}

export interface Identified {
  /** null: GitHub knows nobody by these credentials. */
  readonly holder: Bearer | null;
  readonly findings: readonly Finding[];
}

export type Identify = () => Promise<Identified>;

interface TokenBearer {
  readonly github: ConfigDocument['github'];
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

const WHAT = 'GITHUB_TOKEN';

export const byToken =
  ({ github, token, fetch, now }: TokenBearer): Identify =>
  async () => {
    const { api_url: apiUrl, web_url: web } = github;
    // GitHub tells with every answer.
    let told: string | null = null;
    const look = lookThrough({
      ...{ apiUrl, token },
      fetch: async (...asked) => {
        const response = await fetch(...asked);
        told = response.headers.get('x-oauth-scopes');
        return response;
      },
    });
    const self = await look('/user', User);
    if (!self.ok) return { holder: null, findings: [unknownToken(apiUrl, web, self.error)] };
    const { login } = self.value;
    const scopes: string | null = told;
    const link = `${web}/settings/${scopes === null ? 'personal-access-tokens' : 'tokens'}`;
    return {
      holder: {
        ...user(login, link),
        lookInto: async (name) => ok(accessTo(name, { apiUrl, token, fetch, now })),
      },
      findings: scopes === null ? fineGrained(login, web) : classic(login, web, listOf(scopes)),
    };
  };

const newToken = (web: string): string =>
  `${web}/settings/tokens/new?description=Sluice&scopes=${SCOPES.join(',')}`;

function unknownToken(apiUrl: string, web: string, { status, message }: Unseen): Finding {
  if (status === null)
    return {
      mark: 'fault',
      what: 'github.api_url',
      text: `${apiUrl}: ${message}`,
      todo: "Is this the address of GitHub's API, and can it be reached from here?",
    };
  return {
    mark: 'fault',
    what: WHAT,
    text: `${apiUrl} does not take it: ${message}`,
    todo: `Make a classic token with ${SCOPES.join(' and ')}: ${newToken(web)}`,
  };
}

function classic(login: string, web: string, scopes: readonly string[]): Finding[] {
  const missing = missingScopes(scopes);
  const had = scopes.length === 0 ? 'no scopes' : `the scopes ${scopes.join(', ')}`;
  return [
    { mark: 'ok', what: WHAT, text: `a classic token of ${login}, with ${had}` },
    ...missing.map((scope): Finding => {
      const text = `lacks the scope ${scope}: ${SCOPE_REASONS[scope]}`;
      return { mark: 'fault', what: WHAT, text, todo: `Give it ${scope}: ${web}/settings/tokens` };
    }),
  ];
}

/** GitHub tells of such a token only by what it answers; and it shows no check runs to any of them. */
function fineGrained(login: string, web: string): Finding[] {
  return [
    {
      mark: 'warning',
      what: WHAT,
      text: `a fine-grained token of ${login}: GitHub gives such tokens no check runs, which Sluice reads of every pull request`,
      todo: `Use a classic token with ${SCOPES.join(' and ')}: ${newToken(web)}`,
    },
    {
      mark: 'unknown',
      what: WHAT,
      text: 'what it may write is not told beforehand; Sluice writes contents, pull requests, commit statuses and workflows',
      todo: `See what it was given: ${web}/settings/personal-access-tokens`,
    },
  ];
}
