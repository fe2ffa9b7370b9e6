// The repositories there are: found by any name they have or had, made, copied, forked, renamed, taken
// away. What happens inside of one is not its business.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Accounts } from './accounts.ts';
import { signature } from './commit.ts';
import { type Git, GitError } from './git.ts';
import { GitRepository } from './git-repository.ts';
import { fullName, type RepositoryRecord, repositorySchema } from './model.ts';
import { Refusal } from './refusal.ts';
import type { StateFile } from './state-file.ts';
import { editTree, writeBlob } from './tree-edit.ts';

/** A repository: what is remembered of it, and its git. */
export interface Repository {
  readonly record: RepositoryRecord;
  readonly git: GitRepository;
}

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  /** `main` unless told. */
  readonly defaultBranch?: string;
  /** Local path or URL; its branches and tags are copied, it is never written to. */
  readonly mirrorOf?: string;
  /** Its first commit, for one that is no copy; without it, it is empty. */
  readonly first?: {
    readonly files: Readonly<Record<string, string>>;
    readonly message: string;
  };
  /** Logins that may push, besides the owner and the admins. */
  readonly writers?: readonly string[];
}

interface Parts {
  readonly root: string;
  readonly git: Git;
  readonly file: StateFile;
  readonly accounts: Accounts;
  readonly now: () => string;
  /** What every new repository gets. */
  readonly furnish: (record: RepositoryRecord) => void;
}

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/;
/** Paths of the API, which no owner may shadow. */
const RESERVED = [
  'app',
  'apps',
  'graphql',
  'installation',
  'orgs',
  'rate_limit',
  'repos',
  'repositories',
  'user',
  'users',
  '_forge',
];

export class Repositories {
  readonly #parts: Parts;
  readonly #byName = new Map<string, Repository>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Opens those of an earlier run. */
  async open(): Promise<void> {
    for (const record of this.#parts.file.state.repositories) {
      await this.#register(record).git.reload();
    }
  }

  close(): void {
    for (const { git } of this.all) git.close();
  }

  get all(): readonly Repository[] {
    return [...this.#byName.values()];
  }

  /** @param name `owner/name`, in any case. */
  find(name: string): Repository | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The one that used to have this name. */
  findFormer(name: string): Repository | undefined {
    const wanted = name.toLowerCase();
    return this.all.find(({ record }) =>
      record.formerNames.some((former) => former.toLowerCase() === wanted),
    );
  }

  async create(wanted: NewRepository): Promise<Repository> {
    const { owner, name, mirrorOf } = wanted;
    if (!NAME.test(owner) || !NAME.test(name) || RESERVED.includes(owner.toLowerCase())) {
      throw invalidName(owner, name);
    }
    const branch = wanted.defaultBranch ?? 'main';
    const repository = await this.#make(wanted, branch, null);
    try {
      if (mirrorOf !== undefined) await this.#copy(repository, mirrorOf);
      if (wanted.first !== undefined) await this.#commitFirst(repository, wanted.first);
    } catch (error) {
      this.#unmake(repository);
      throw error;
    }
    this.#keep(repository);
    return repository;
  }

  /** The fork borrows the objects of the original and starts with its branches and tags. */
  async fork(original: Repository, owner: string): Promise<Repository> {
    const { name, defaultBranch } = original.record;
    const fork = await this.#make({ owner, name }, defaultBranch, fullName(original.record));
    const refs = [...original.git.refs].filter(([ref]) => /^refs\/(heads|tags)\//.test(ref));
    await fork.git.borrowObjects(original.git.dir);
    await fork.git.updateRefs(refs.map(([ref, sha]) => ({ name: ref, before: null, after: sha })));
    this.#keep(fork);
    return fork;
  }

  /** The old name leads to the new one, until somebody takes it. */
  rename(repository: Repository, name: string): void {
    const { record } = repository;
    const before = fullName(record);
    if (!NAME.test(name)) throw invalidName(record.owner, name);
    if (this.find(`${record.owner}/${name}`) !== undefined) throw taken(`${record.owner}/${name}`);
    this.#byName.delete(before.toLowerCase());
    record.name = name;
    record.formerNames.push(before);
    this.#byName.set(fullName(record).toLowerCase(), repository);
    this.#renamed(before, fullName(record));
  }

  /** Takes a repository away. Pull requests that came from it stay, without a head repository. */
  delete(repository: Repository): void {
    const { record, git } = repository;
    const name = fullName(record);
    if (this.all.some((other) => other.record.parent === name)) {
      throw new Refusal(422, `${name} has forks, which borrow its objects`);
    }
    git.close();
    this.#byName.delete(name.toLowerCase());
    const { repositories } = this.#parts.file.state;
    repositories.splice(repositories.indexOf(record), 1);
    this.#renamed(name, null);
    rmSync(git.dir, { recursive: true, force: true });
  }

  #renamed(before: string, after: string | null): void {
    for (const { record } of this.all) {
      if (record.parent === before) record.parent = after;
      for (const { head } of record.pulls) if (head.repo === before) head.repo = after;
    }
    this.#parts.file.changed();
  }

  #keep({ record }: Repository): void {
    this.#parts.furnish(record);
    this.#parts.file.state.repositories.push(record);
    this.#parts.file.changed();
  }

