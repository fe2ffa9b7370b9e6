// The forge's world: who and what exists, who may write where, what time it is, and the lock that makes
// changes to one family of forks happen one after the other.
// The verbs of GitHub (open, merge, review …) are in files of their own; none of them is here.

import { Accounts, type User } from './accounts.ts';
import { isoSeconds } from './commit.ts';
import type { Git } from './git.ts';
import { installedOn, reaches } from './grants.ts';
import { Identities } from './identities.ts';
import type { Account } from './model/account.ts';
import type { App } from './model/app.ts';
import type { Pull } from './model/pull.ts';
import { fullName, type RepositoryRecord, type State } from './model.ts';
import { Past } from './past.ts';
import { notFound, Refusal } from './refusal.ts';
import { type NewRepository, Repositories, type Repository } from './repositories.ts';
import type { StateFile } from './state-file.ts';
import { TrialMerges } from './trial-merge.ts';

export interface Event {
  /** As `X-GitHub-Event` has it. */
  readonly name: string;
  readonly action: string | null;
  readonly payload: object;
  /** Whose hooks hear of it, and the Apps that are installed on it; null: neither. */
  readonly repository: Repository | null;
  /** The one App that hears of it, and nobody else. */
  readonly app?: App;
}

export interface WorldOptions {
  readonly root: string;
  readonly url: string;
  readonly git: Git;
  readonly file: StateFile;
  readonly users: readonly User[];
  readonly clock: () => Date;
  readonly emit: (event: Event) => void;
  /** What every new repository gets. */
  readonly furnish: (record: RepositoryRecord) => void;
}

export class World {
  readonly url: string;
  readonly git: Git;
  readonly emit: (event: Event) => void;
  readonly trials = new TrialMerges();
  readonly accounts: Accounts;
  readonly identities: Identities;
  readonly past: Past;
  readonly #repositories: Repositories;
  readonly #file: StateFile;
  readonly #clock: () => Date;
  readonly #locks = new Map<string, Promise<unknown>>();

  constructor({ root, url, git, file, users, clock, emit, furnish }: WorldOptions) {
    this.url = url;
    this.git = git;
    this.emit = emit;
    this.#file = file;
    this.#clock = clock;
    this.accounts = new Accounts(file, users);
    this.identities = new Identities(file, this.accounts, users, () => this.nowMs());
    const { accounts } = this;
    const now = () => this.now();
    this.#repositories = new Repositories({ root, git, file, accounts, now, furnish });
    this.past = new Past(() => this.nowMs());
  }

  /** Opens the repositories of an earlier run. */
  open(): Promise<void> {
    return this.#repositories.open();
  }

  close(): void {
    this.#repositories.close();
  }

  now(): string {
    return isoSeconds(this.#clock());
  }

  nowMs(): number {
    return this.#clock().getTime();
  }

  nextId(): number {
    return this.#file.nextId();
  }

  /** To be called after every change of what is remembered. */
  changed(): void {
    this.#file.changed();
  }

  get state(): State {
    return this.#file.state;
  }

  // Accounts --------------------------------------------------------------------------------

  get users(): readonly Account[] {
    return this.accounts.users;
  }

  account(login: string, kind?: Account['kind']): Account {
    return this.accounts.account(login, kind);
  }

  findUser(login: string): Account | undefined {
    return this.accounts.findUser(login);
  }

  app(id: number): App {
    const app = this.state.apps.find((candidate) => candidate.id === id);
    if (app === undefined) throw notFound();
    return app;
  }

  /** The App that acts by this account, if it is a bot's. */
  appOf(account: Account): App | undefined {
    return account.kind === 'Bot'
      ? this.state.apps.find(({ slug }) => `${slug}[bot]` === account.login)
      : undefined;
  }

  canPush({ record }: Repository, account: Account): boolean {
    const app = this.appOf(account);
    if (app === undefined) {
      return this.isAdmin(record, account) || record.writers.includes(account.login);
    }
    const isHere = this.state.installations.some(
      (installation) => installation.app === app.id && installedOn(installation, record),
    );
    return isHere && reaches(app.permissions['contents'], 'write');
  }

  isAdmin(record: RepositoryRecord, account: Account): boolean {
    return account.admin || record.owner === account.login;
  }

  requirePush(repository: Repository, account: Account): void {
    if (!this.canPush(repository, account)) {
      throw new Refusal(403, 'Must have push access to repository');
    }
  }

  // Repositories ----------------------------------------------------------------------------

  /** As the reader at hand sees them: a lagging read sees them as they were. */
  get repositories(): readonly Repository[] {
    return this.#repositories.all.map((repository) => this.past.seen(repository));
  }

  /** @param name `owner/name`, in any case, or a name that it had before. */
  find(name: string): Repository | undefined {
    const found = this.#repositories.find(name) ?? this.#repositories.findFormer(name);
    return found === undefined ? undefined : this.past.seen(found);
  }

  /** Throws a 404 Refusal. */
  repository(name: string): Repository {
    const repository = this.find(name);
    if (repository === undefined) throw notFound();
    return repository;
  }

  byId(id: number): Repository | undefined {
    return this.repositories.find(({ record }) => record.id === id);
  }

  /** Throws a 404 Refusal. */
  pull({ record }: Repository, number: number): Pull {
    const pull = record.pulls.find((candidate) => candidate.number === number);
    if (pull === undefined) throw notFound();
    return pull;
  }

  createRepository(wanted: NewRepository): Promise<Repository> {
    return this.#repositories.create(wanted);
  }

  fork(from: string, owner: string): Promise<Repository> {
    return this.#repositories.fork(this.repository(from), owner);
  }

  renameRepository(repository: Repository, name: string): void {
    this.#repositories.rename(repository, name);
  }

  deleteRepository(repository: Repository): void {
    this.#repositories.delete(repository);
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
    const parent = record.parent === null ? undefined : this.#repositories.find(record.parent);
    return parent === undefined ? fullName(record) : this.#familyName(parent);
  }
}
