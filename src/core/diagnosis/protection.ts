// The classic protection of a branch, which is a place of its own beside the rulesets (P13). GitHub tells it to admins of
// the repository; others learn that there is one, and no more.
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Branch, People, Protection } from '../../../schemas/github-rights.ts';
import { checksOfProtection, isOurs } from '../required-checks.ts';
import { isAmong, type Place, type Seen, type Unseen } from './place.ts';
import { LET_GITHUB_MERGE, type Obstacle, SIGNED, SQUASH, STRICT } from './rules.ts';

/** @param isAdmin whether we rule the repository */
export function judgeProtection(
  place: Place,
  branch: Branch,
  read: Seen<Protection>,
  isAdmin: boolean,
): Finding[] {
  if (!read.ok) return [judgeUntold(place, branch, read.error)];
  const protection = read.value;
  const isAbove = isAdmin && protection.enforce_admins?.enabled === false;
  return isAbove ? [aboveIt(place)] : judge(place, protection);
}

const aboveIt = ({ branch, holder }: Place): Finding => ({
  mark: 'ok',
  what: branch.name,
  text: `its classic protection does not hold for admins, and ${holder.name} is one`,
});

function judgeUntold(
  { branch, holder, web }: Place,
  { protected: isProtected, protection }: Branch,
  { message }: Unseen,
): Finding {
  const what = branch.name;
  // Rulesets, too, make a branch protected; required checks that are told with the branch are classic.
  const isClassic = checksOfProtection(protection?.required_status_checks).length > 0;
  if (!isProtected || /^(Branch not protected|Upgrade to )/.test(message))
    return { mark: 'ok', what, text: 'it has no classic protection' };
  return {
    mark: 'unknown',
    what,
    text: `${isClassic ? 'it has a' : 'it may have a'} classic protection, which GitHub shows only to admins, not to ${holder.name}: ${message}`,
    todo: `Have an admin look whether ${holder.name} may ${branch.landing === 'exact' ? 'push past it' : 'merge under it'}: ${web}/settings/branches`,
  };
}

function judge(place: Place, protection: Protection): Finding[] {
  const findings = [...judgeLists(place, protection), ...judgeRules(place, protection)];
  const text = 'its classic protection lets landings be';
  return findings.length > 0 ? findings : [{ mark: 'ok', what: place.branch.name, text }];
}

const finding = ({ branch, web }: Place, mark: Finding['mark'], text: string, todo: string) => ({
  ...{ mark, what: branch.name, text: `its classic protection ${text}` },
  todo: `${todo}: ${web}/settings/branches`,
});

/** What some are exempt from, by name. */
function judgeLists(place: Place, protection: Protection): Finding[] {
  const { required_pull_request_reviews: reviews, restrictions } = protection;
  const { holder, branch } = place;
  const unless = (people: People, text: string, todo: string): Finding[] => {
    const isExempt = isAmong(holder, people);
    if (isExempt === true) return [];
    return [finding(place, isExempt === null ? 'unknown' : 'fault', text, todo)];
  };
  return [
    ...(restrictions
      ? unless(restrictions, 'lets only those push who are named', `Name ${holder.name} there`)
      : []),
    ...(reviews && branch.landing === 'exact'
      ? unless(
          reviews.bypass_pull_request_allowances ?? {},
          'wants every change to be merged as a pull request',
          `Allow ${holder.name} to bypass required pull requests, or ${LET_GITHUB_MERGE}`,
        )
      : []),
  ];
}

/** What it exempts nobody from but admins, if it is not enforced on them. */
function judgeRules(place: Place, protection: Protection): Finding[] {
  const { landing, mergeMethod } = place.branch;
  const isExact = landing === 'exact';
  const { required_status_checks: checks } = protection;
  const others = checksOfProtection(checks).filter((check) => !isOurs(check, place.branch));
  return [
    ...(protection.lock_branch?.enabled
      ? [finding(place, 'fault', 'locks the branch', 'Unlock it')]
      : []),
    ...(isExact && others.length > 0
      ? [
          finding(
            place,
            'fault',
            'wants checks on the very commit that lands, and they are on the head of the pull request',
            'Require them by a ruleset with a bypass list instead',
          ),
        ]
      : []),
    ...(!isExact && checks?.strict ? [ofRule(place, STRICT)] : []),
    ...(protection.required_signatures?.enabled
      ? [isExact ? ofRule(place, UNSIGNED) : ofRule(place, SIGNED)]
      : []),
    ...(protection.required_linear_history?.enabled && mergeMethod === 'merge'
      ? [
          finding(
            place,
            'fault',
            'wants a history without merge commits',
            `Take that away, or ${SQUASH}`,
          ),
        ]
      : []),
  ];
}

const UNSIGNED: Obstacle = {
  mark: 'fault',
  words: 'wants signed commits, and the tested commit is not signed',
};

const ofRule = (place: Place, { mark, words }: Obstacle): Finding =>
  finding(place, mark, words, 'Take that away, or require it by a ruleset with a bypass list');
