// Reads what GitHub tells of what somebody may do in a repository and on a branch. It only GETs; what is not told is told as
// such, and keeps nothing else from being read.
import { z } from 'zod';
import {
  Branch,
  Hook,
  Protection,
  Repository,
  Rule,
  Ruleset,
} from '../../../schemas/github-rights.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { BranchFacts, Seen } from '../../core/diagnosis/place.ts';
import { scratchFolder } from '../../core/own-refs.ts';
import { refPath } from './ref-path.ts';

/** @param path from the top of the API */
export type Look = <T extends z.ZodType>(path: string, answer: T) => Promise<Seen<z.infer<T>>>;

/** @param name `owner/name` */
export const readRepository = (look: Look, name: string): Promise<Seen<Repository>> =>
  look(`/repos/${name}`, Repository);

export const readHooks = (look: Look, name: string): Promise<Seen<Hook[]>> =>
  look(`/repos/${name}/hooks?per_page=100`, z.array(Hook));

export async function readBranch(
  look: Look,
  { owner, repo, branch: watched, name }: BranchConfig,
): Promise<BranchFacts> {
  const path = `/repos/${owner}/${repo}`;
  const branchPath = `${path}/branches/${refPath(watched)}`;
  const rulesOf = (of: string) =>
    look(`${path}/rules/branches/${refPath(of)}?per_page=100`, z.array(Rule));
  // Where GitHub merges for a test: rules for all branches are for these, too. It need not be there for GitHub to tell.
  const scratch = `${scratchFolder(name).replace(/^refs\/heads\//, '')}1/a-b`;
  const [branch, rules, scratchRules, protection] = await Promise.all([
    look(branchPath, Branch),
    rulesOf(watched),
    rulesOf(scratch),
    look(`${branchPath}/protection`, Protection),
  ]);
  const applied = [rules, scratchRules].flatMap((read) => (read.ok ? read.value : []));
  const ids = [...new Set(applied.flatMap(({ ruleset_id: id }) => id ?? []))];
  const rulesets = await Promise.all(
    ids.map(async (id) => [id, await look(`${path}/rulesets/${id}`, Ruleset)] as const),
  );
  return { branch, rules, scratchRules, rulesets: new Map(rulesets), protection };
}
