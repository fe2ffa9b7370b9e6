// One watched repository: is it there, may we push to it, does GitHub show us what Sluice reads. Then its
// webhook and its branches.
import { z } from 'zod';
import type { ConfigDocument } from '../../../schemas/config.ts';
import { refPath } from '../../../src/clients/github/ref-path.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import type { Finding } from '../finding.ts';
import { Repository } from './answers.ts';
import { examineBranch } from './branch.ts';
import type { Look } from './look.ts';
import { examineWebhook } from './webhook.ts';
import type { Holder } from './who.ts';

export interface Watched {
  readonly look: Look;
  readonly holder: Holder;
  readonly settings: ConfigDocument;
  /** `owner/name` */
  readonly name: string;
  readonly branches: readonly BranchConfig[];
}

export async function examineRepository(watched: Watched): Promise<Finding[]> {
  const { look, holder, settings, name, branches } = watched;
  const web = `${settings.github.web_url}/${name}`;
  const read = await look(`/repos/${name}`, Repository);
  if (!read.ok)
    return [
      {
        mark: 'fault',
        what: name,
        text: `it is not there, or GitHub does not show it to ${holder.name}: ${read.error.message}`,
        todo: `Is the name right? If so, give ${holder.name} access: ${web}/settings/access, ${holder.link}`,
      },
    ];
  const repository = read.value.value;
  const findings = [judgeAccess(repository, watched, web), ...judgeName(repository, name)];
  findings.push(...(await examineReach(watched, repository.default_branch)));
  if (holder.hears === 'by repositories') findings.push(...(await examineWebhook(watched, web)));
  const isAdmin = repository.permissions?.admin ?? false;
  for (const branch of branches)
    findings.push(...(await examineBranch({ ...watched, branch, web, isAdmin })));
  return findings;
}

function judgeAccess(
  { permissions, archived }: z.infer<typeof Repository>,
  { name: what, holder }: Watched,
  web: string,
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
function judgeName({ full_name: now }: z.infer<typeof Repository>, name: string): Finding[] {
  if (now.toLowerCase() === name.toLowerCase()) return [];
  const text = `it is called ${now} now, and its webhooks say so`;
  return [{ mark: 'fault', what: name, text, todo: `Write ${now} in the settings' branches.` }];
}

/** What Sluice reads, each by a small request of its kind. */
const reads = (commit: string): [string, string][] => [
  ['contents', `/git/matching-refs/heads/${commit}`],
  ['pull requests', '/pulls?per_page=1'],
  ['statuses', `/commits/${commit}/status?per_page=1`],
  ['check runs', `/commits/${commit}/check-runs?per_page=1`],
];

async function examineReach(
  { look, holder, name: what }: Watched,
  standard: string,
): Promise<Finding[]> {
  const shown: string[] = [];
  const refused: Finding[] = [];
  for (const [kind, path] of reads(refPath(standard))) {
    const read = await look(`/repos/${what}${path}`, z.unknown());
    if (read.ok) shown.push(kind);
    else
      refused.push({
        mark: 'fault',
        what,
        text: `GitHub does not show ${holder.name} its ${kind}: ${read.error.message}`,
        todo: `Change what the credentials may do: ${holder.link}`,
      });
  }
  const text = `GitHub shows ${holder.name} its ${shown.join(', ')}`;
  return shown.length === 0 ? refused : [{ mark: 'ok', what, text }, ...refused];
}
