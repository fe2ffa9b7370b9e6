// Landing mode `github`: GitHub's merge API merges the pull request. It takes the source commit that was tested, or none,
// but asks nothing about the branch: that it is where the test was made on the loop has seen just before, and what the branch
// was moved to is compared with what was tested afterwards (S7.9). What became of it is told by the pull request.
import type { z } from 'zod';
import type { LandingCommits } from '../../../schemas/action.ts';
import { MergeStateAnswer, PullMerged } from '../../../schemas/github-api.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import type { LandingReadBack } from '../../core/outcome.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Fact } from '../../loop/fact.ts';
import type { GitHub } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';
import type { Mover, Source } from './mover.ts';
import { MERGE_STATE } from './queries.ts';

/** Something moved while it was asked for; the status is 405 or 409, and only the words tell. */
const MOVED =
  /\b(base|head) branch (was modified|is out of date)|\bmerge already in progress|\bhead sha didn.t match/i;

type MergeState = z.infer<typeof MergeStateAnswer>['repository'];

export class MergeMover implements Mover {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;

  constructor(api: GithubApi, config: BranchConfig) {
    this.#api = api;
    this.#config = config;
  }

  async land(
    landing: LandingCommits,
    _source: Source,
    message?: string | null,
  ): Promise<Result<Fact<GitHub['land']>, Fault>> {
    if (message === null || message === undefined)
      return err({ kind: 'refused', status: 404, message: `${landing.testedSha} is gone` });
    const [title = '', ...body] = message.split('\n');
    const merged = await this.#api.rest(
      'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      {
        pull_number: landing.pr,
        sha: landing.sourceSha,
        merge_method: landing.method,
        commit_title: title,
        commit_message: body.join('\n').trim(),
      },
      PullMerged,
    );
    if (merged.ok) return ok({ kind: 'landed', sha: merged.value.sha });
    return merged.error.kind === 'refused' ? this.#whyNot(landing, merged.error) : merged;
  }

  /**
   * Where the branch is says nothing: this landing would not have minded. So as long as the pull request is not merged,
   * it has not landed, and whoever doubts waits until reads show everything.
   */
  async readBack(landing: LandingCommits): Promise<Result<LandingReadBack, Fault>> {
    const found = await this.#look(landing);
    if (!found.ok) return found;
    const { pullRequest: pull } = found.value;
    // One that was retargeted meanwhile may have been merged elsewhere.
    const isMerged = pull?.state === 'MERGED' && pull.baseRefName === this.#config.branch;
    const sha = isMerged ? pull.mergeCommit?.oid : undefined;
    return ok(sha === undefined ? { kind: 'not_landed' } : { kind: 'landed', sha });
  }

  /** "Not mergeable" is also what GitHub says of one that is merged. */
  async #whyNot(
    landing: LandingCommits,
    { message }: Fault,
  ): Promise<Result<Fact<GitHub['land']>, Fault>> {
    if (MOVED.test(message)) return ok({ kind: 'moved' });
    const found = await this.#look(landing);
    if (!found.ok) return found;
    const isAsBefore = this.#isOpen(found.value, landing);
    return ok(isAsBefore ? { kind: 'refused', words: message } : { kind: 'moved' });
  }

  /** It would go where it was tested for, and is what was tested. */
  #isOpen({ pullRequest: pull }: MergeState, { sourceSha }: LandingCommits): boolean {
    const isForBranch = pull?.baseRefName === this.#config.branch;
    return pull?.state === 'OPEN' && isForBranch && pull.headRefOid === sourceSha;
  }

  async #look({ pr }: LandingCommits): Promise<Result<MergeState, Fault>> {
    const read = await this.#api.graphql(MERGE_STATE, { number: pr }, MergeStateAnswer);
    return read.ok ? ok(read.value.repository) : read;
  }
}
