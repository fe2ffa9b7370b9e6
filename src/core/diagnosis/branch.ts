// One watched branch: is it there, do its rules and its repository let Sluice land in the way that the settings say, and is
// Sluice's own check among those that they ask for.
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Repository } from '../../../schemas/github-rights.ts';
import { checksOfProtection, checksOfRule } from '../required-checks.ts';
import { judgeOwnCheck } from './own-check.ts';
import type { BranchFacts, Place, Seen } from './place.ts';
import { judgeProtection } from './protection.ts';
import { SQUASH } from './rules.ts';
import { judgeRulesets } from './rulesets.ts';

export function judgeBranch(place: Place, facts: BranchFacts, repository: Repository): Finding[] {
  const { branch, web } = place;
  const what = branch.name;
  const read = facts.branch;
  if (!read.ok) {
    const text = `GitHub does not show the branch ${branch.branch}: ${read.error.message}`;
    return [{ mark: 'fault', what, text, todo: `Is the name right? ${web}/branches` }];
  }
  const { commit, protection } = read.value;
  const there: Finding = { mark: 'ok', what, text: `there, at ${commit.sha.slice(0, 12)}` };
  if (!branch.mergeable)
    return [there, { mark: 'ok', what, text: 'Sluice does not land on it, as the settings say' }];
  const rules = known(facts.rules);
  const scratch = known(facts.scratchRules);
  if (rules === null) return [there, untold(what, facts.rules)];
  const isAdmin = repository.permissions?.admin ?? false;
  const required = [
    ...checksOfProtection(protection?.required_status_checks),
    ...rules.flatMap(checksOfRule),
  ];
  return [
    there,
    ...judgeMethod(place, repository),
    ...judgeRulesets(place, rules, facts, 'landing'),
    ...judgeProtection(place, read.value, facts.protection, isAdmin),
    ...(scratch === null
      ? [untold(what, facts.scratchRules)]
      : judgeRulesets(place, scratch, facts, 'scratch')),
    judgeOwnCheck(place, required),
  ];
}

/** A private repository without a paid plan has no rules, and GitHub says so in this way. */
function known<T>(read: Seen<readonly T[]>): readonly T[] | null {
  if (read.ok) return read.value;
  return /^Upgrade to /.test(read.error.message) ? [] : null;
}

const untold = (what: string, read: Seen<unknown>): Finding => ({
  mark: 'unknown',
  what,
  text: `GitHub does not tell its rules: ${read.ok ? '' : read.error.message}`,
});

/** Where GitHub merges, the repository's own settings hold for everybody. */
function judgeMethod({ branch, web }: Place, repository: Repository): Finding[] {
  if (branch.landing !== 'github') return [];
  const { allow_squash_merge: squash, allow_merge_commit: merge } = repository;
  const isSquash = branch.mergeMethod === 'squash';
  const allowed = isSquash ? squash : merge;
  const called = isSquash ? 'squash merges' : 'merge commits';
  const what = branch.name;
  if (allowed === undefined)
    return [{ mark: 'unknown', what, text: `GitHub does not tell whether it allows ${called}` }];
  if (allowed) return [{ mark: 'ok', what, text: `its repository allows ${called}` }];
  const other = isSquash ? (merge ? 'set merge_method to merge' : null) : squash ? SQUASH : null;
  return [
    {
      mark: 'fault',
      what,
      text: `its repository does not allow ${called}, which is how GitHub is to land on it`,
      todo: `Allow them${other ? `, or ${other}` : ''}: ${web}/settings`,
    },
  ];
}
