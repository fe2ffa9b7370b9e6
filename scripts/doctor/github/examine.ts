// Looks at GitHub as Sluice would use it, and changes nothing there: the credentials, then every watched
// repository, its webhook, and whether the rules of its branches let Sluice land.
import type { ConfigDocument } from '../../../schemas/config.ts';
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Look } from '../../../src/clients/github/rights.ts';
import { type BranchConfig, branchesOf } from '../../../src/core/config.ts';
import { RateLimit } from './answers.ts';
import { examineRepository } from './repository.ts';
import type { Identify } from './who.ts';

export interface GithubPatient {
  readonly settings: ConfigDocument;
  readonly identify: Identify;
}

export async function examineGithub({ settings, identify }: GithubPatient): Promise<Finding[]> {
  const { holder, findings } = await identify();
  const all = [...findings];
  if (holder === null) return all;
  for (const [name, branches] of byRepository(branchesOf(settings))) {
    const access = await holder.lookInto(name);
    // One after another: GitHub asks for that, and nobody waits for milliseconds.
    if (access.ok) {
      const watched = { ...access.value, holder, settings, name, branches };
      all.push(...(await examineRepository(watched)), await examineRate(watched.look, name));
    } else {
      const todo = `See to its installation: ${holder.link}`;
      all.push({ mark: 'fault', what: name, text: access.error.message, todo });
    }
  }
  return all;
}

function byRepository(branches: readonly BranchConfig[]): Map<string, BranchConfig[]> {
  const found = new Map<string, BranchConfig[]>();
  for (const branch of branches) {
    const name = `${branch.owner}/${branch.repo}`;
    const known = [...found.keys()].find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
    found.set(known, [...(found.get(known) ?? []), branch]);
  }
  return found;
}

/** With less than this part of an hour's requests left, somebody else uses the account, too. */
const SCARCE = 0.2;

async function examineRate(look: Look, what: string): Promise<Finding> {
  const read = await look('/rate_limit', RateLimit);
  if (!read.ok)
    return { mark: 'unknown', what, text: `GitHub does not tell its limit: ${read.error.message}` };
  const { core, graphql } = read.value.resources;
  const left = [
    `${core.remaining} of ${core.limit} requests`,
    ...(graphql ? [`${graphql.remaining} of ${graphql.limit} points of GraphQL`] : []),
  ].join(' and ');
  const until = new Date(core.reset * 1000).toISOString().slice(11, 16);
  const text = `until ${until} UTC, ${left} are left`;
  const scarce = [core, ...(graphql ? [graphql] : [])].some(
    ({ remaining, limit }) => remaining < limit * SCARCE,
  );
  if (!scarce) return { mark: 'ok', what, text };
  const todo = 'Who else uses these credentials? Give Sluice an account of its own.';
  return { mark: 'warning', what, text, todo };
}
