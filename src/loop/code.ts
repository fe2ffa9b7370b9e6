// What a build.yaml's templates see as `code`: which commit is tested or deployed, where it comes from,
// and the shell lines that check out exactly it.
import type { Sha } from '../../schemas/ids.ts';
import type { PullFacts } from '../../schemas/state.ts';
import type { CompileRequest } from '../compile/compile.ts';
import type { BranchConfig } from '../core/config.ts';

type Code = CompileRequest['code'];

export function codeOfTest(
  config: BranchConfig,
  facts: PullFacts,
  targetSha: Sha,
  testedSha: Sha,
): Code {
  const repo = `${config.owner}/${config.repo}`;
  const source = facts.source.repo;
  return {
    short_str: `pr-${facts.number}`,
    checkout_script: checkoutScript(cloneUrl(config, repo), testedSha),
    number: facts.number,
    // A fork that was deleted is nobody's, and no template may take it for its own repository.
    source_repo: source ?? '',
    source_repo_url: source === null ? '' : cloneUrl(config, source),
    source_sha: facts.source.sha,
    target_repo: repo,
    target_repo_url: cloneUrl(config, repo),
    target_sha: targetSha,
    sha: testedSha,
    repo,
    repo_url: cloneUrl(config, repo),
  };
}

export function codeOfDeploy(config: BranchConfig, sha: Sha): Code {
  const repo = `${config.owner}/${config.repo}`;
  return {
    short_str: `br-${config.owner}-${config.repo}-${config.branch.replaceAll('/', '-')}`,
    checkout_script: checkoutScript(cloneUrl(config, repo), sha),
    branch: config.branch,
    repo,
    repo_url: cloneUrl(config, repo),
    sha,
  };
}

const cloneUrl = (config: BranchConfig, repo: string): string => `${config.gitUrl}/${repo}.git`;

/** Two commits deep, so that a test can look at what the change changes. */
const checkoutScript = (url: string, sha: Sha): string =>
  [
    'git init -q .',
    `git fetch -q --depth=2 '${url}' ${sha}`,
    'git checkout -q --detach FETCH_HEAD',
    `test "$(git rev-parse HEAD)" = ${sha}`,
  ].join('\n');
