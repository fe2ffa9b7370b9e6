// The reading half of the GitHub client, all but pull requests (pull-reader.ts). Remembers what cannot change: the repository's id, the trees
// of commits. Moves nothing.
import type { z } from 'zod';
import {
  BranchProtection,
  type BranchRule,
  BranchRules,
  Comparison,
  FilesAnswer,
  GitCommit,
  GitRef,
  HeadAnswer,
} from '../../../schemas/github-api.ts';
import { type AuthoredCommit, AuthorsAnswer } from '../../../schemas/github-authors.ts';
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import type { Rules } from '../../../schemas/state.ts';
import type { CoAuthor } from '../../core/commit-message.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { checksOfProtection, checksOfRule } from '../../core/required-checks.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { FileRead, TestedCommit } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';
import { present } from './pull-facts.ts';
import { AUTHORS, filesAt, HEAD_COMMIT } from './queries.ts';
import { refPath } from './ref-path.ts';

/** GitHub answers a query of so many files well within its limits; no repository has come near. */
const FILES_PER_REQUEST = 100;
const RULES_PER_PAGE = 100;
/** Nobody has so many; who answers every page with a full one is not asked for ever. */
const RULE_PAGES_MAX = 50;
/** A comparison lists no more; whether there are more it does not say. */
const COMPARED_FILES_MAX = 300;
/** Of a hundred commits each. GraphQL lists them all, where REST ends at 250; whoever wrote only older ones is not named. */
const AUTHOR_PAGES_MAX = 10;

type Compared = Result<z.infer<typeof Comparison>, Fault>;

export class Reader {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  readonly #trees = new Map<Sha, Sha>();
  #repositoryId: string | null = null;

  constructor(api: GithubApi, config: BranchConfig) {
    this.#api = api;
    this.#config = config;
  }

  /** P13: rulesets and classic protection are two places; a check required in either is required. */
  async readRules(): Promise<Result<Rules, Fault>> {
    const read = await this.#rulesOf(this.#config.branch);
    if (!read.ok) return read;
    const { rules, protection } = read.value;
    const classic = protection?.protection?.required_status_checks;
    const required = [...checksOfProtection(classic), ...rules.flatMap(checksOfRule)];
    const unique = new Map(required.map((check) => [`${check.name} ${check.app}`, check]));
    return ok({ checks: [...unique.values()] });
  }

  /** Whether there are rules, of either kind, that may keep a branch where it is. */
  async isRuled(branch: string): Promise<Result<boolean, Fault>> {
    const read = await this.#rulesOf(branch);
    if (!read.ok) return read;
    const { rules, protection } = read.value;
    return ok(rules.length > 0 || protection?.protected === true);
  }

