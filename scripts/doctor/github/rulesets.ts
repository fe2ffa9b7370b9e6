// The rulesets that apply to a branch, and what each of their rules does to a landing, which moves the branch itself
// to one new commit with one parent. Whoever is on a ruleset's bypass list as "always" is above all of its rules.
import type { Finding } from '../finding.ts';
import { type Rule, Ruleset } from './answers.ts';
import type { Place } from './branch.ts';

type Effect = 'none' | 'stops' | 'may stop';

/** By GitHub's names of its rules. The words go on from "it …". */
const RULES: Readonly<Record<string, readonly [Effect, string]>> = {
  creation: ['none', 'restricts who may make such branches'],
  deletion: ['none', 'forbids to delete the branch'],
  non_fast_forward: ['none', 'forbids force pushes'],
  required_linear_history: ['none', 'wants a history without merge commits'],
  branch_name_pattern: ['none', 'restricts names of branches'],
  tag_name_pattern: ['none', 'restricts names of tags'],
  copilot_code_review: ['none', 'asks for automatic reviews'],
  update: ['stops', 'lets nobody move the branch'],
  pull_request: ['stops', 'wants every change to be merged as a pull request'],
  merge_queue: ['stops', 'wants every change to go through the merge queue'],
  required_signatures: ['stops', 'wants signed commits, and the tested commit is not signed'],
  required_status_checks: [
    'stops',
    'wants checks on the very commit that lands, and they are on the head of the pull request',
  ],
  required_deployments: ['stops', 'wants the commit that lands to have been deployed before'],
  workflows: ['stops', 'wants workflows to have run on the very commit that lands'],
  code_scanning: ['stops', 'wants the very commit that lands to have been scanned'],
  license_compliance_scanning: ['stops', 'wants the licences of what lands to have been scanned'],
  commit_message_pattern: ['may stop', 'restricts the messages of commits'],
  commit_author_email_pattern: ['may stop', 'restricts the addresses of authors'],
  committer_email_pattern: ['may stop', "restricts committers' addresses; ours is `committer`"],
  file_path_restriction: ['may stop', 'forbids changes of some files'],
  file_extension_restriction: ['may stop', 'forbids some kinds of files'],
  max_file_path_length: ['may stop', 'forbids long paths'],
  max_file_size: ['may stop', 'forbids large files'],
};
const effectOf = (type: string): readonly [Effect, string] =>
  RULES[type] ?? ['may stop', 'is not known to Sluice'];

export async function examineRulesets(place: Place, rules: readonly Rule[]): Promise<Finding[]> {
  const ids = [...new Set(rules.flatMap(({ ruleset_id: id }) => id ?? []))];
  const findings: Finding[] = [];
  for (const id of ids) {
    const types = rules.filter(({ ruleset_id }) => ruleset_id === id).map(({ type }) => type);
    findings.push(...(await examineRuleset(place, id, [...new Set(types)])));
  }
  const none: Finding = { mark: 'ok', what: place.branch.name, text: 'no ruleset applies to it' };
  return ids.length === 0 ? [none] : findings;
}

async function examineRuleset(
  place: Place,
  id: number,
  types: readonly string[],
): Promise<Finding[]> {
  const what = place.branch.name;
  const inTheWay = types.filter((type) => effectOf(type)[0] !== 'none');
  const read = await place.look(`/repos/${place.name}/rulesets/${id}`, Ruleset);
  const ruleset = read.ok ? read.value.value : null;
  const called = `the ruleset ${ruleset === null ? id : `“${ruleset.name}”`}`;
  if (inTheWay.length === 0)
    return [{ mark: 'ok', what, text: `${called} lets landings be (${types.join(', ')})` }];
  const bypass = ruleset?.current_user_can_bypass;
  if (bypass === 'always' || bypass === 'exempt') {
    const text = `${called} does not hold for ${place.holder.name} (${types.join(', ')})`;
    return [{ mark: 'ok', what, text }];
  }
  const why = read.ok ? '' : `: ${read.error.message}`;
  const standing = {
    pull_requests_only: `${place.holder.name} bypasses it for pull requests only`,
    never: `${place.holder.name} does not bypass it`,
    untold: `GitHub does not tell whether ${place.holder.name} bypasses it${why}`,
  }[bypass ?? 'untold'];
  const link = linkOf(place, id, ruleset);
  return inTheWay.map((type) => {
    const [effect, words] = effectOf(type);
    return {
      mark: bypass === undefined ? 'unknown' : effect === 'stops' ? 'fault' : 'warning',
      what,
      text: `${called}, ${type}: it ${words}; ${standing}`,
      todo: `Put ${place.holder.name} on its bypass list, as “Always allow”: ${link}`,
    };
  });
}

/** Rulesets of an organization are changed there. */
function linkOf({ settings, web }: Place, id: number, ruleset: Ruleset | null): string {
  const { web_url } = settings.github;
  return ruleset?.source_type === 'Organization'
    ? `${web_url}/organizations/${ruleset.source}/settings/rules/${id}`
    : `${web}/settings/rules/${id}`;
}
