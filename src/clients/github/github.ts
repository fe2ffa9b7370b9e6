// GitHub's side of the port: which part of the client does each thing that a pass asks for. Knows
// nothing of decisions.
import { z } from 'zod';
import type { Check } from '../../../schemas/action.ts';
import type { Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import { type GitHub, PULLS_PER_REQUEST } from '../../loop/ports.ts';
import { type Sha1, webSha1 } from '../sha1.ts';
import type { GithubApi } from './api.ts';
import { CheckRuns } from './check-runs.ts';
import { Comments } from './comments.ts';
import { Landings } from './landings.ts';
import { PullReader } from './pull-reader.ts';
import { Reader } from './reader.ts';
import { assign } from './reviewers.ts';
import { TestedCommits } from './tested-commits.ts';

type Committer = { readonly name: string; readonly email: string };

export function createGitHub(
  api: GithubApi,
  config: BranchConfig,
  committer: Committer,
  sha1: Sha1 = webSha1,
): GitHub {
  const reader = new Reader(api, config);
  const pulls = new PullReader(api, config, (answer) => reader.noteHead(answer));
  const commits = new TestedCommits(api, config, { committer, sha1 }, reader);
  const comments = new Comments(api);
  const landings = new Landings(api, config, reader, comments);
  const runs = new CheckRuns(api, config);
  return {
    readPage: (cursor, first = PULLS_PER_REQUEST) => pulls.readPage(cursor, first),
    readPulls: (numbers, commit) => pulls.readPulls(numbers, commit),
    readRules: () => reader.readRules(),
    readFiles: (sha, paths) => reader.readFiles(sha, paths),
    changedFiles: (base, head) => reader.changedFiles(base, head),
    makeTestedCommit: (commit, paths) => commits.make(commit, paths),
    dropRef: (ref) => commits.dropRef(ref),
    postCheck: (sha, check) => postCheck(api, config, sha, check),
    postRun: (sha, run, isFirst) => runs.post(sha, run, isFirst),
    land: (landing, source, message) => landings.land(landing, source, message),
    readBack: (landing) => landings.readBack(landing),
    verify: (landing, landedSha) => landings.verify(landing, landedSha),
    assign: (pr, login) => assign(api, pr, login),
    comment: (pr, words, id) => comments.say(pr, words, id),
    closeLanded: (pr, sha) => landings.close(pr, sha),
  };
}

async function postCheck(
  api: GithubApi,
  config: BranchConfig,
  sha: Sha,
  { state, description, url }: Check,
): Promise<Result<void, Fault>> {
  const posted = await api.rest(
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    { sha, state, description, target_url: url, context: config.checkName },
    z.unknown(),
  );
  return posted.ok ? ok(undefined) : posted;
}
