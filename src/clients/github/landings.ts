// Moves the branch to the tested commit, and finds out what became of it (S7.5, S7.9). Never repeats
// a move: after a lost answer only readBack knows, and the loop asks it.
import { z } from 'zod';
import type { LandingCommits } from '../../../schemas/action.ts';
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import type { LandingReadBack } from '../../core/outcome.ts';
import { testRef } from '../../core/own-refs.ts';
import { ok, type Result } from '../../core/result.ts';
import type { Fact } from '../../loop/fact.ts';
import type { GitHub } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';
import type { Comments } from './comments.ts';
import type { Reader } from './reader.ts';
import { NO_COMMIT, type RefUpdate, updateRefs } from './update-refs.ts';

type Source = Parameters<GitHub['land']>[1];

const LANDED = 'landed';

export class Landings {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  readonly #reader: Reader;
  readonly #comments: Comments;

  constructor(api: GithubApi, config: BranchConfig, reader: Reader, comments: Comments) {
    this.#api = api;
    this.#config = config;
    this.#reader = reader;
    this.#comments = comments;
  }

  async land(
    landing: LandingCommits,
    source: Source,
  ): Promise<Result<Fact<GitHub['land']>, Fault>> {
    const moved = await updateRefs(this.#api, this.#reader, this.#moves(landing, source));
    if (moved.ok) return ok({ kind: 'landed' });
    if (moved.error.kind !== 'refused') return moved;
    // Nothing moved. Whether a ref was elsewhere or a rule forbids it, the refs themselves tell best.
    const expected: [string, Sha][] = [[this.#config.branch, landing.targetSha]];
    if (source.movable) expected.push([source.branch, landing.sourceSha]);
    for (const [branch, sha] of expected) {
      const found = await this.#reader.readRef(`heads/${branch}`);
      if (!found.ok) return found;
      if (found.value !== sha) return ok({ kind: 'moved' });
    }
    const kept = await this.#keepAgain(landing);
    if (!kept.ok) return kept;
    return ok(kept.value ? { kind: 'moved' } : { kind: 'refused', words: moved.error.message });
  }

  async readBack(landing: LandingCommits): Promise<Result<LandingReadBack, Fault>> {
    const head = await this.#reader.readRef(`heads/${this.#config.branch}`);
    if (!head.ok) return head;
    if (head.value === landing.testedSha) return ok('landed');
    if (head.value === landing.targetSha) return ok('not_landed');
    const inBranch =
      head.value === null ? ok(false) : await this.#reader.contains(head.value, landing.testedSha);
    if (!inBranch.ok) return inBranch;
    return ok(inBranch.value ? 'landed' : 'moved_elsewhere');
  }

  async verify(landing: LandingCommits): Promise<Result<string | null, Fault>> {
    const head = await this.#reader.readHead();
    if (!head.ok) return head;
    if (head.value === null) return ok(`${this.#config.branch} is gone`);
    const { sha, parents, tree: found } = head.value;
    if (sha === landing.testedSha) return ok(differs({ tree: found, parents }, landing));
    // Somebody pushed on top since. What we landed must be below it, and be what was tested.
    const inBranch = await this.#reader.contains(sha, landing.testedSha);
    if (!inBranch.ok) return inBranch;
    if (!inBranch.value)
      return ok(`${this.#config.branch} is at ${sha}, which does not contain ${landing.testedSha}`);
    const commit = await this.#reader.readCommit(landing.testedSha);
    if (!commit.ok) return commit;
    const below = {
      tree: commit.value.tree.sha,
      parents: commit.value.parents.map(({ sha }) => sha),
    };
    return ok(differs(below, landing));
  }

  async close(pr: PullNumber, landedSha: Sha): Promise<Result<void, Fault>> {
    const text = `Landed on ${this.#config.branch} as ${landedSha}. GitHub shows a squashed pull request as merged only if its own branch is moved, which cannot be done here (a fork's branch, or one that serves for more than this), so it is closed instead.`;
    const said = await this.#comments.say(pr, { kind: LANDED, text }, null);
    if (!said.ok) return said;
    const closed = await this.#api.rest(
      'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
      { pull_number: pr, state: 'closed' },
      z.unknown(),
    );
    return closed.ok ? ok(undefined) : closed;
  }

  /** Somebody, or a late call of ours, may have touched our own ref. @returns whether that was it */
  async #keepAgain({ pr, testedSha }: LandingCommits): Promise<Result<boolean, Fault>> {
    const name = testRef(this.#config.name, pr);
    const found = await this.#reader.readRef(name.replace(/^refs\//, ''));
    if (!found.ok || found.value === testedSha) return ok(false);
    const update = { name, afterOid: testedSha, force: true };
    const kept = await updateRefs(this.#api, this.#reader, [update]);
    return kept.ok ? ok(true) : kept;
  }

  /**
   * The source branch goes to the tested commit together with the branch, so that GitHub shows the
   * pull request as merged; and our own ref, which has done its work, goes away.
   */
  #moves({ pr, sourceSha, targetSha, testedSha }: LandingCommits, source: Source): RefUpdate[] {
    const ref = `refs/heads/${this.#config.branch}`;
    const moves: RefUpdate[] = [
      { name: ref, beforeOid: targetSha, afterOid: testedSha, force: false },
      // It must be where the test left it: nothing but what we made ourselves ever lands.
      {
        name: testRef(this.#config.name, pr),
        beforeOid: testedSha,
        afterOid: NO_COMMIT,
        force: true,
      },
    ];
    if (source.movable)
      moves.push({
        name: `refs/heads/${source.branch}`,
        beforeOid: sourceSha,
        afterOid: testedSha,
        force: true,
      });
    return moves;
  }
}

function differs(
  found: { readonly tree: Sha; readonly parents: readonly Sha[] },
  { targetSha, testedSha, testedTree }: LandingCommits,
): string | null {
  if (found.tree !== testedTree)
    return `${testedSha} has the tree ${found.tree}, but ${testedTree} was tested`;
  if (found.parents.join() !== targetSha)
    return `${testedSha} has the parent ${found.parents.join(' and ')}, but it was tested on ${targetSha}`;
  return null;
}
