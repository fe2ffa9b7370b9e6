// One watched repository: is it there under its name, and may we push to it.
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Repository } from '../../../schemas/github-rights.ts';
import type { Holder, Seen } from './place.ts';

interface Named {
  readonly holder: Holder;
  /** `owner/name` */
  readonly name: string;
  /** Its own page. */
  readonly web: string;
}

export function judgeRepository(named: Named, read: Seen<Repository>): Finding[] {
  const { holder, name, web } = named;
  if (read.ok) return [judgeAccess(named, read.value), ...judgeName(named, read.value)];
  return [
    {
      mark: 'fault',
      what: name,
      text: `it is not there, or GitHub does not show it to ${holder.name}: ${read.error.message}`,
      todo: `Is the name right? If so, give ${holder.name} access: ${web}/settings/access, ${holder.link}`,
    },
  ];
}

function judgeAccess(
  { name: what, holder, web }: Named,
  { permissions, archived }: Repository,
): Finding {
  if (archived) {
    const todo = `Take it out of the archive: ${web}/settings`;
    return { mark: 'fault', what, text: 'it is archived, so that nobody can write to it', todo };
  }
  if (permissions === undefined)
    return { mark: 'unknown', what, text: `GitHub does not tell what ${holder.name} may do in it` };
  if (permissions.push) return { mark: 'ok', what, text: `${holder.name} may push to it` };
  const todo = `Give ${holder.name} the role Write: ${web}/settings/access`;
  return { mark: 'fault', what, text: `${holder.name} may not push to it`, todo };
}

/** GitHub answers by an old name, too, but its webhooks tell the new one. */
function judgeName({ name }: Named, { full_name: now }: Repository): Finding[] {
  if (now.toLowerCase() === name.toLowerCase()) return [];
  const text = `it is called ${now} now, and its webhooks say so`;
  return [{ mark: 'fault', what: name, text, todo: `Write ${now} in the settings' branches.` }];
}
