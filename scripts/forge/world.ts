// The forge's world: who exists, which repositories exist, who may write where, what time it is, and
// the lock that makes changes to one family of forks happen one after the other.
// The verbs of GitHub (open, merge, review …) are in files of their own; none of them is here.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isoSeconds } from './commit.ts';
import type { Git } from './git.ts';
import { GitRepository } from './git-repository.ts';
import { type Account, fullName, type Pull, type RepositoryRecord, type Rules } from './model.ts';
import { notFound, Refusal } from './refusal.ts';
import type { StateFile } from './state-file.ts';
import { TrialMerges } from './trial-merge.ts';

export interface User {
  readonly login: string;
  readonly token: string;
  readonly name?: string;
  readonly admin?: boolean;
}

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  /** `main` unless told. */
  readonly defaultBranch?: string;
  /** Local path or URL; its branches and tags are copied, it is never written to. */
  readonly mirrorOf?: string;
  /** Logins that may push, besides the owner and the admins. */
  readonly writers?: readonly string[];
}

export interface Event {
  readonly name: 'pull_request' | 'pull_request_review' | 'push' | 'status' | 'ping';
  readonly action: string | null;
  readonly payload: object;
}

/** A repository: what is remembered of it, and its git. */
export interface Repository {
  readonly record: RepositoryRecord;
  readonly git: GitRepository;
}

export interface WorldOptions {
  readonly root: string;
  readonly url: string;
  readonly git: Git;
  readonly file: StateFile;
  readonly users: readonly User[];
  readonly clock: () => Date;
  readonly emit: (event: Event) => void;
}

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/;
/** Paths of the API, which no owner may shadow. */
const RESERVED = ['repos', 'user', 'graphql', '_forge'];

export class World {
  readonly url: string;
  readonly git: Git;
  readonly emit: (event: Event) => void;
  readonly trials = new TrialMerges();
  readonly #root: string;
  readonly #file: StateFile;
  readonly #clock: () => Date;
  readonly #tokens = new Map<string, string>();
  readonly #repositories = new Map<string, Repository>();
  readonly #locks = new Map<string, Promise<unknown>>();

  constructor(options: WorldOptions) {
    this.url = options.url;
    this.git = options.git;
    this.emit = options.emit;
    this.#root = options.root;
    this.#file = options.file;
    this.#clock = options.clock;
    for (const user of options.users) {
      const account = this.account(user.login, 'User');
      account.kind = 'User';
      account.name = user.name ?? null;
      account.admin = user.admin ?? false;
      this.#tokens.set(user.token, user.login);
    }
  }

  /** Opens the repositories of an earlier run. */
  async open(): Promise<void> {
    for (const record of this.#file.state.repositories) {
      const repository = this.#register(record);
      await repository.git.reload();
    }
  }

