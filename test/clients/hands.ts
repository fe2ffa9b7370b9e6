// Our clients, put together as durable-objects/hands.ts does it, against a real forge; and the few
// words by which the tests of the clients set the scene. Asserts nothing.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LandingCommits } from '../../schemas/action.ts';
import { BranchName, Sha } from '../../schemas/ids.ts';
import type { PullFacts } from '../../schemas/state.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import { Connection, type ConnectionOptions } from '../../src/clients/github/connection.ts';
import { createGitHub } from '../../src/clients/github/github.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { Result } from '../../src/core/result.ts';
import type { GitHub, TestedCommit } from '../../src/loop/ports.ts';
import { configOf } from '../support/builders.ts';
import { TestForge, type WorkTree } from '../support/forge.ts';

export const COMMITTER = { name: 'Sluice', email: 'sluice@example.com' };
/** 2026-05-06T07:08:09Z */
export const NOON = 1_778_051_289_000;

export const config = (branch = 'main', watched: readonly string[] = [branch]): BranchConfig =>
  configOf({
    name: BranchName.parse(`acme/widget:${branch}`),
    owner: 'acme',
    repo: 'widget',
    branch,
    watched,
  });

/** @throws when the call met a fault */
export function unwrap<T>(result: Result<T, Fault>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.kind}: ${result.error.message}`);
}

/** What git says, with the given author and committer. @param input goes to stdin */
export function gitAs(
  work: WorkTree,
  people: { readonly [variable: string]: string },
  args: readonly string[],
  input: string,
): string {
  const env = { PATH: process.env['PATH'], HOME: work.dir, GIT_CONFIG_NOSYSTEM: '1', ...people };
  return execFileSync('git', args, { cwd: work.dir, env, input }).toString().trim();
}

const requestLog = z.array(z.object({ api: z.string(), method: z.string(), path: z.string() }));

/** The branch that a client is for, and all that are watched beside it. */
interface Watching {
  readonly branch?: string;
  readonly watched?: readonly string[];
  /** As which App it posts checks; as none unless told. */
  readonly app?: number;
  /** Root's unless told. */
  readonly token?: string;
}

export interface OpenPull {
  readonly number: number;
  readonly branch: string;
  readonly sha: Sha;
}

/** A forge with acme/widget, alice's clone of it, and Sluice, which comes as the user `root`. */
export class Hands {
  readonly forge: TestForge;
  readonly work: WorkTree;
  readonly github: GitHub;
  #eve: WorkTree | null = null;

  private constructor(forge: TestForge, work: WorkTree) {
    this.forge = forge;
    this.work = work;
    this.github = this.client();
  }

  static async start(): Promise<Hands> {
    const forge = await TestForge.start();
    return new Hands(forge, await borrowingClone(forge, 'alice'));
  }

  close(): Promise<void> {
    return this.forge.close();
  }

  /** One that has read nothing yet. */
  client(change: Partial<ConnectionOptions> & Watching = {}): GitHub {
    const connection = new Connection({
      apiUrl: this.forge.forge.url,
      credentials: fixedToken(change.token ?? 'root-token'),
      owner: 'acme',
      repo: 'widget',
      fetch: (input, init) => globalThis.fetch(input, init),
      now: () => NOON,
      ...change,
    });
    const { branch, watched, app = null } = change;
    return createGitHub(connection, { ...config(branch, watched), app }, COMMITTER);
  }

  /** What a call asked of the forge, `METHOD /path` each. */
  async asked<T>(call: () => Promise<T>): Promise<{ answer: T; requests: string[] }> {
    await this.forge.rest(null, 'DELETE', '//_forge/requests');
    const answer = await call();
    const log = requestLog.parse((await this.forge.rest(null, 'GET', '//_forge/requests')).json);
    const requests = log.filter(({ api }) => api !== 'git');
    return { answer, requests: requests.map(({ method, path }) => `${method} ${path}`) };
  }

  /** Orders a fault for the next call that matches. */
  async fault(fault: object): Promise<void> {
    const { status, json } = await this.forge.rest(null, 'POST', '//_forge/faults', fault);
    if (status !== 201) throw new Error(JSON.stringify(json));
  }

  async rules(rules: object, branch = 'main'): Promise<void> {
    const path = `//_forge/rules/acme/widget/${branch}`;
    const { status, json } = await this.forge.rest(null, 'PUT', path, rules);
    if (status !== 200) throw new Error(JSON.stringify(json));
  }

  async ref(name: string): Promise<Sha> {
    return Sha.parse(await this.forge.ref(name));
  }

  main(): Promise<Sha> {
    return this.ref('refs/heads/main');
  }

  /** All refs of the forge's repository that Sluice made for itself. */
  async ownRefs(): Promise<string[]> {
    const refs = z.array(z.object({ ref: z.string() }));
    const below = async (prefix: string) =>
      refs.parse((await this.forge.rest(null, 'GET', `/git/matching-refs/${prefix}`)).json);
    const all = [...(await below('sluice')), ...(await below('heads/sluice-scratch'))];
    return all.map(({ ref }) => ref);
  }

  /** A pull request against main that changes one file. */
  async open(name: string, file = `${name}.txt`, content = `${name}\n`): Promise<OpenPull> {
    const branch = `pr/${name}`;
    const sha = await this.#push(this.work, branch, file, content);
    return { branch, sha, number: await this.#numberOf(branch) };
  }

  /** The same from eve's fork. */
  async openFromFork(name: string): Promise<OpenPull> {
    this.#eve ??= await borrowingClone(this.forge, 'eve', 'eve/widget');
    const branch = `pr/${name}`;
    const sha = await this.#push(this.#eve, branch, `${name}.txt`, `${name}\n`);
    return { branch, sha, number: await this.#numberOf(branch) };
  }

  /** A push of somebody else to main. */
  async pushToMain(file: string): Promise<Sha> {
    return this.#push(this.work, 'main', file, `${file}\n`);
  }

  /** One file's change on top of main as it is, pushed; in as few processes as can be. */
  async #push(work: WorkTree, branch: string, file: string, content: string): Promise<Sha> {
    const message = `Change ${file}`;
    const stream = [
      'commit refs/heads/made',
      'mark :1',
      `committer Ann Ø <ann@example.com> ${NOON / 1000 - 60} +0000`,
      `data ${Buffer.byteLength(message)}\n${message}`,
      `from ${await this.main()}`,
      `M 100644 inline ${file}`,
      `data ${Buffer.byteLength(content)}\n${content}`,
      'get-mark :1',
      '',
    ];
    const sha = gitAs(work, {}, ['fast-import', '--quiet', '--force'], stream.join('\n'));
    await work.git('push', '-q', '-f', 'origin', `${sha}:refs/heads/${branch}`);
    return Sha.parse(sha);
  }

  async pull(number: number): Promise<PullFacts> {
    const [read] = unwrap(await this.client().readPulls([number])).pulls;
    if (read?.kind !== 'open') throw new Error(`#${number} is not open`);
    return read.facts;
  }

  async isMerged(number: number): Promise<unknown> {
    return (await this.forge.rest(null, 'GET', `/pulls/${number}`)).json.merged;
  }

  /** The pull request squashed on main as it is, ready to land; or otherwise. */
  async tested(
    pull: OpenPull,
    {
      method = 'squash',
      mode = 'exact',
      testMerge = null,
    }: Partial<Pick<LandingCommits, 'method' | 'mode'> & Pick<TestedCommit, 'testMerge'>> = {},
  ): Promise<LandingCommits> {
    const targetSha = await this.main();
    const commit = { ...commitOf(pull, targetSha), method, testMerge };
    const made = unwrap(await this.github.makeTestedCommit(commit, []));
    if (made.kind !== 'made') throw new Error(`#${pull.number}: ${made.why.message}`);
    const { sha: testedSha, tree: testedTree } = made;
    const shas = { sourceSha: pull.sha, targetSha, testedSha, testedTree };
    return { pr: pull.number, ...shas, batch: 1, method, mode };
  }

  async #numberOf(branch: string): Promise<number> {
    const found = z.array(z.object({ number: z.number(), head: z.object({ ref: z.string() }) }));
    const { json } = await this.forge.rest(null, 'GET', '/pulls?per_page=100');
    const pull = found.parse(json).find(({ head }) => head.ref === branch);
    if (!pull) throw new Error(`nobody opened a pull request for ${branch}`);
    return pull.number;
  }
}

/** A clone that has every object of acme/widget without a fetch: it borrows them from the forge. */
async function borrowingClone(
  forge: TestForge,
  ...of: Parameters<TestForge['clone']>
): Promise<WorkTree> {
  const work = await forge.clone(...of);
  const objects = join(forge.dir, 'forge', 'repositories', 'acme', 'widget.git', 'objects');
  writeFileSync(join(work.dir, '.git', 'objects', 'info', 'alternates'), `${objects}\n`);
  return work;
}

export const commitOf = (pull: OpenPull, targetSha: Sha): TestedCommit => ({
  pr: pull.number,
  sourceSha: pull.sha,
  targetSha,
  message: `Change (#${pull.number})\n\nWhy.`,
  author: { login: 'alice', name: 'Ann Ø', email: 'ann@example.com' },
  date: NOON,
  method: 'squash',
  testMerge: null,
});
