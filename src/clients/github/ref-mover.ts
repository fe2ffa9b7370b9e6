// Landing mode `exact` (S7.5): the branch is moved by compare-and-swap from the commit that was tested on to the one that
// was tested. What became of it is told by where the branch is.
import type { LandingCommits } from '../../../schemas/action.ts';
import type { Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import type { LandingReadBack } from '../../core/outcome.ts';
import { testRef } from '../../core/own-refs.ts';
import { ok, type Result } from '../../core/result.ts';
import type { Fact } from '../../loop/fact.ts';
import type { GitHub } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';
import type { Mover, Source } from './mover.ts';
import type { Reader } from './reader.ts';
import { NO_COMMIT, type RefUpdate, updateRefs } from './update-refs.ts';

/** Of rulesets GitHub's words begin alike; of classic protection they are only what is violated. */
const RULES_FORBID =
  /\b(rule violations|protected (branch|ref)|cannot force-push|must be made through|status checks?|approving review|authorized to push|verified signatures|merge commits)\b/i;

export class RefMover implements Mover {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  readonly #reader: Reader;

  constructor(api: GithubApi, config: BranchConfig, reader: Reader) {
    this.#api = api;
    this.#config = config;
    this.#reader = reader;
  }

  async land(
    landing: LandingCommits,
    source: Source,
  ): Promise<Result<Fact<GitHub['land']>, Fault>> {
    const moved = await updateRefs(this.#api, this.#reader, this.#moves(landing, source));
    if (moved.ok) return ok({ kind: 'landed', sha: landing.testedSha });
    if (moved.error.kind !== 'refused') return moved;
    // Nothing moved. Whether a ref was elsewhere or a rule forbids it, the refs themselves tell best.
    const expected: [string, Sha][] = [[this.#config.branch, landing.targetSha]];
    if (comesAlong(landing, source)) expected.push([source.branch, landing.sourceSha]);
    for (const [branch, sha] of expected) {
      const found = await this.#reader.readRef(`heads/${branch}`);
      if (!found.ok) return found;
      if (found.value !== sha) return ok({ kind: 'moved' });
    }
    const kept = await this.#keepAgain(landing);
    if (!kept.ok) return kept;
    if (kept.value) return ok({ kind: 'moved' });
    const { message: words } = moved.error;
    const refused = ok({ kind: 'refused', words } as const);
    // A refusal in other words may be of a source that has moved, which a read that lags does not show.
    if (!comesAlong(landing, source) || !RULES_FORBID.test(words)) return refused;
    // Rules of the source branch may forbid to force it, and those of the branch itself nothing. Where it has none, they are those of
    // the branch itself, which may not have seen our check yet.
    const ruled = await this.#reader.isRuled(source.branch);
    if (!ruled.ok) return ruled;
    return ruled.value ? this.land(landing, { ...source, movable: false }) : refused;
  }

  async readBack(landing: LandingCommits): Promise<Result<LandingReadBack, Fault>> {
    const landed = { kind: 'landed', sha: landing.testedSha } as const;
    const head = await this.#reader.readRef(`heads/${this.#config.branch}`);
    if (!head.ok) return head;
    if (head.value === landing.testedSha) return ok(landed);
    if (head.value === landing.targetSha) return ok({ kind: 'not_landed' });
    const inBranch =
      head.value === null ? ok(false) : await this.#reader.contains(head.value, landing.testedSha);
    if (!inBranch.ok) return inBranch;
    return ok(inBranch.value ? landed : { kind: 'moved_elsewhere' });
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

  /** Our own ref, which has done its work, goes away; a source branch may come along. */
  #moves(landing: LandingCommits, source: Source): RefUpdate[] {
    const { pr, sourceSha, targetSha, testedSha } = landing;
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
    if (comesAlong(landing, source))
      moves.push({
        name: `refs/heads/${source.branch}`,
        beforeOid: sourceSha,
        afterOid: testedSha,
        force: true,
      });
    return moves;
  }
}

/** Of a squashed pull request GitHub sees that it is merged only when its branch comes along; a merge has its commit in it. */
const comesAlong = ({ method }: LandingCommits, { movable }: Source): boolean =>
  method === 'squash' && movable;
