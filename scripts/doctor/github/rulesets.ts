// The rulesets that apply to a branch, and what each of their rules does to Sluice there. A landing moves the branch itself
// to one new commit with one parent; on a scratch branch, which is made and deleted for it, GitHub merges. Whoever is on a
// ruleset's bypass list as "always" is above all of its rules.
import type { Finding } from '../finding.ts';
import { type Rule, Ruleset } from './answers.ts';
import type { Place } from './branch.ts';

/** What Sluice does with a branch. */
export type Use = 'landing' | 'scratch';
type Effect = 'none' | 'stops' | 'may stop';
type Row = readonly [landing: Effect, scratch: Effect, words: string];

/** By GitHub's names of its rules. The words go on from "it …". */
const RULES: Readonly<Record<string, Row>> = {
  creation: ['none', 'stops', 'lets nobody make such branches'],
  deletion: ['none', 'stops', 'lets nobody delete the branch'],
  non_fast_forward: ['none', 'none', 'forbids force pushes'],
  required_linear_history: ['none', 'stops', 'wants a history without merge commits'],
  branch_name_pattern: ['none', 'may stop', 'restricts names of branches'],
  tag_name_pattern: ['none', 'none', 'restricts names of tags'],
  copilot_code_review: ['none', 'none', 'asks for automatic reviews'],
  update: ['stops', 'stops', 'lets nobody move the branch'],
  pull_request: ['stops', 'stops', 'wants every change to be merged as a pull request'],
  merge_queue: ['stops', 'stops', 'wants every change to go through the merge queue'],
  required_signatures: ['stops', 'may stop', 'wants signed commits, and ours are not signed'],
  required_status_checks: [
    'stops',
    'stops',
    'wants checks on the very commit that arrives, and those of a pull request are on its head',
  ],
  required_deployments: ['stops', 'stops', 'wants the commit that arrives to be deployed before'],
  workflows: ['stops', 'stops', 'wants workflows to have run on the very commit that arrives'],
  code_scanning: ['stops', 'stops', 'wants the very commit that arrives to have been scanned'],
  license_compliance_scanning: ['stops', 'stops', 'wants licences to have been scanned'],
  commit_message_pattern: ['may stop', 'may stop', 'restricts the messages of commits'],
  commit_author_email_pattern: ['may stop', 'may stop', "restricts authors' addresses"],
  committer_email_pattern: [
    'may stop',
    'may stop',
    "restricts committers' addresses; ours is `committer` in the settings",
  ],
  file_path_restriction: ['may stop', 'may stop', 'forbids changes of some files'],
  file_extension_restriction: ['may stop', 'may stop', 'forbids some kinds of files'],
  max_file_path_length: ['may stop', 'may stop', 'forbids long paths'],
  max_file_size: ['may stop', 'may stop', 'forbids large files'],
};

const UNKNOWN: Row = ['may stop', 'may stop', 'is not known to Sluice'];

function effectOf(type: string, use: Use): { effect: Effect; words: string } {
  const [landing, scratch, words] = RULES[type] ?? UNKNOWN;
  return { effect: use === 'landing' ? landing : scratch, words };
}

export async function examineRulesets(
  place: Place,
  rules: readonly Rule[],
  use: Use,
): Promise<Finding[]> {
  const ids = [...new Set(rules.flatMap(({ ruleset_id: id }) => id ?? []))];
  const findings: Finding[] = [];
  for (const id of ids) {
    const types = rules.filter(({ ruleset_id }) => ruleset_id === id).map(({ type }) => type);
    findings.push(...(await examineRuleset(place, id, [...new Set(types)], use)));
  }
  const text = `no ruleset applies to ${use === 'landing' ? 'it' : 'its scratch branches'}`;
  return ids.length === 0 ? [{ mark: 'ok', what: place.branch.name, text }] : findings;
}

async function examineRuleset(
  place: Place,
  id: number,
  types: readonly string[],
  use: Use,
): Promise<Finding[]> {
  const what = place.branch.name;
  const inTheWay = types.filter((type) => effectOf(type, use).effect !== 'none');
  const read = await place.look(`/repos/${place.name}/rulesets/${id}`, Ruleset);
  const ruleset = read.ok ? read.value.value : null;
  const where = use === 'landing' ? '' : 'scratch branches: ';
  const called = `${where}the ruleset ${ruleset === null ? id : `“${ruleset.name}”`}`;
  if (inTheWay.length === 0)
    return [{ mark: 'ok', what, text: `${called} is not in the way (${types.join(', ')})` }];
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
    const { effect, words } = effectOf(type, use);
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
