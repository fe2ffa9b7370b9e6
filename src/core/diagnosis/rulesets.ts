// Which rulesets apply to a branch, whether we are above them, and what stands in our way if not. Whoever is on a ruleset's
// bypass list as "always" is above all of its rules; for pull requests only is enough where GitHub merges.
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Rule, Ruleset } from '../../../schemas/github-rights.ts';
import type { BranchFacts, Place, Seen } from './place.ts';
import { type Obstacle, obstacleOf, type Use } from './rules.ts';

export function judgeRulesets(
  place: Place,
  rules: readonly Rule[],
  { rulesets }: Pick<BranchFacts, 'rulesets'>,
  use: Use,
): Finding[] {
  const ids = [...new Set(rules.flatMap(({ ruleset_id: id }) => id ?? []))];
  const findings = ids.flatMap((id) => {
    const read = rulesets.get(id) ?? UNTOLD;
    const own = rules.filter(({ ruleset_id }) => ruleset_id === id);
    return judgeRuleset(place, { id, read, rules: own }, use);
  });
  const text = `no ruleset applies to ${use === 'landing' ? 'it' : 'its scratch branches'}`;
  return ids.length === 0 ? [{ mark: 'ok', what: place.branch.name, text }] : findings;
}

const UNTOLD: Seen<Ruleset> = { ok: false, error: { status: null, message: 'not asked' } };

interface Applied {
  readonly id: number;
  readonly read: Seen<Ruleset>;
  readonly rules: readonly Rule[];
}

function judgeRuleset(place: Place, { id, read, rules }: Applied, use: Use): Finding[] {
  const { holder, branch } = place;
  const what = branch.name;
  const ruleset = read.ok ? read.value : null;
  const where = use === 'landing' ? '' : 'scratch branches: ';
  const called = `${where}the ruleset ${ruleset === null ? id : `“${ruleset.name}”`}`;
  const types = [...new Set(rules.map(({ type }) => type))].join(', ');
  const inTheWay = rules.flatMap((rule) => {
    const obstacle = obstacleOf(rule, use, branch);
    return obstacle === null ? [] : [{ type: rule.type, obstacle }];
  });
  if (inTheWay.length === 0)
    return [{ mark: 'ok', what, text: `${called} is not in the way (${types})` }];
  const bypass = ruleset?.current_user_can_bypass;
  const isMerged = use === 'landing' && branch.landing === 'github';
  if (bypass === 'always' || bypass === 'exempt' || (bypass === 'pull_requests_only' && isMerged))
    return [{ mark: 'ok', what, text: `${called} does not hold for ${holder.name} (${types})` }];
  const why = read.ok ? '' : `: ${read.error.message}`;
  const standing = {
    pull_requests_only: `${holder.name} bypasses it for pull requests only`,
    never: `${holder.name} does not bypass it`,
    untold: `GitHub does not tell whether ${holder.name} bypasses it${why}`,
  }[bypass ?? 'untold'];
  const link = linkOf(place, id, ruleset);
  return inTheWay.map(({ type, obstacle }) => ({
    mark: bypass === undefined ? 'unknown' : obstacle.mark,
    what,
    text: `${called}, ${type}: it ${obstacle.words}; ${standing}`,
    todo: todoOf(place, obstacle, link),
  }));
}

const todoOf = ({ holder }: Place, { otherwise }: Obstacle, link: string): string =>
  `Put ${holder.name} on its bypass list, as “Always allow”${otherwise ? `, or ${otherwise}` : ''}: ${link}`;

/** Rulesets of an organization are changed there. */
function linkOf({ branch, web }: Place, id: number, ruleset: Ruleset | null): string {
  return ruleset?.source_type === 'Organization'
    ? `${branch.webUrl}/organizations/${ruleset.source}/settings/rules/${id}`
    : `${web}/settings/rules/${id}`;
}
