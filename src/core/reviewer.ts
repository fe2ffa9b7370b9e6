// `#assign team` in a pull request's text (S5.5): who of the team is to review it, and what is said where nobody can.
// A person is chosen once for a pull request; whoever takes them off again is not overruled.
import type { PullFacts, PullRequest } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import { ownWords } from './own-words.ts';

const WISH = /(?<![\w#-])#assign[ \t]+([\w-]+)/gi;

/** Of every open pull request at every decision, so that a text without any costs next to nothing. */
const wishesOf = ({ body }: PullFacts): string[] =>
  /#assign/i.test(body)
    ? [...new Set([...ownWords(body).matchAll(WISH)].map(([, team = '']) => team.toLowerCase()))]
    : [];

const membersOf = (
  { author }: PullFacts,
  team: string,
  { teams }: BranchConfig,
): readonly string[] | null => {
  const name = Object.keys(teams).find((known) => known.toLowerCase() === team);
  if (name === undefined) return null;
  const isAuthor = (login: string): boolean => login.toLowerCase() === author.login.toLowerCase();
  return (teams[name] ?? []).filter((login) => !isAuthor(login));
};

/** The team of which somebody is to be assigned now; null: nobody is. */
export function teamToAssign(
  { facts, reviewer }: PullRequest,
  config: BranchConfig,
): string | null {
  if (reviewer !== null && reviewer.state !== 'chosen') return null;
  // Of an answer that was lost, half may have been done.
  const others = [...facts.assignees, ...facts.reviewers].filter(
    (login) => login.toLowerCase() !== reviewer?.login.toLowerCase(),
  );
  if (others.length > 0) return null;
  const isStaffed = (team: string): boolean => (membersOf(facts, team, config)?.length ?? 0) > 0;
  return wishesOf(facts).find(isStaffed) ?? null;
}

/** Of those who may, one by chance; the one who was chosen already stays. @param random in [0, 1) */
export function withReviewer(
  pull: PullRequest,
  team: string,
  config: BranchConfig,
  random: number,
): PullRequest {
  if (pull.reviewer?.team === team) return pull;
  const members = membersOf(pull.facts, team, config) ?? [];
  const login = members[Math.floor(random * members.length)];
  if (login === undefined) return pull;
  return { ...pull, reviewer: { team, login, state: 'chosen', words: null } };
}

/** What a person should know of their wish, in sentences. */
export function reviewerNotices({ facts, reviewer }: PullRequest, config: BranchConfig): string[] {
  const known = Object.keys(config.teams);
  const unheard = wishesOf(facts).flatMap((team): string[] => {
    const members = membersOf(facts, team, config);
    if (members === null)
      return [
        `#assign ${team}: there is no team of this name in the settings${known.length === 0 ? '' : `; there are ${known.join(', ')}`}.`,
      ];
    return members.length > 0
      ? []
      : [`#assign ${team}: there is nobody in this team but the author.`];
  });
  if (reviewer?.state !== 'refused') return unheard;
  const { login, words } = reviewer;
  return [...unheard, `GitHub did not have ${login} asked for review: ${words}.`];
}
