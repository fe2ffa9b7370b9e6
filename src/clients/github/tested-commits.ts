// Makes the commit that is tested (S6.2): puts the tree of a merge into a commit whose every byte follows from the pull
// request. The merge is GitHub's own test merge where that is of exactly the two commits, else one on a scratch branch.
import { z } from 'zod';
import { GitCommit, MergeAnswer } from '../../../schemas/github-api.ts';
import type { Sha } from '../../../schemas/ids.ts';
import { withCoAuthors } from '../../core/commit-message.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { scratchRef, testRef } from '../../core/own-refs.ts';
import { err, ok, type Result } from '../../core/result.ts';
import {
  type CommitContent,
  commitBytes,
  gitPerson,
  isMergeOf,
  type Person,
  testedParents,
} from '../../core/tested-commit.ts';
import type { MadeCommit, TestedCommit } from '../../loop/ports.ts';
import type { Sha1 } from '../sha1.ts';
import type { GithubApi } from './api.ts';
import type { Reader } from './reader.ts';
import { refPath } from './ref-path.ts';
import { NO_COMMIT, updateRefs } from './update-refs.ts';

/** Nothing when there was nothing to merge. */
const MaybeMerged = MergeAnswer.optional();

interface Merged {
  readonly kind: 'merged';
  readonly tree: Sha;
  readonly merge: Sha;
  /** Refs that were made for it, in full. */
  readonly leftovers: readonly string[];
}

type Unbuilt = Extract<MadeCommit, { kind: 'unbuildable' }>;

/** The status of a refusal that GitHub does not know of: it has made the commit, but another than it was asked for. */
export const MADE_OTHERWISE = 201;

interface Making {
  readonly committer: Person;
  readonly sha1: Sha1;
}

export class TestedCommits {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  readonly #making: Making;
  readonly #reader: Reader;

  constructor(api: GithubApi, config: BranchConfig, making: Making, reader: Reader) {
    this.#api = api;
    this.#config = config;
    this.#making = making;
    this.#reader = reader;
  }

  async make(commit: TestedCommit, paths: readonly string[]): Promise<Result<MadeCommit, Fault>> {
    const [merged, coAuthors] = await Promise.all([
      this.#merged(commit),
      // A merge has the commits themselves in it.
      commit.method === 'squash' ? this.#reader.coAuthors(commit) : ok([]),
    ]);
    if (!merged.ok) return merged;
    if (merged.value.kind === 'unbuildable') return ok(merged.value);
    if (!coAuthors.ok) return coAuthors;
    const { tree, merge, leftovers } = merged.value;
    const message = withCoAuthors(commit.message, coAuthors.value);
    // The merge has the same files.
    const [made, files] = await Promise.all([
      this.#commit({ ...commit, message }, tree),
      this.#reader.readFiles(merge, paths),
    ]);
    if (!made.ok) return made;
    if (!files.ok) return files;
    const kept = await updateRefs(this.#api, this.#reader, [
      { name: testRef(this.#config.name, commit.pr), afterOid: made.value, force: true },
      ...leftovers.map((name) => ({ name, afterOid: NO_COMMIT, force: true })),
    ]);
    if (!kept.ok) return kept;
    return ok({ kind: 'made', sha: made.value, tree, files: files.value });
  }

  /** @param ref in full, `refs/…` */
  async dropRef(ref: string): Promise<Result<void, Fault>> {
    const dropped = await this.#api.rest(
      'DELETE /repos/{owner}/{repo}/git/refs/{+ref}',
      { ref: refPath(short(ref)) },
      z.unknown(),
    );
    return dropped.ok || isAbsent(dropped.error) ? ok(undefined) : dropped;
  }

  async #merged(commit: TestedCommit): Promise<Result<Merged | Unbuilt, Fault>> {
    const { testMerge, targetSha } = commit;
    if (testMerge && isMergeOf(testMerge.parents, commit)) {
      const { sha: merge, tree } = testMerge;
      return this.#unlessEmpty({ kind: 'merged', tree, merge, leftovers: [] }, targetSha);
    }
    // A merge needs a branch to merge into; its name follows from the commits, so a leftover is reused.
    const scratch = scratchRef(this.#config.name, commit);
    const merged = await this.#mergedOn(scratch, commit);
    if (!merged.ok || merged.value.kind === 'merged') return merged;
    const dropped = await this.dropRef(scratch);
    return dropped.ok ? merged : dropped;
  }

