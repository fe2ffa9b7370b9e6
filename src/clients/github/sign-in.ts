// Asks GitHub who has just signed in: the code for a token, the token for a login and teams. The token is the person's
// own and is kept nowhere.
import { z } from 'zod';
import type { Person } from '../../core/grants.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { GithubSignIn } from '../../core/sign-in.ts';
import { timedFetch } from '../timed-fetch.ts';

export interface SignInOptions {
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where GitHub sends people back to. */
  readonly redirectUrl: string;
  /** `org/team` in small letters; what else somebody belongs to is not asked. */
  readonly teams: readonly string[];
  readonly fetch: typeof globalThis.fetch;
}

const TIMEOUT_MS = 10_000;
const TEAMS_PER_PAGE = 100;
/** Somebody in more teams than that is looked for in the first ones only. */
const PAGES_MAX = 10;

const TokenAnswer = z.union([
  z.object({ access_token: z.string().min(1) }),
  z.object({ error: z.string(), error_description: z.string().default('') }),
]);
const User = z.object({ login: z.string().min(1) });
const Teams = z.array(
  z.object({ slug: z.string(), organization: z.object({ login: z.string() }) }),
);

export function createGithubSignIn(options: SignInOptions): GithubSignIn {
  const fetch = timedFetch(options.fetch, TIMEOUT_MS);

  async function tokenOf(code: string, verifier: string): Promise<Result<string, string>> {
    const answer = await fetch(`${options.webUrl}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/json', 'user-agent': 'sluice' },
      body: new URLSearchParams({
        client_id: options.clientId,
        client_secret: options.clientSecret,
        code,
        redirect_uri: options.redirectUrl,
        code_verifier: verifier,
      }),
    });
    const body = TokenAnswer.parse(await answer.json());
    if ('access_token' in body) return ok(body.access_token);
    return err(`GitHub refused the sign-in: ${body.error_description || body.error}`);
  }

  async function read<T extends z.ZodType>(path: string, token: string, schema: T) {
    const answer = await fetch(`${options.apiUrl}${path}`, {
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'sluice',
      },
    });
    if (!answer.ok) throw new Error(`GET ${path} was answered with ${answer.status}`);
    return schema.parse(await answer.json()) as z.infer<T>;
  }

  async function teamsOf(token: string): Promise<string[]> {
    const own: string[] = [];
    for (let page = 1; options.teams.length > 0 && page <= PAGES_MAX; page += 1) {
      const path = `/user/teams?per_page=${TEAMS_PER_PAGE}&page=${page}`;
      const teams = await read(path, token, Teams);
      own.push(...teams.map(({ slug, organization }) => `${organization.login}/${slug}`));
      if (teams.length < TEAMS_PER_PAGE) break;
    }
    return options.teams.filter((team) => own.some((name) => name.toLowerCase() === team));
  }

  return {
    authorizeUrl: (state, challenge) => authorizeUrl(options, state, challenge),
    async personOf(code, verifier): Promise<Result<Person, string>> {
      try {
        const token = await tokenOf(code, verifier);
        if (!token.ok) return token;
        const { login } = await read('/user', token.value, User);
        return ok({ login, teams: await teamsOf(token.value), email: null });
      } catch (error) {
        // The network, or an answer that is none of GitHub's: whoever signs in can try again.
        const why = error instanceof Error ? error.message : String(error);
        return err(`GitHub could not be asked who you are: ${why.slice(0, 200)}`);
      }
    },
  };
}

function authorizeUrl(options: SignInOptions, state: string, challenge: string): string {
  const query = new URLSearchParams({
    client_id: options.clientId,
    redirect_uri: options.redirectUrl,
    // An App has its permissions instead, and does not look at this.
    scope: options.teams.length > 0 ? 'read:org' : '',
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    allow_signup: 'false',
  });
  return `${options.webUrl}/login/oauth/authorize?${query}`;
}