  async #rulesOf(branch: string) {
    const [rules, protection] = await Promise.all([
      this.#activeRules(branch),
      this.#api.rest('GET /repos/{owner}/{repo}/branches/{branch}', { branch }, BranchProtection),
    ]);
    if (!rules.ok) return rules;
    if (!protection.ok && !isAbsent(protection.error)) return protection;
    return ok({ rules: rules.value, protection: protection.ok ? protection.value : null });
  }

  /** Those of rulesets, all of them: a page that is full may not be the last. */
  async #activeRules(branch: string): Promise<Result<BranchRule[], Fault>> {
    const all: BranchRule[] = [];
    for (let page = 1; page <= RULE_PAGES_MAX; page++) {
      const read = await this.#api.rest(
        'GET /repos/{owner}/{repo}/rules/branches/{branch}',
        { branch, per_page: RULES_PER_PAGE, ...(page > 1 ? { page } : {}) },
        BranchRules,
      );
      if (!read.ok) return page === 1 && isAbsent(read.error) ? ok([]) : read;
      all.push(...read.value);
      if (read.value.length < RULES_PER_PAGE) return ok(all);
    }
    return err({ kind: 'unreadable', message: 'there are too many rules to read' });
  }

  async readFiles(
    sha: Sha,
    paths: readonly string[],
  ): Promise<Result<ReadonlyMap<string, FileRead>, Fault>> {
    const files = new Map<string, FileRead>();
    for (let from = 0; from < paths.length; from += FILES_PER_REQUEST) {
      const asked = paths.slice(from, from + FILES_PER_REQUEST);
      const expressions = asked.map((path, index) => [`file${index}`, `${sha}:${path}`]);
      const read = await this.#api.graphql(
        filesAt(asked.length),
        { commit: sha, ...Object.fromEntries(expressions) },
        FilesAnswer,
      );
      if (!read.ok) return read;
      // Of a commit that GitHub does not show yet, no file is there either.
      if (!read.value.repository['commit'])
        return err({ kind: 'unreadable', message: `GitHub does not show ${sha} yet` });
      for (const [index, path] of asked.entries()) {
        const file = read.value.repository[`file${index}`];
        if (file?.oid === undefined) continue;
        files.set(path, { id: file.oid, text: file.isTruncated ? null : (file.text ?? null) });
      }
    }
    return ok(files);
  }

  async changedFiles(base: Sha, head: Sha): Promise<Result<readonly string[] | null, Fault>> {
    const compared = await this.#compare(base, head);
    if (isTooLarge(compared)) return ok(null);
    if (!compared.ok) return compared;
    const files = compared.value.files ?? [];
    if (files.length >= COMPARED_FILES_MAX) return ok(null);
    const names = files.flatMap(({ filename, previous_filename }) =>
      previous_filename === undefined ? [filename] : [filename, previous_filename],
    );
    return ok([...new Set(names)]);
  }

  /** The branch's present commit, whole. */
  async readHead(): Promise<Result<{ sha: Sha; tree: Sha; parents: Sha[] } | null, Fault>> {
    const read = await this.#api.graphql(HEAD_COMMIT, this.#ref(), HeadAnswer);
    if (!read.ok) return read;
    this.noteHead(read.value);
    const target = read.value.repository.ref?.target;
    if (!target?.tree) return ok(null);
    const parents = present(target.parents).map(({ oid }) => oid);
    return ok({ sha: target.oid, tree: target.tree.oid, parents });
  }

  async repositoryId(): Promise<Result<string, Fault>> {
    if (this.#repositoryId === null) {
      const head = await this.readHead();
      if (!head.ok) return head;
    }
    return this.#repositoryId === null
      ? err({ kind: 'unreadable', message: 'the repository has no id' })
      : ok(this.#repositoryId);
  }

  /** Who else wrote the pull request's newest thousand commits, in the order in which they came to it. */
  async coAuthors({
    pr,
    sourceSha,
    author,
  }: Pick<TestedCommit, 'pr' | 'sourceSha' | 'author'>): Promise<Result<CoAuthor[], Fault>> {
    const commits = await this.#authoredCommits(pr, null, AUTHOR_PAGES_MAX);
    if (!commits.ok) return commits;
    if (commits.value.at(-1)?.oid !== sourceSha)
      return err({
        kind: 'unreadable',
        message: `GitHub does not list ${sourceSha} as its newest`,
      });
    const all = commits.value.flatMap(({ authors }) => present(authors));
    return ok(
      all.flatMap(({ name, email, user }) => {
        // An address of theirs that GitHub does not know leaves the name.
        const isAuthor =
          user?.login === author.login ||
          email === author.email ||
          [author.name, author.login].includes(name ?? '');
        return isAuthor || !email ? [] : [{ name: name || email, email }];
      }),
    );
  }

  /** Oldest first. @param before a cursor; null: up to the newest */
  async #authoredCommits(
    pr: PullNumber,
    before: string | null,
    pagesMax: number,
  ): Promise<Result<AuthoredCommit[], Fault>> {
    const read = await this.#api.graphql(AUTHORS, { number: pr, before }, AuthorsAnswer);
    if (!read.ok) return read;
    const commits = read.value.repository.pullRequest?.commits;
    const page = present(commits).map(({ commit }) => commit);
    if (!commits?.pageInfo.hasPreviousPage || pagesMax === 1) return ok(page);
    const older = await this.#authoredCommits(pr, commits.pageInfo.startCursor, pagesMax - 1);
    return older.ok ? ok([...older.value, ...page]) : older;
  }

  async treeOf(sha: Sha): Promise<Result<Sha, Fault>> {
    const known = this.#trees.get(sha);
    if (known !== undefined) return ok(known);
    const commit = await this.readCommit(sha);
    return commit.ok ? ok(commit.value.tree.sha) : commit;
  }

  readCommit(sha: Sha): Promise<Result<z.infer<typeof GitCommit>, Fault>> {
    return this.#api.rest(
      'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
      { commit_sha: sha },
      GitCommit,
    );
  }

  /** Where a ref is now, by its name without `refs/`; null when there is none. */
  async readRef(name: string): Promise<Result<Sha | null, Fault>> {
    const ref = await this.#api.rest(
      'GET /repos/{owner}/{repo}/git/ref/{+ref}',
      { ref: refPath(name) },
      GitRef,
    );
    if (ref.ok) return ok(ref.value.object.sha);
    return ref.error.kind === 'refused' && ref.error.status === 404 ? ok(null) : ref;
  }

  /** Is `sha` the same as `head` or an ancestor of it? False when one of them is not there. */
  async contains(head: Sha, sha: Sha): Promise<Result<boolean, Fault>> {
    // In this order there are no files to list where the answer is yes. Where it is no they are those of a pull request, which may be
    // too many; the other order lists what was pushed instead.
    const below = await this.#compare(head, sha);
    if (!isTooLarge(below)) return isRelated(below, 'behind');
    return isRelated(await this.#compare(sha, head), 'ahead');
  }

  /** Tells the files, too, in which `head` differs from what both have in common. */
  #compare(base: Sha, head: Sha): Promise<Compared> {
    return this.#api.rest(
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      // The files come with the first page of commits, whatever its size.
      { basehead: `${base}...${head}`, per_page: 1 },
      Comparison,
    );
  }

  #ref(): { ref: string } {
    return { ref: `refs/heads/${this.#config.branch}` };
  }

  /** The answer to anything that asks for the branch, too. @returns its commit */
  noteHead({ repository }: z.infer<typeof HeadAnswer>): Sha | null {
    this.#repositoryId = repository.id;
    const target = repository.ref?.target;
    if (target?.tree) {
      this.#trees.clear();
      this.#trees.set(target.oid, target.tree.oid);
    }
    return target?.oid ?? null;
  }
}

/** Not there, or not part of what the account pays for, as rules of a private repository. */
const isAbsent = (fault: Fault): boolean =>
  fault.kind === 'refused' &&
  (fault.status === 404 || (fault.status === 403 && /^Upgrade to /.test(fault.message)));

/** When GitHub gives up on the diff, it does not tell how the commits are related, either. */
const isTooLarge = (compared: Compared): boolean =>
  !compared.ok && /diff is taking too long/i.test(compared.error.message);

function isRelated(compared: Compared, how: 'ahead' | 'behind'): Result<boolean, Fault> {
  if (compared.ok) return ok([how, 'identical'].includes(compared.value.status));
  const { error } = compared;
  return error.kind === 'refused' && error.status === 404 ? ok(false) : compared;
}
