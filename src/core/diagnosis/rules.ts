// What each of GitHub's rules does to what Sluice does with a branch. In mode `exact` a landing moves it by itself to the
// tested commit; in mode `github` the merge button is pressed; on a scratch branch, which is made and deleted for a test,
// GitHub merges. Pure, and a table but for the rules that have something to be read in them.
import type { Rule } from '../../../schemas/github-rights.ts';
import type { BranchConfig } from '../config.ts';
import { checksOfRule, isOurs } from '../required-checks.ts';

export type Use = 'landing' | 'scratch';

/** Stands in the way always (`fault`), or of some changes (`warning`). */
export interface Obstacle {
  readonly mark: 'fault' | 'warning';
  /** The words go on from "it …". */
  readonly words: string;
  /** What else would help than to be above the rule. */
  readonly otherwise?: string;
}

type Way = 'exact' | 'github' | 'scratch';
type Judge = (way: Way, branch: BranchConfig, rule: Rule) => Obstacle | null;

const never: Judge = () => null;
const stops = (words: string): Judge => {
  return () => ({ mark: 'fault', words });
};
const mayStop = (words: string): Judge => {
  return () => ({ mark: 'warning', words });
};
const on =
  (judges: Readonly<Partial<Record<Way, Judge>>>): Judge =>
  (way, branch, rule) =>
    judges[way]?.(way, branch, rule) ?? null;

/** Of what arrives without a pull request the very commit must have it; of a pull request its head, before it is merged. */
const ofCommit = (words: string, ofPull: string): Judge =>
  on({
    exact: stops(words),
    scratch: stops(words),
    github: mayStop(`${ofPull}, which Sluice does not wait for`),
  });

const pullRequest: Judge = (way, { mergeMethod }, { parameters }) => {
  if (way !== 'github')
    return {
      mark: 'fault',
      words: 'wants every change to be merged as a pull request',
      ...(way === 'exact' ? { otherwise: LET_GITHUB_MERGE } : {}),
    };
  const allowed = parameters?.allowed_merge_methods;
  if (allowed === undefined || allowed.includes(mergeMethod)) return null;
  const other = (['squash', 'merge'] as const).find((method) => allowed.includes(method));
  return {
    mark: 'fault',
    words: `does not allow pull requests to be merged by ${mergeMethod}, the branch's merge_method`,
    otherwise: `allow it there${other ? `, or set merge_method to ${other}` : ''}`,
  };
};
export const LET_GITHUB_MERGE = 'set landing to github, so that GitHub merges';

const statusChecks: Judge = (way, branch, rule) => {
  if (way === 'github')
    return rule.parameters?.strict_required_status_checks_policy === true ? STRICT : null;
  // Our own is on the tested commit before it lands.
  if (way === 'exact' && checksOfRule(rule).every((check) => isOurs(check, branch))) return null;
  const words =
    'wants checks on the very commit that arrives, and those of a pull request are on its head';
  return { mark: 'fault', words };
};
export const STRICT: Obstacle = {
  mark: 'fault',
  words:
    'wants branches to be up to date before they are merged, so that each landing shuts out all other pull requests until somebody updates them',
  otherwise: 'take that away: Sluice tests what would land on the branch as it is',
};

export const SIGNED: Obstacle = {
  mark: 'warning',
  words: 'wants signed commits, and GitHub may refuse a pull request with others in it',
};

const linear: Judge = (way, { mergeMethod }) => {
  const words = 'wants a history without merge commits';
  if (way === 'scratch') return { mark: 'fault', words };
  return mergeMethod === 'merge' ? { mark: 'fault', words, otherwise: SQUASH } : null;
};
export const SQUASH = 'set merge_method to squash';

/** By GitHub's names of its rules. */
const RULES: Readonly<Record<string, Judge>> = {
  creation: on({ scratch: stops('lets nobody make such branches') }),
  deletion: on({ scratch: stops('lets nobody delete the branch') }),
  non_fast_forward: never,
  required_linear_history: linear,
  branch_name_pattern: on({ scratch: mayStop('restricts names of branches') }),
  tag_name_pattern: never,
  copilot_code_review: never,
  update: stops('lets nobody move the branch'),
  pull_request: pullRequest,
  merge_queue: stops('wants every change to go through the merge queue'),
  required_signatures: on({
    exact: stops('wants signed commits, and ours are not signed'),
    scratch: mayStop('wants signed commits, and ours are not signed'),
    github: () => SIGNED,
  }),
  required_status_checks: statusChecks,
  required_deployments: ofCommit(
    'wants the commit that arrives to be deployed before',
    'wants every pull request to be deployed before',
  ),
  workflows: ofCommit(
    'wants workflows to have run on the very commit that arrives',
    'wants workflows to have passed on every pull request',
  ),
  code_scanning: ofCommit(
    'wants the very commit that arrives to have been scanned',
    'wants every pull request to have been scanned',
  ),
  license_compliance_scanning: ofCommit(
    'wants licences to have been scanned',
    'wants the licences of every pull request to have been scanned',
  ),
  commit_message_pattern: mayStop('restricts the messages of commits'),
  commit_author_email_pattern: mayStop("restricts authors' addresses"),
  committer_email_pattern: mayStop(
    "restricts committers' addresses; ours is `committer` in the settings",
  ),
  file_path_restriction: mayStop('forbids changes of some files'),
  file_extension_restriction: mayStop('forbids some kinds of files'),
  max_file_path_length: mayStop('forbids long paths'),
  max_file_size: mayStop('forbids large files'),
};

/** @returns null when it is not in the way of what the branch's settings ask for */
export const obstacleOf = (rule: Rule, use: Use, branch: BranchConfig): Obstacle | null =>
  (RULES[rule.type] ?? mayStop('is not known to Sluice'))(
    use === 'landing' ? branch.landing : 'scratch',
    branch,
    rule,
  );
