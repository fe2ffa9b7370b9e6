// The tokens of a GitHub App: it says who it is by its key, GitHub says where it is installed, and gives a token
// that is good for the one repository and an hour.
import { z } from 'zod';
import type { GithubApp } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Credentials, type KeptTokens, type NewToken, renewedTokens } from '../credentials.ts';
import { faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { timedFetch } from '../timed-fetch.ts';
import { jwtOf } from './app-tokens.ts';

const TIMEOUT_MS = 10_000;
/** So long some of GitHub's machines may not know a token that others have just given. */
const YOUNG_MS = 30_000;

const Installation = z.object({ id: z.number().int() });
const TokenAnswer = z.object({ token: z.string().min(1), expires_at: z.iso.datetime() });
const Refusal = z.object({ message: z.string() });

export interface InstallationOptions {
  readonly apiUrl: string;
  readonly app: GithubApp;
  readonly owner: string;
  readonly repo: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Those that an isolate has already. */
  readonly kept?: KeptTokens;
}

export function installationTokens(options: InstallationOptions): Credentials {
  const { owner, repo, now, kept } = options;
  return renewedTokens({
    renew: () => newToken(options),
    now,
    ...(kept ? { kept } : {}),
    name: `${owner}/${repo}`,
    youngMs: YOUNG_MS,
  });
}

/** The installation is asked for anew each time: whoever installs the App again gives it another number. */
async function newToken(options: InstallationOptions): Promise<Result<NewToken, Fault>> {
  const { app, owner, repo, now } = options;
  const jwt = await jwtOf(app, now());
  if (!jwt.ok) return jwt;
  const call = { options, jwt: jwt.value };
  const installation = await ask(
    { ...call, method: 'GET', path: `/repos/${owner}/${repo}/installation` },
    Installation,
  );
  if (!installation.ok) return installation;
  const path = `/app/installations/${installation.value.id}/access_tokens`;
  const body = JSON.stringify({ repositories: [repo] });
  const given = await ask({ ...call, method: 'POST', path, body }, TokenAnswer);
  if (!given.ok) return given;
  const { token, expires_at: end } = given.value;
  return ok({ token, lifeMs: Date.parse(end) - now() });
}

interface Call {
  readonly options: InstallationOptions;
  readonly jwt: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

async function ask<T extends z.ZodType>(
  { options, jwt, method, path, body }: Call,
  answer: T,
): Promise<Result<z.infer<T>, Fault>> {
  const send = timedFetch(options.fetch, TIMEOUT_MS);
  try {
    const response = await send(`${options.apiUrl}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${jwt}`,
        'user-agent': 'sluice',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    if (response.ok) return ok(answer.parse(await response.json()));
    return err(faultOf(options, response, await response.text()));
  } catch (error) {
    return err(faultOfThrown(error));
  }
}

/** What GitHub will not give is for whoever runs Sluice to mend. */
function faultOf(options: InstallationOptions, { status, headers }: Response, text: string): Fault {
  const header = (name: string): string | null => headers.get(name);
  const fault = faultOfHttp({ status, message: wordsOf(text), header, now: options.now() });
  return fault.kind === 'refused'
    ? { kind: 'misconfigured', message: `${whatToMend(options, status)} GitHub: ${fault.message}` }
    : fault;
}

function whatToMend({ app: { id }, owner, repo }: InstallationOptions, status: number): string {
  if (status === 401)
    return `GitHub does not know GITHUB_APP_KEY for a key of GitHub App ${id}: compare the number in github.app_id, and put in a key that the App has.`;
  if (status === 404)
    return `GitHub App ${id} is not installed on ${owner}/${repo}: install it there, and give it the repository.`;
  return `GitHub App ${id} gets no token for ${owner}/${repo}: see that its installation there is not suspended and has the repository.`;
}

function wordsOf(text: string): string {
  try {
    return Refusal.parse(JSON.parse(text)).message.slice(0, 300);
  } catch {
    return text.slice(0, 300);
  }
}