  async #copy({ git, record }: Repository, from: string): Promise<void> {
    try {
      await git.fetch(from, ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new Error(`${from} cannot be copied: ${error.stderr.trim().split('\n')[0]}`);
    }
    if (!git.refs.has(`refs/heads/${record.defaultBranch}`)) {
      throw new Error(`${from} has no branch ${record.defaultBranch}`);
    }
  }

  #unmake({ git, record }: Repository): void {
    git.close();
    this.#byName.delete(fullName(record).toLowerCase());
    rmSync(git.dir, { recursive: true, force: true });
  }

  async #commitFirst(
    { git, record }: Repository,
    { files, message }: NonNullable<NewRepository['first']>,
  ): Promise<void> {
    const changes = [];
    for (const [path, content] of Object.entries(files)) {
      changes.push({ path, mode: '100644', sha: await writeBlob(git, content) });
    }
    const tree = await editTree(git, null, changes);
    const by = signature('GitHub', 'noreply@github.com', this.#parts.now());
    const commit = { tree, parents: [], author: by, committer: by, message };
    const after = await git.writeCommit(commit);
    const name = `refs/heads/${record.defaultBranch}`;
    await git.updateRefs([{ name, before: null, after }]);
  }

  #register(record: RepositoryRecord): Repository {
    const name = fullName(record);
    if (this.find(name) !== undefined) throw taken(name);
    const dir = this.#dir(record.folder ?? name);
    const repository = { record, git: new GitRepository(this.#parts.git, dir) };
    this.#byName.set(name.toLowerCase(), repository);
    return repository;
  }

  #dir(folder: string): string {
    return join(this.#parts.root, 'repositories', `${folder}.git`);
  }

  async #make(wanted: NewRepository, branch: string, parent: string | null): Promise<Repository> {
    const { file, accounts, now } = this.#parts;
    const { login: owner } = accounts.account(wanted.owner);
    const id = file.nextId();
    const folder = `${owner}/${wanted.name}`;
    const record = repositorySchema.parse({
      id,
      // Whoever had this name before and was renamed has kept the folder.
      folder: existsSync(this.#dir(folder)) ? `${folder}-${id}` : folder,
      owner,
      name: wanted.name,
      defaultBranch: branch,
      parent,
      writers: [...(wanted.writers ?? [])],
      lastNumber: 0,
      pulls: [],
      statuses: {},
      createdAt: now(),
      pushedAt: now(),
    });
    const repository = this.#register(record);
    try {
      await repository.git.create(branch);
    } catch (error) {
      this.#byName.delete(fullName(record).toLowerCase());
      throw error;
    }
    return repository;
  }
}

const taken = (name: string): Refusal =>
  new Refusal(422, `name already exists on this account: ${name}`);

const invalidName = (owner: string, name: string): Refusal =>
  new Refusal(422, `${owner}/${name} is not a repository name: use letters, digits, ".", "_", "-"`);
