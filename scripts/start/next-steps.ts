// What somebody can do with a run that stays up, as lines to copy into a shell. Pure: returns lines, prints
// nothing. Its tokens are no secrets beyond this machine: everything listens on the loopback interface.
import { basename } from 'node:path';
import { cloneUrl } from '../demo/contributor.ts';
import { alice, bob } from '../demo/people.ts';

export interface Place {
  /** Where the people of the repository go. */
  readonly forgeUrl: string;
  readonly sluiceUrl: string;
  /** owner/name on the forge. */
  readonly repo: string;
  /** The watched branch. */
  readonly branch: string;
  readonly manageToken: string;
}

export function nextSteps({ forgeUrl, sluiceUrl, repo, branch, manageToken }: Place): string[] {
  const api = `${sluiceUrl}/api/v1alpha`;
  const retry = `watched_branches/${encodeURIComponent(branch)}/prs/NUMBER/retry`;
  return [
    'What to try next: propose a change as alice …',
    `  git clone ${cloneUrl(forgeUrl, repo, alice)}`,
    `  cd ${basename(repo)} && git switch -c pr/my-idea`,
    '  … change something and commit it …',
    '  git push origin pr/my-idea',
    `… then approve it as ${bob.login} on ${forgeUrl}/${repo}, and it lands on ${branch}.`,
    '',
    `Sign in on ${sluiceUrl}/sign-in to give commands, or use this run's manage token. Let an outsider's`,
    'commit be tested …',
    `  curl -X POST ${api}/authorize_sha -H 'authorization: Bearer ${manageToken}' -d '{"sha":"…"}'`,
    `… and likewise freeze, unfreeze and update in place of authorize_sha, or ${retry}.`,
    '',
    'Ctrl-C stops everything.',
  ];
}
