// Is our own check among those that a branch requires? Sluice does without; the merge button of GitHub does not.
import type { Finding } from '../../../schemas/diagnosis.ts';
import { isOurs, type RequiredCheck } from '../required-checks.ts';
import type { Place } from './place.ts';

export function judgeOwnCheck(
  { branch, holder, web }: Place,
  required: readonly RequiredCheck[],
): Finding {
  const { name: what, checkName } = branch;
  const own = required.filter(({ name }) => name === checkName);
  if (own.length === 0)
    return {
      mark: 'warning',
      what,
      text: `the check ${checkName} is not required: Sluice lands without, but anybody who may can press GitHub's merge button before the tests are done`,
      todo: `If they should not, require ${checkName}, and let ${holder.name} bypass that: ${web}/settings/rules`,
    };
  const other = own.find((check) => !isOurs(check, branch));
  if (other)
    return {
      mark: 'fault',
      what,
      text: `the check ${checkName} is required of the App ${other.app} alone, and ${holder.name} is another: it never arrives, and GitHub's merge button stays shut for ever`,
      todo: `Let ${branch.app === null ? 'any source' : `any source, or ${holder.name},`} report it: ${web}/settings/rules`,
    };
  const text = `the check ${checkName} is required, so that GitHub's merge button waits for Sluice`;
  return { mark: 'ok', what, text };
}
