// One watched branch: is it there, do its rules let Sluice land, and is Sluice's own check among those that they
// ask for.
import { z } from 'zod';
import { refPath } from '../../../src/clients/github/ref-path.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { scratchFolder } from '../../../src/core/own-refs.ts';
import type { Finding } from '../finding.ts';
import { Branch, Rule } from './answers.ts';
import { examineProtection } from './protection.ts';
import type { Watched } from './repository.ts';
import { examineRulesets } from './rulesets.ts';

/** Where a branch is and whose credentials look at it. */
export interface Place extends Watched {
  readonly branch: BranchConfig;
  /** The repository's own page. */
  readonly web: string;
  /** Whether we rule the repository. */
  readonly isAdmin: boolean;
}

export async function examineBranch(place: Place): Promise<Finding[]> {
  const { look, name, branch, web } = place;
  const what = branch.name;
  const read = await look(`/repos/${name}/branches/${refPath(branch.branch)}`, Branch);
  if (!read.ok) {
    const text = `GitHub does not show the branch ${branch.branch}: ${read.error.message}`;
    return [{ mark: 'fault', what, text, todo: `Is the name right? ${web}/branches` }];
  }
  const found = read.value.value;
  const there: Finding = { mark: 'ok', what, text: `there, at ${found.commit.sha.slice(0, 12)}` };
  if (!branch.mergeable)
    return [there, { mark: 'ok', what, text: 'Sluice does not land on it, as the settings say' }];
  const rules = await readRules(place, branch.branch);
  if (!rules.ok) return [there, rules.finding];
  return [
    there,
    ...(await examineRulesets(place, rules.value, 'landing')),
    ...(await examineProtection(place, found)),
    ...(await examineScratch(place)),
    judgeOwnCheck(place, found, rules.value),
  ];
}

/** Where GitHub merges for a test: rules for all branches are for these, too. It need not be there for GitHub to tell. */
async function examineScratch(place: Place): Promise<Finding[]> {
  const folder = scratchFolder(place.branch.name).replace(/^refs\/heads\//, '');
  const rules = await readRules(place, `${folder}1/a-b`);
  return rules.ok ? examineRulesets(place, rules.value, 'scratch') : [rules.finding];
}

async function readRules({ look, name, branch }: Place, of: string) {
  const path = `/repos/${name}/rules/branches/${refPath(of)}?per_page=100`;
  const read = await look(path, z.array(Rule));
  if (read.ok) return { ok: true as const, value: read.value.value };
  // A private repository without a paid plan has no rules, and GitHub says so in this way.
  if (/^Upgrade to /.test(read.error.message)) return { ok: true as const, value: [] };
  const text = `GitHub does not tell its rules: ${read.error.message}`;
  const finding: Finding = { mark: 'unknown', what: branch.name, text };
  return { ok: false as const, finding };
}

/** By name, with the App that alone may report it; null: anybody may. */
function requiredChecks(
  { protection }: Branch,
  rules: readonly Rule[],
): Map<string, number | null> {
  const classic = protection?.required_status_checks;
  const pin = (app: number | null | undefined) => (app == null || app < 0 ? null : app);
  return new Map([
    ...(classic?.contexts ?? []).map((name) => [name, null] as const),
    ...(classic?.checks ?? []).map(({ context, app_id }) => [context, pin(app_id)] as const),
    ...rules
      .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
      .map(({ context, integration_id }) => [context, pin(integration_id)] as const),
  ]);
}

/** Sluice does without; the merge button of GitHub does not. */
function judgeOwnCheck(
  { branch, holder, web }: Place,
  found: Branch,
  rules: readonly Rule[],
): Finding {
  const what = branch.name;
  const { checkName } = branch;
  const required = requiredChecks(found, rules);
  const app = required.get(checkName);
  if (app === undefined)
    return {
      mark: 'warning',
      what,
      text: `the check ${checkName} is not required: Sluice lands without, but anybody who may can press GitHub's merge button before the tests are done`,
      todo: `If they should not, require ${checkName}, and let ${holder.name} bypass that: ${web}/settings/rules`,
    };
  if (app !== null)
    return {
      mark: 'warning',
      what,
      text: `the check ${checkName} is required of the App ${app} alone: if that is not ${holder.name}, GitHub's merge button stays shut for ever`,
      todo: `Let any source report it: ${web}/settings/rules`,
    };
  const text = `the check ${checkName} is required, so that GitHub's merge button waits for Sluice`;
  return { mark: 'ok', what, text };
}
