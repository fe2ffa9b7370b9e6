// Lands by the mode of the landing, and compares what is in the branch afterwards with what was tested (S7.9).
import { z } from 'zod';
import type { LandingCommits, LandingMode } from '../../../schemas/action.ts';
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import type { LandingReadBack } from '../../core/outcome.ts';
import { ok, type Result } from '../../core/result.ts';
import { testedParents } from '../../core/tested-commit.ts';
import type { Fact } from '../../loop/fact.ts';
import type { GitHub } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';
import type { Comments } from './comments.ts';
import { MergeMover } from './merge-mover.ts';
import type { Mover, Source } from './mover.ts';
import type { Reader } from './reader.ts';
import { RefMover } from './ref-mover.ts';

const LANDED = 'landed';

export class Landings {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  readonly #reader: Reader;
  readonly #comments: Comments;
  readonly #movers: Readonly<Record<LandingMode, Mover>>;

  constructor(api: GithubApi, config: BranchConfig, reader: Reader, comments: Comments) {
    this.#api = api;
    this.#config = config;
    this.#reader = reader;
    this.#comments = comments;
    this.#movers = {
      exact: new RefMover(api, config, reader),
      github: new MergeMover(api, config),
    };
  }

  land(
    landing: LandingCommits,
    source: Source,
    message?: string | null,
  ): Promise<Result<Fact<GitHub['land']>, Fault>> {
    return this.#movers[landing.mode].land(landing, source, message);
  }

  readBack(landing: LandingCommits): Promise<Result<LandingReadBack, Fault>> {
    return this.#movers[landing.mode].readBack(landing);
  }

  /** @param landedSha what the branch was moved to */
  async verify(
    landing: LandingCommits,
    landedSha: Sha,
  ): Promise<Result<Fact<GitHub['verify']>, Fault>> {
    const head = await this.#reader.readHead();
    if (!head.ok) return head;
    if (head.value === null)
      return ok({ kind: 'not_in_branch', words: `${this.#config.branch} is gone` });
    const { sha } = head.value;
    if (sha === landedSha) return ok(comparison(head.value, landing));
    // Somebody pushed on top since. What we landed must be below it, and be what was tested.
    const inBranch = await this.#reader.contains(sha, landedSha);
    if (!inBranch.ok) return inBranch;
    if (!inBranch.value)
      return ok({
        kind: 'not_in_branch',
        words: `${this.#config.branch} is at ${sha}, which does not contain ${landedSha}`,
      });
    const commit = await this.#reader.readCommit(landedSha);
    if (!commit.ok) return commit;
    const parents = commit.value.parents.map(({ sha }) => sha);
    return ok(comparison({ sha: landedSha, tree: commit.value.tree.sha, parents }, landing));
  }

  async close(pr: PullNumber, landedSha: Sha): Promise<Result<void, Fault>> {
    const text = `Landed on ${this.#config.branch} as ${landedSha}. GitHub does not show it as merged by itself, so it is closed instead. (Of a squashed pull request it does so only if its own branch is moved, too, which cannot be done with a fork's branch, one that rules keep where it is, or one that serves for more than this.)`;
    const said = await this.#comments.say(pr, { kind: LANDED, text }, null);
    if (!said.ok) return said;
    const closed = await this.#api.rest(
      'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
      { pull_number: pr, state: 'closed' },
      z.unknown(),
    );
    return closed.ok ? ok(undefined) : closed;
  }
}

interface Found {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
}

/** A commit stays as it is, so that one that differs always will. Another parent is why a tree is another, so it is told first. */
function comparison(found: Found, landing: LandingCommits): Fact<GitHub['verify']> {
  const { sha, tree, parents } = found;
  const { targetSha, testedTree } = landing;
  const expected = testedParents(landing);
  if (parents.join() !== expected.join()) {
    const tested =
      parents[0] === targetSha ? `${told(expected)} was tested` : `it was tested on ${targetSha}`;
    return differs(`${sha} has the parent ${told(parents)}, but ${tested}`);
  }
  if (tree !== testedTree)
    return differs(`${sha} has the tree ${tree}, but ${testedTree} was tested`);
  return { kind: 'as_tested' };
}

const differs = (words: string): Fact<GitHub['verify']> => ({ kind: 'differs', words });
const told = (shas: readonly Sha[]): string => shas.join(' and ');
