// GitHub's side of the port: which part of the client does each thing that a pass asks for. Knows
// nothing of decisions.
import { z } from 'zod';
import type { Check } from '../../../schemas/action.ts';
import type { Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { GitHub } from '../../loop/ports.ts';
import type { Connection } from './connection.ts';
import { Landings } from './landings.ts';
import { Reader } from './reader.ts';
import { TestedCommits } from './tested-commits.ts';

type Committer = { readonly name: string; readonly email: string };

export function createGitHub(
  connection: Connection,
  config: BranchConfig,
  committer: Committer,
): GitHub {
  const reader = new Reader(connection, config);
  const commits = new TestedCommits(connection, config, committer, reader);
  const landings = new Landings(connection, config, reader);
  return {
    readPage: (cursor) => reader.readPage(cursor),
    readPulls: (numbers) => reader.readPulls(numbers),
    readRules: () => reader.readRules(),
    readFiles: (sha, paths) => reader.readFiles(sha, paths),
    changedFiles: (base, head) => reader.changedFiles(base, head),
    makeTestedCommit: (commit) => commits.make(commit),
    dropRef: (pr) => commits.dropRef(pr),
    postCheck: (sha, check) => postCheck(connection, config, sha, check),
    land: (landing, source) => landings.land(landing, source),
    readBack: (landing) => landings.readBack(landing),
    verify: (landing) => landings.verify(landing),
    closeLanded: (pr, sha) => landings.close(pr, sha),
  };
}

async function postCheck(
  connection: Connection,
  config: BranchConfig,
  sha: Sha,
  { state, description, url }: Check,
): Promise<Result<void, Fault>> {
  const posted = await connection.rest(
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    { sha, state, description, target_url: url, context: config.checkName },
    z.unknown(),
  );
  return posted.ok ? ok(undefined) : posted;
}
