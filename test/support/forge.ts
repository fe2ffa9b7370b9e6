// A forge for tests: on a free port, in a temporary folder, with a repository, people, a webhook
// listener that checks signatures, and a git that is cut off from the machine's configuration.
// Everything is gone after close().

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Forge, startForge } from '../../scripts/forge/forge.ts';
import type { Exchange } from '../../scripts/forge/traffic.ts';
import { type Heard, HookListener } from './hook-listener.ts';
import { judgeAnswer, judgeRequest } from './openapi/judge.ts';

const run = promisify(execFile);
const SECRET = 'a secret';

/** The events that Sluice asks for, and so what a test hears of. */
const EVENTS = [
  'check_run',
  'check_suite',
  'pull_request',
  'pull_request_review',
  'push',
  'status',
] as const;
/** By which our client is known among those who ask. */
const OUR_CLIENT = 'sluice';

export const REPOSITORY = 'acme/widget';
export const USERS = [
  { login: 'root', token: 'root-token', admin: true },
  { login: 'alice', token: 'alice-token', name: 'Alice Ash' },
  { login: 'bob', token: 'bob-token', name: 'Bob Birch' },
  { login: 'eve', token: 'eve-token', name: 'Eve Elm' },
] as const;
export const OAUTH_APP = {
  name: 'Gate',
  clientId: 'Iv1.gate',
  clientSecret: 'gate-secret',
  callbackUrl: 'https://gate.test/sign-in/github/callback',
};
export type Login = (typeof USERS)[number]['login'];

export interface Draft {
  readonly as?: Login;
  readonly branch?: string;
  readonly file?: string;
  readonly content?: string;
  readonly draft?: boolean;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read deep into JSON that GitHub describes
  readonly json: any;
  readonly headers: Headers;
}

export class TestForge {
  readonly dir: string;
  /** What GitHub's own interface description has against what was asked, answered and told. */
  readonly problems: Set<string>;
  forge: Forge;
  readonly #listener: HookListener;
  #aheadSeconds = 0;

  private constructor(dir: string, forge: Forge, listener: HookListener, problems: Set<string>) {
    this.dir = dir;
    this.forge = forge;
    this.#listener = listener;
    this.problems = problems;
  }

  /** A forge with acme/widget, whose main holds `hello.txt`; alice and bob may push, eve may not. */
  static async start(): Promise<TestForge> {
    const dir = mkdtempSync(join(tmpdir(), 'forge-test-'));
    const problems = new Set<string>();
    const listener = await HookListener.start(SECRET, problems);
    const forge = await open(dir, listener.url, problems);
    const test = new TestForge(dir, forge, listener, problems);
    await test.forge.createRepository({
      owner: 'acme',
      name: 'widget',
      writers: ['alice', 'bob'],
      first: { files: { 'hello.txt': 'hello\n' }, message: 'first' },
    });
    return test;
  }

