// What a diagnosis starts from: who looks, at which branch, and what GitHub told, or why it did not.
import type { Branch, People, Protection, Rule, Ruleset } from '../../../schemas/github-rights.ts';
import type { BranchConfig } from '../config.ts';
import type { Result } from '../result.ts';

export interface Unseen {
  /** null: there was no answer, or none that can be understood. */
  readonly status: number | null;
  /** GitHub's words, and what it would accept where it says so. */
  readonly message: string;
}
export type Seen<T> = Result<T, Unseen>;

/** Whoever the credentials are of. */
export interface Holder {
  readonly is: 'user' | 'app';
  /** Of a user the login, of an App its name in addresses. */
  readonly slug: string;
  /** As sentences call it. */
  readonly name: string;
  /** Where it is changed what the credentials may do. */
  readonly link: string;
}

export const user = (login: string, link: string): Holder => ({
  ...{ is: 'user', slug: login, name: login, link },
});

/** @param web where GitHub's pages are */
export const app = (slug: string, web: string): Holder => ({
  ...{ is: 'app', slug, name: `${slug}[bot]`, link: `${web}/apps/${slug}/installations/new` },
});

/** Whether somebody is in one of GitHub's lists; null: that depends on who is in a team. */
export function isAmong({ is, slug }: Holder, { users, teams, apps }: People): boolean | null {
  if (is === 'app') return (apps ?? []).some((one) => one.slug === slug);
  const isNamed = (users ?? []).some(({ login }) => login.toLowerCase() === slug.toLowerCase());
  if (isNamed) return true;
  return (teams ?? []).length > 0 ? null : false;
}

/** Of one branch, and of the scratch branches on which GitHub merges for its tests. */
export interface BranchFacts {
  readonly branch: Seen<Branch>;
  readonly rules: Seen<readonly Rule[]>;
  readonly scratchRules: Seen<readonly Rule[]>;
  /** By number, those that have a rule here. */
  readonly rulesets: ReadonlyMap<number, Seen<Ruleset>>;
  readonly protection: Seen<Protection>;
}

/** Where a branch is, and whose credentials look at it. */
export interface Place {
  readonly holder: Holder;
  readonly branch: BranchConfig;
  /** The repository's own page. */
  readonly web: string;
}

export const placeOf = (holder: Holder, branch: BranchConfig): Place => ({
  ...{ holder, branch },
  web: `${branch.webUrl}/${branch.owner}/${branch.repo}`,
});
