// One watched repository: is it there, may we push to it, does GitHub show us what Sluice reads. Then its
// webhook, its branches and their pull requests.
import { z } from 'zod';
import type { ConfigDocument } from '../../../schemas/config.ts';
import type { Finding } from '../../../schemas/diagnosis.ts';
import { createGitHub } from '../../../src/clients/github/github.ts';
import { refPath } from '../../../src/clients/github/ref-path.ts';
import { readBranch, readRepository } from '../../../src/clients/github/rights.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { judgeBranch } from '../../../src/core/diagnosis/branch.ts';
import { type Holder, placeOf } from '../../../src/core/diagnosis/place.ts';
import { judgeRepository } from '../../../src/core/diagnosis/repository.ts';
import { addressOf } from '../../../src/core/diagnosis/webhook.ts';
import type { Access } from './look.ts';
import { examineWebhook } from './webhook.ts';

interface Watched extends Access {
  readonly holder: Holder;
  readonly settings: ConfigDocument;
  /** `owner/name` */
  readonly name: string;
  readonly branches: readonly BranchConfig[];
}

export async function examineRepository(watched: Watched): Promise<Finding[]> {
  const { look, holder, settings, name, branches } = watched;
  const web = `${settings.github.web_url}/${name}`;
  const read = await readRepository(look, name);
  const findings = judgeRepository({ holder, name, web }, read);
  if (!read.ok) return findings;
  findings.push(...(await examineReach(watched, read.value.default_branch)));
  if (holder.is === 'user') {
    const address = addressOf(settings.public_url);
    const pollEveryMs = settings.poll_every_seconds * 1000;
    const listener = { holder, what: name, address, web, pollEveryMs };
    findings.push(...(await examineWebhook(look, listener)));
  }
  for (const branch of branches) {
    const facts = await readBranch(look, branch);
    findings.push(...judgeBranch(placeOf(holder, branch), facts, read.value));
  }
  const [branch] = branches;
  return branch ? [...findings, await examinePulls(watched, branch)] : findings;
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

/** By the very query of every poll: it asks for more than the small requests, and what is forbidden of it stops Sluice. */
async function examinePulls(
  { api, holder, settings, name: what }: Watched,
  branch: BranchConfig,
): Promise<Finding> {
  const page = await createGitHub(api, branch, settings.committer).readPage(null);
  const todo = `Change what the credentials may do: ${holder.link}`;
  if (!page.ok) {
    const text = `its pull requests cannot be read as Sluice reads them: ${page.error.message}`;
    const { kind } = page.error;
    return kind === 'refused' || kind === 'misconfigured'
      ? { mark: 'fault', what, text, todo }
      : { mark: 'unknown', what, text };
  }
  const [first] = page.value.unreadable;
  if (first === undefined)
    return { mark: 'ok', what, text: 'GitHub tells all that Sluice asks of its pull requests' };
  return { mark: 'fault', what, text: `#${first.number} cannot be read: ${first.why}`, todo };
}
