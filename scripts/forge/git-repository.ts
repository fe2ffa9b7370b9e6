// One bare repository: its refs (held in memory, because only the forge moves them), its objects and
// the four ways to write: commit, merge tree, ref transaction, fetch. Knows nothing of pull requests.
// Writers must hold the repository's lock (world.exclusive); readers need nothing.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Commit, commitText, parseCommit } from './commit.ts';
import { type Git, type GitCall, GitError } from './git.ts';
import { GitSession } from './git-session.ts';
import { follows, lineSince, type NearAnswer } from './near-history.ts';
import { type GitObject, ObjectReader } from './object-reader.ts';

export interface RefUpdate {
  readonly name: string;
  /** null = the ref must not exist. */
  readonly before: string | null;
  /** null = delete. */
  readonly after: string | null;
}

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly path: string;
  /** Of a blob, in bytes. */
  readonly size: number | null;
}

export type MergeTree =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

export const ZERO = '0'.repeat(40);
export const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);
const CACHE_MAX = 20_000;

/** What is the same whatever the refs are: processes that stay, and what never changes. */
interface Store {
  readonly objects: ObjectReader;
  readonly refUpdates: GitSession;
  readonly newCommits: GitSession;
  readonly commits: Map<string, Commit>;
  readonly answers: Map<string, Promise<string>>;
}

const storeOf = (git: Git, dir: string): Store => ({
  objects: new ObjectReader(dir, git.env),
  refUpdates: new GitSession(git, dir, ['update-ref', '--stdin']),
  newCommits: new GitSession(git, dir, ['hash-object', '-t', 'commit', '-w', '--stdin-paths']),
  commits: new Map(),
  answers: new Map(),
});

export class GitRepository {
  readonly dir: string;
  readonly #git: Git;
  readonly #store: Store;
  #refs: ReadonlyMap<string, string> = new Map();

  constructor(git: Git, dir: string, store = storeOf(git, dir)) {
    this.dir = dir;
    this.#git = git;
    this.#store = store;
  }

  /** The same repository, to be read as if its refs were these. */
  at(refs: ReadonlyMap<string, string>): GitRepository {
    const other = new GitRepository(this.#git, this.dir, this.#store);
    other.#refs = refs;
    return other;
  }

  get refs(): ReadonlyMap<string, string> {
    return this.#refs;
  }

  close(): void {
    this.#store.objects.close();
    this.#store.refUpdates.close();
    this.#store.newCommits.close();
  }

  /** Output of a git command in this repository. Throws GitError. */
  async git(args: readonly string[], call?: GitCall): Promise<string> {
    return (await this.#git.run(this.dir, args, call)).toString();
  }

  /** The same of commits alone, named by their SHAs: what git says of them never changes, so it is asked once. */
  #gitOnce(args: readonly string[], shas: readonly string[], call?: GitCall): Promise<string> {
    if (call?.env !== undefined || !shas.every(isSha)) return this.git([...args, ...shas], call);
    const key = [...args, ...shas].join(' ');
    const { answers } = this.#store;
    const known = answers.get(key);
    if (known !== undefined) return known;
    if (answers.size >= CACHE_MAX) answers.clear();
    const answer = this.git([...args, ...shas], call);
    answers.set(key, answer);
    // "No" is an answer, too; of a commit that is not there yet, another may follow.
    answer.catch((error: unknown) => {
      if (!(error instanceof GitError && error.code === 1)) answers.delete(key);
    });
    return answer;
  }

  async create(defaultBranch: string): Promise<void> {
    if (existsSync(this.dir)) throw new Error(`${this.dir} exists already`);
    const args = ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, this.dir];
    await this.#git.run('/', args);
  }

  /** Lets every object of another repository be seen here, without a copy. */
  async borrowObjects(from: string): Promise<void> {
    await writeFile(join(this.dir, 'objects', 'info', 'alternates'), `${join(from, 'objects')}\n`);
  }

  /** Reads the refs again: after something else than updateRefs or fetch has written. */
  async reload(): Promise<void> {
    const lines = await this.git(['for-each-ref', '--format=%(objectname) %(refname)']);
    const pairs = lines.split('\n').filter((line) => line !== '');
    this.#refs = new Map(pairs.map((line) => [line.slice(41), line.slice(0, 40)]));
  }

  // Reading ---------------------------------------------------------------------------------

  object(expression: string): Promise<GitObject | null> {
    return this.#store.objects.read(expression);
  }

  /** The commit that a SHA, a full ref, a branch or a tag names; null when there is none. */
  async commit(name: string): Promise<Commit | null> {
    const sha =
      this.#refs.get(name) ??
      this.#refs.get(`refs/heads/${name}`) ??
      this.#refs.get(`refs/${name}`) ??
      name;
    const { commits } = this.#store;
    const known = commits.get(sha);
    if (known !== undefined) return known;
    const object = await this.object(`${sha}^{commit}`);
    if (object === null) return null;
    const commit = parseCommit(object.sha, object.body.toString());
    if (commits.size >= CACHE_MAX) commits.clear();
    commits.set(commit.sha, commit);
    return commit;
  }

