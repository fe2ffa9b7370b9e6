// The classic protection of a branch, which is a place of its own beside the rulesets (P13). GitHub tells it to admins of
// the repository; others learn that there is one, and no more.
import { refPath } from '../../../src/clients/github/ref-path.ts';
import type { Finding } from '../finding.ts';
import { type Branch, type People, Protection } from './answers.ts';
import type { Place } from './branch.ts';
import type { Unseen } from './look.ts';

export async function examineProtection(place: Place, branch: Branch): Promise<Finding[]> {
  const { look, name } = place;
  const path = `/repos/${name}/branches/${refPath(place.branch.branch)}/protection`;
  const read = await look(path, Protection);
  if (!read.ok) return judgeUntold(place, branch, read.error);
  const protection = read.value.value;
  const isAbove = place.isAdmin && protection.enforce_admins?.enabled === false;
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
): Finding[] {
  const what = branch.name;
  if (/^(Branch not protected|Upgrade to )/.test(message))
    return [{ mark: 'ok', what, text: 'it has no classic protection' }];
  // Rulesets, too, make a branch protected; required checks that are told with the branch are classic.
  const checks = protection?.required_status_checks;
  const isClassic = (checks?.contexts?.length ?? 0) + (checks?.checks?.length ?? 0) > 0;
  if (!isProtected) return [{ mark: 'ok', what, text: 'it has no classic protection' }];
  return [
    {
      mark: 'unknown',
      what,
      text: `${isClassic ? 'it has a' : 'it may have a'} classic protection, which GitHub shows only to admins, not to ${holder.name}: ${message}`,
      todo: `Have an admin look whether ${holder.name} may push past it: ${web}/settings/branches`,
    },
  ];
}

function judge(place: Place, protection: Protection): Finding[] {
  const findings = [
    ...judgeLists(place, protection),
    ...OBSTACLES.filter(({ stands }) => stands(protection)).map(({ text, todo }) =>
      obstacle(place, text, todo),
    ),
  ];
  const text = 'its classic protection lets landings be';
  return findings.length > 0 ? findings : [{ mark: 'ok', what: place.branch.name, text }];
}

const obstacle = ({ branch, web }: Place, text: string, todo: string): Finding => ({
  mark: 'fault',
  what: branch.name,
  text: `its classic protection ${text}`,
  todo: `${todo}: ${web}/settings/branches`,
});

/** What some are exempt from, by name. */
function judgeLists(place: Place, protection: Protection): Finding[] {
  const { required_pull_request_reviews: reviews, restrictions } = protection;
  const { holder } = place;
  const unless = (people: People, text: string, todo: string): Finding[] => {
    const isAmong = holder.isAmong(people);
    if (isAmong === true) return [];
    const found = obstacle(place, text, todo);
    return [isAmong === null ? { ...found, mark: 'unknown' } : found];
  };
  return [
    ...(restrictions
      ? unless(restrictions, 'lets only those push who are named', `Name ${holder.name} there`)
      : []),
    ...(reviews
      ? unless(
          reviews.bypass_pull_request_allowances ?? {},
          'wants every change to be merged as a pull request',
          `Allow ${holder.name} to bypass required pull requests`,
        )
      : []),
  ];
}

/** What it exempts nobody from but admins, if it is not enforced on them. */
const OBSTACLES: readonly {
  readonly stands: (protection: Protection) => boolean;
  readonly text: string;
  readonly todo: string;
}[] = [
  {
    stands: ({ lock_branch: lock }) => lock?.enabled === true,
    text: 'locks the branch',
    todo: 'Unlock it',
  },
  {
    stands: ({ required_status_checks: checks }) =>
      (checks?.contexts?.length ?? 0) + (checks?.checks?.length ?? 0) > 0,
    text: 'wants checks on the very commit that lands, and they are on the head of the pull request',
    todo: 'Require them by a ruleset with a bypass list instead',
  },
  {
    stands: ({ required_signatures: signatures }) => signatures?.enabled === true,
    text: 'wants signed commits, and the tested commit is not signed',
    todo: 'Take that away, or require it by a ruleset with a bypass list',
  },
];