  close(): void {
    for (const { git } of this.#repositories.values()) git.close();
  }

  now(): string {
    return isoSeconds(this.#clock());
  }

  nextId(): number {
    this.#file.state.lastId += 1;
    return this.#file.state.lastId;
  }

  /** To be called after every change of what is remembered. */
  changed(): void {
    this.#file.changed();
  }

  // Accounts --------------------------------------------------------------------------------

  get users(): readonly Account[] {
    return this.#file.state.accounts.filter((account) => account.kind === 'User');
  }

  /** The account of a login, made when it is new: an owner that nobody logs in as. */
  account(login: string, kind: Account['kind'] = 'Organization'): Account {
    const { accounts } = this.#file.state;
    const known = accounts.find((account) => account.login === login);
    if (known !== undefined) return known;
    const account: Account = { id: this.nextId(), login, name: null, kind, admin: false };
    accounts.push(account);
    this.changed();
    return account;
  }

  findUser(login: string): Account | undefined {
    return this.users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  accountOf(token: string): Account | undefined {
    const login = this.#tokens.get(token);
    return login === undefined ? undefined : this.account(login);
  }

  canPush({ record }: Repository, account: Account): boolean {
    return (
      account.admin || record.owner === account.login || record.writers.includes(account.login)
    );
  }

  requirePush(repository: Repository, account: Account): void {
    if (!this.canPush(repository, account)) {
      throw new Refusal(403, 'Must have push access to repository');
    }
  }

  // Repositories ----------------------------------------------------------------------------

  get repositories(): readonly Repository[] {
    return [...this.#repositories.values()];
  }

  /** @param name `owner/name`, in any case. */
  find(name: string): Repository | undefined {
    return this.#repositories.get(name.toLowerCase());
  }

  /** Throws a 404 Refusal. */
  repository(name: string): Repository {
    const repository = this.find(name);
    if (repository === undefined) throw notFound();
    return repository;
  }

  /** Throws a 404 Refusal. */
  pull({ record }: Repository, number: number): Pull {
    const pull = record.pulls.find((candidate) => candidate.number === number);
    if (pull === undefined) throw notFound();
    return pull;
  }

  rules({ record }: Repository, branch: string): Rules | undefined {
    return Object.hasOwn(record.rules, branch) ? record.rules[branch] : undefined;
  }

  async createRepository(wanted: NewRepository): Promise<Repository> {
    const { owner, name, mirrorOf } = wanted;
    if (!NAME.test(owner) || !NAME.test(name) || RESERVED.includes(owner.toLowerCase())) {
      throw invalidName(owner, name);
    }
    this.account(owner);
    const branch = wanted.defaultBranch ?? 'main';
    const repository = this.#register(this.#newRecord(wanted, branch, null));
    await this.#createOnDisk(repository, branch);
    if (mirrorOf !== undefined) {
      const copied = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
      await repository.git.fetch(mirrorOf, copied);
      if (!repository.git.refs.has(`refs/heads/${branch}`)) {
        throw new Error(`${mirrorOf} has no branch ${branch}`);
      }
    }
    this.#file.state.repositories.push(repository.record);
    this.changed();
    return repository;
  }

  /** The fork borrows the objects of the original and starts with its branches and tags. */
  async fork(from: string, owner: string): Promise<Repository> {
    const original = this.repository(from);
    const { name, defaultBranch } = original.record;
    this.account(owner);
    const wanted = { owner, name };
    const fork = this.#register(this.#newRecord(wanted, defaultBranch, fullName(original.record)));
    await this.#createOnDisk(fork, defaultBranch);
    const refs = [...original.git.refs].filter(([ref]) => /^refs\/(heads|tags)\//.test(ref));
    await fork.git.borrowObjects(original.git.dir);
    await fork.git.updateRefs(refs.map(([ref, sha]) => ({ name: ref, before: null, after: sha })));
    this.#file.state.repositories.push(fork.record);
    this.changed();
    return fork;
  }

  /** Takes a repository away. Pull requests that came from it stay, without a head repository. */
  deleteRepository(name: string): void {
    const { record, git } = this.repository(name);
    if (this.repositories.some((other) => other.record.parent === fullName(record))) {
      throw new Refusal(422, `${name} has forks, which borrow its objects`);
    }
    git.close();
    this.#repositories.delete(fullName(record).toLowerCase());
    const { repositories } = this.#file.state;
    repositories.splice(repositories.indexOf(record), 1);
    for (const other of this.repositories) {
      for (const pull of other.record.pulls) {
        if (pull.head.repo === fullName(record)) pull.head.repo = null;
      }
    }
    rmSync(git.dir, { recursive: true, force: true });
    this.changed();
  }

  /**
   * Runs `change` when nothing else changes this repository or one of its forks: a push to a fork
   * changes pull requests of the original. Not reentrant.
   */
  exclusive<T>(repository: Repository, change: () => Promise<T>): Promise<T> {
    const key = this.#familyName(repository);
    const before = this.#locks.get(key) ?? Promise.resolve();
    const result = before.then(change);
    this.#locks.set(
      key,
      result.catch(() => undefined),
    );
    return result;
  }

  /** Resolves when no change is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#locks.values());
  }

  #familyName({ record }: Repository): string {
    const parent = record.parent === null ? undefined : this.find(record.parent);
    return parent === undefined ? fullName(record) : this.#familyName(parent);
  }

  #register(record: RepositoryRecord): Repository {
    const name = fullName(record);
    if (this.find(name) !== undefined) {
      throw new Refusal(422, `name already exists on this account: ${name}`);
    }
    const dir = join(this.#root, 'repositories', record.owner, `${record.name}.git`);
    const repository = { record, git: new GitRepository(this.git, dir) };
    this.#repositories.set(name.toLowerCase(), repository);
    return repository;
  }

  async #createOnDisk(repository: Repository, defaultBranch: string): Promise<void> {
    try {
      await repository.git.create(defaultBranch);
    } catch (error) {
      this.#repositories.delete(fullName(repository.record).toLowerCase());
      throw error;
    }
  }

  #newRecord(wanted: NewRepository, branch: string, parent: string | null): RepositoryRecord {
    return {
      id: this.nextId(),
      owner: wanted.owner,
      name: wanted.name,
      defaultBranch: branch,
      parent,
      writers: [...(wanted.writers ?? [])],
      lastNumber: 0,
      pulls: [],
      statuses: {},
      rules: {},
      createdAt: this.now(),
      pushedAt: this.now(),
    };
  }
}

const invalidName = (owner: string, name: string): Refusal =>
  new Refusal(422, `${owner}/${name} is not a repository name: use letters, digits, ".", "_", "-"`);