  async tree(expression: string, recursive: boolean): Promise<TreeEntry[]> {
    const args = ['ls-tree', '-l', '-z', ...(recursive ? ['-r', '-t'] : []), expression];
    const entries = (await this.git(args)).split('\0').filter((entry) => entry !== '');
    return entries.map((entry) => {
      const [, mode = '', type = '', sha = '', bytes = '-', path = ''] =
        /^(\d+) (\w+) ([0-9a-f]{40}) +(\S+)\t(.*)$/s.exec(entry) ?? [];
      const size = bytes === '-' ? null : Number(bytes);
      return { mode, type: type === 'tree' || type === 'commit' ? type : 'blob', sha, path, size };
    });
  }

  /** Whether `ancestor` is reachable from `descendant`. `env` lets a hook look into its quarantine. */
  async isAncestor(
    ancestor: string,
    descendant: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    if (ancestor === descendant) return true;
    const near = await this.#near(follows, descendant, ancestor);
    if (near !== null) return near;
    const call = env && { env };
    try {
      await this.#gitOnce(['merge-base', '--is-ancestor'], [ancestor, descendant], call);
      return true;
    } catch (error) {
      if (error instanceof GitError && error.code === 1) return false;
      throw error;
    }
  }

  /** Whether a merge commit is reachable from `tip` and not from `known` (null: from nothing). */
  async hasMerges(
    tip: string,
    known: string | null,
    env: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const range = known === null ? [tip] : [tip, `^${known}`];
    const found = await this.git(['rev-list', '--merges', '--max-count=1', ...range], { env });
    return found !== '';
  }

  async mergeBase(a: string, b: string): Promise<string | null> {
    const line = await this.#near(lineSince, b, a);
    if (line !== null) return line.from;
    try {
      return (await this.#gitOnce(['merge-base'], [a, b])).trim();
    } catch (error) {
      if (error instanceof GitError && error.code === 1) return null;
      throw error;
    }
  }

  /** SHAs reachable from `tip` and not from `known`, newest first. */
  async commitsSince(tip: string, known: string | null, max = Infinity): Promise<string[]> {
    const line = known === null ? null : await this.#near(lineSince, tip, known);
    if (line !== null) return line.commits.slice(0, max);
    const limit = max === Infinity ? [] : [`--max-count=${max}`];
    const range = known === null ? [tip] : [tip, `^${known}`];
    const lines = await this.git(['rev-list', '--topo-order', ...limit, ...range]);
    return lines.split('\n').filter((line) => line !== '');
  }

  /** Answers about two commits, or annotated tags of them, from what is near; null where git has to be asked. */
  async #near<Answer>(answer: NearAnswer<Answer>, a: string, b: string): Promise<Answer | null> {
    const [one, other] = await Promise.all([this.commit(a), this.commit(b)]);
    if (one === null || other === null) return null;
    const parentsOf = async (sha: string) => (await this.commit(sha))?.parents ?? null;
    return answer(parentsOf, one.sha, other.sha);
  }

  // Writing ---------------------------------------------------------------------------------

  async mergeTree(ours: string, theirs: string): Promise<MergeTree> {
    const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages'];
    try {
      const [tree = ''] = (await this.#gitOnce(args, [ours, theirs])).split('\0');
      return { kind: 'clean', tree };
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      if (error.code === 1) {
        const [, ...files] = error.stdout.toString().split('\0');
        return { kind: 'conflict', files: files.filter((file) => file !== '') };
      }
      if (/unrelated histories/.test(error.stderr)) return { kind: 'conflict', files: [] };
      throw error;
    }
  }

  /** Stores exactly this commit and returns its SHA. Throws GitError when git finds it malformed. */
  async writeCommit(commit: Omit<Commit, 'sha'>): Promise<string> {
    const file = join(this.dir, `commit-${randomUUID()}`);
    await writeFile(file, commitText(commit));
    try {
      const [sha = ''] = await this.#store.newCommits.ask(`${file}\n`, 1);
      return sha;
    } finally {
      await rm(file);
    }
  }

  /** All or nothing. Throws GitError when a ref is not where `before` says. */
  async updateRefs(updates: readonly RefUpdate[]): Promise<void> {
    const lines = updates.map(({ name, before, after }) =>
      after === null
        ? `delete ${name} ${before ?? ZERO}`
        : `update ${name} ${after} ${before ?? ZERO}`,
    );
    // Each of the three commands is answered, `commit: ok` last.
    await this.#store.refUpdates.ask(['start', ...lines, 'prepare', 'commit', ''].join('\n'), 3);
    const refs = new Map(this.#refs);
    for (const { name, after } of updates) {
      if (after === null) refs.delete(name);
      else refs.set(name, after);
    }
    this.#refs = refs;
  }

  /** Copies what the refspecs name, from a repository that is only read. */
  async fetch(from: string, refspecs: readonly string[]): Promise<void> {
    const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--update-shallow'];
    await this.git(['fetch', ...options, '--', from, ...refspecs]);
    await this.reload();
  }
}