  async #mergedOn(
    scratch: string,
    { sourceSha, targetSha }: TestedCommit,
  ): Promise<Result<Merged | Unbuilt, Fault>> {
    const based = await this.#point(scratch, targetSha);
    if (!based.ok) return based;
    const merged = await this.#api.rest(
      'POST /repos/{owner}/{repo}/merges',
      {
        base: scratch.replace(/^refs\/heads\//, ''),
        head: sourceSha,
        commit_message: `Scratch merge of ${sourceSha}`,
      },
      MaybeMerged,
    );
    const { branch } = this.#config;
    if (!merged.ok)
      return merged.error.kind === 'refused' && merged.error.status === 409
        ? ok({
            kind: 'unbuildable',
            why: {
              kind: 'conflict',
              message: `It conflicts with ${branch}: merge ${branch} into it and resolve the conflict.`,
            },
          })
        : merged;
    if (merged.value === undefined) {
      // GitHub also says that there is nothing to merge when a call that was given up has merged it just now.
      const within = await this.#reader.contains(targetSha, sourceSha);
      if (!within.ok) return within;
      return within.value
        ? ok(this.#nothingToLand())
        : err({ kind: 'unreadable', message: 'another merge came between' });
    }
    const { sha: merge, commit } = merged.value;
    const parents = merged.value.parents.map((parent) => parent.sha);
    if (!isMergeOf(parents, { sourceSha, targetSha }))
      return err({
        kind: 'unreadable',
        message: `the scratch merge has parents ${parents.join()}`,
      });
    const tree = commit.tree.sha;
    return this.#unlessEmpty({ kind: 'merged', tree, merge, leftovers: [scratch] }, targetSha);
  }

  async #unlessEmpty(merged: Merged, targetSha: Sha): Promise<Result<Merged | Unbuilt, Fault>> {
    const before = await this.#reader.treeOf(targetSha);
    if (!before.ok) return before;
    return ok(merged.tree === before.value ? this.#nothingToLand() : merged);
  }

  #nothingToLand(): Unbuilt {
    const message = `It changes nothing: everything in it is already on ${this.#config.branch}.`;
    return { kind: 'unbuildable', why: { kind: 'nothing_to_land', message } };
  }

  /**
   * Same input, same SHA: author and committer are given, with dates from the source commit. A commit that is not what we
   * asked for, to the last byte, is not tested.
   */
  async #commit(commit: TestedCommit, tree: Sha): Promise<Result<Sha, Fault>> {
    const content: CommitContent = {
      tree,
      parents: testedParents(commit),
      author: gitPerson(commit.author, commit.author.login),
      committer: gitPerson(this.#making.committer, 'Sluice'),
      date: commit.date,
      message: commit.message,
    };
    const { author, committer, message } = content;
    const date = `${new Date(commit.date).toISOString().slice(0, 19)}Z`;
    const [made, predicted] = await Promise.all([
      this.#api.rest(
        'POST /repos/{owner}/{repo}/git/commits',
        {
          ...{ message, tree, parents: content.parents },
          author: { ...author, date },
          committer: { ...committer, date },
        },
        GitCommit,
      ),
      this.#making.sha1(commitBytes(content)),
    ]);
    if (!made.ok) return made;
    const { sha } = made.value;
    // Its tree, parents, people, date and message are all in its SHA.
    if (sha === predicted) return ok(sha);
    const words = `GitHub made ${sha} of what is ${predicted} to git: it has changed a name, the message or a parent`;
    return err({ kind: 'refused', status: MADE_OTHERWISE, message: words });
  }

  async #point(ref: string, sha: Sha): Promise<Result<void, Fault>> {
    const created = await this.#api.rest(
      'POST /repos/{owner}/{repo}/git/refs',
      { ref, sha },
      z.unknown(),
    );
    if (created.ok) return ok(undefined);
    if (created.error.kind !== 'refused' || created.error.status !== 422) return created;
    const moved = await this.#api.rest(
      'PATCH /repos/{owner}/{repo}/git/refs/{+ref}',
      { ref: refPath(short(ref)), sha, force: true },
      z.unknown(),
    );
    return moved.ok ? ok(undefined) : moved;
  }
}

/** A rule that forbids to delete a ref is a 422, too; by its words it is another one. */
const isAbsent = (fault: Fault): boolean =>
  fault.kind === 'refused' &&
  (fault.status === 404 ||
    (fault.status === 422 && /Reference does not exist/i.test(fault.message)));

/** As REST wants a ref's name. */
const short = (ref: string): string => ref.replace(/^refs\//, '');