  /** Stops the forge and starts it again on the same folder. */
  async restart(): Promise<void> {
    await this.forge.close();
    this.forge = await open(this.dir, this.#listener.url, this.problems);
    this.#aheadSeconds = 0;
  }

  /** @throws when anything was not as GitHub describes it */
  async close(): Promise<void> {
    await this.forge.idle();
    await this.forge.close();
    await this.#listener.close();
    rmSync(this.dir, { recursive: true, force: true });
    if (this.problems.size > 0) {
      throw new Error(`not as GitHub describes it:\n${[...this.problems].join('\n')}`);
    }
  }

  /** A REST call; `path` is below the repository unless it begins with `//`. */
  rest(as: Login | null, method: string, path: string, body?: unknown): Promise<Answer> {
    const authorization = as === null ? null : `Bearer ${tokenOf(as)}`;
    return askRest(this.forge.url, authorization, method, path, body);
  }

  /** The same with any token. */
  restWith(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
    return askRest(this.forge.url, `Bearer ${token}`, method, path, body);
  }

  async graphql(as: Login, query: string, variables: object = {}): Promise<Answer['json']> {
    return (await this.rest(as, 'POST', '//graphql', { query, variables })).json;
  }

  /** A request of the forge's own, below `/_forge`. @throws when it is refused */
  async control(method: string, path: string, body?: object): Promise<Answer['json']> {
    const { status, json } = await this.rest(null, method, `//_forge${path}`, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** Turns knobs of acme/widget. */
  turn(knobs: object): Promise<Answer['json']> {
    return this.control('PATCH', `/knobs/${REPOSITORY}`, knobs);
  }

  /** Orders a fault. */
  fault(fault: object): Promise<Answer['json']> {
    return this.control('POST', '/faults', fault);
  }

  /** Moves the forge's clock on. */
  async advance(seconds: number): Promise<void> {
    await this.control('POST', '/clock', { advanceSeconds: seconds });
    this.#aheadSeconds += seconds;
  }

  /** What the forge takes for now, in seconds since 1970. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.#aheadSeconds;
  }

  /** The SHA that a ref of the forge is at; null when it is not there. */
  async ref(name: string): Promise<string | null> {
    const { status, json } = await this.rest(null, 'GET', `/git/ref/${name.slice('refs/'.length)}`);
    return status === 200 ? json.object.sha : null;
  }

  /** A pull request of one file, made through the API alone. @returns the head's SHA */
  async openPull(number: number, wanted: Draft = {}): Promise<string> {
    const { as = 'alice', branch = `topic-${number}`, file = `${branch}.txt` } = wanted;
    const sha = await this.commit(as, branch, file, wanted.content ?? `${branch}\n`);
    const body = { title: `Pull ${number}`, head: branch, base: 'main', draft: wanted.draft };
    const { status, json } = await this.rest(as, 'POST', '/pulls', body);
    if (status !== 201 || json.number !== number) throw new Error(JSON.stringify(json));
    return sha;
  }

  /** One file on a branch, which is made from main when it is not there. @returns the new SHA */
  async commit(as: Login, branch: string, file: string, content: string): Promise<string> {
    const main = await this.ref('refs/heads/main');
    const ref = `refs/heads/${branch}`;
    if ((await this.ref(ref)) === null) {
      await this.rest(as, 'POST', '/git/refs', { ref, sha: main });
    }
    const there = await this.rest(as, 'GET', `/contents/${file}?ref=${branch}`);
    const { status, json } = await this.rest(as, 'PUT', `/contents/${file}`, {
      message: `Change ${file}`,
      content: Buffer.from(content).toString('base64'),
      branch,
      ...(there.status === 200 ? { sha: there.json.sha } : {}),
    });
    if (status >= 300) throw new Error(JSON.stringify(json));
    return json.commit.sha;
  }

  async clone(as: Login, repository = REPOSITORY): Promise<WorkTree> {
    const dir = mkdtempSync(join(this.dir, `${as}-`));
    const url = new URL(this.forge.gitUrl(repository));
    url.username = as;
    url.password = tokenOf(as);
    const work = new WorkTree(dir, as);
    await work.git('clone', '-q', url.href, '.');
    return work;
  }

  get heard(): Heard[] {
    return this.#listener.heard;
  }

  /** `event` or `event.action`, in the order of arrival. */
  events(): string[] {
    return this.#listener.events();
  }
}

/** A clone on disk, and git run as one person. */
export class WorkTree {
  readonly dir: string;
  readonly #as: Login;

  constructor(dir: string, as: Login) {
    this.dir = dir;
    this.#as = as;
  }

  async git(...args: string[]): Promise<string> {
    const email = `${this.#as}@example.com`;
    const { stdout } = await run('git', args, {
      cwd: this.dir,
      env: {
        PATH: process.env['PATH'],
        HOME: this.dir,
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: this.#as,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_NAME: this.#as,
        GIT_COMMITTER_EMAIL: email,
      },
    });
    return stdout.trim();
  }

  /** Writes one file and commits it. @returns the SHA */
  async commit(file: string, content: string, message: string): Promise<string> {
    const path = join(this.dir, file);
    await mkdir(dirname(path), { recursive: true });
    writeFileSync(path, content);
    await this.git('add', file);
    await this.git('commit', '-q', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** A commit on a new branch of origin/main, pushed. @returns the SHA */
  async push(branch: string, file: string, content: string, message: string): Promise<string> {
    await this.git('fetch', '-q', 'origin');
    await this.git('checkout', '-q', '-B', branch, 'origin/main');
    const sha = await this.commit(file, content, message);
    await this.git('push', '-q', '-f', 'origin', branch);
    return sha;
  }
}

const tokenOf = (login: Login): string => `${login}-token`;

/** @param path below acme/widget unless it begins with `//` */
export async function askRest(
  url: string,
  authorization: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const place = path.startsWith('//') ? path.slice(1) : `/repos/${REPOSITORY}${path}`;
  const response = await fetch(`${url}${place}`, {
    method,
    redirect: 'manual',
    headers: {
      'user-agent': 'test',
      ...(authorization === null ? {} : { authorization }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
  return { status: response.status, json, headers: response.headers };
}

function open(dir: string, hookUrl: string, problems: Set<string>): Promise<Forge> {
  return startForge({
    port: 0,
    root: join(dir, 'forge'),
    users: USERS,
    oauthApps: [OAUTH_APP],
    webhooks: [{ url: hookUrl, secret: SECRET, events: EVENTS }],
    onExchange: (exchange) => {
      for (const problem of problemsOf(exchange)) problems.add(problem);
    },
  });
}

/** Tests may ask what they like; our client may ask only what GitHub describes. */
function problemsOf({ method, path, requestBody, userAgent, ...answered }: Exchange): string[] {
  if (path === '/graphql') return [];
  const asked = { method, path, body: requestBody };
  const wrong = userAgent.startsWith(OUR_CLIENT) ? judgeRequest(asked) : [];
  return [...wrong, ...judgeAnswer(asked, answered)];
}
