// The commit that is tested, to the last byte: its parents by the merge method, and the text that git hashes. What is
// written into it is first made what git itself would keep, so that its SHA follows from the pull request alone.
import type { LandingCommits } from '../../schemas/action.ts';
import type { Sha } from '../../schemas/ids.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface CommitContent {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Person;
  readonly committer: Person;
  /** Of author and committer: milliseconds since the epoch, told in seconds of UTC. */
  readonly date: number;
  readonly message: string;
}

export const testedParents = ({
  method,
  sourceSha,
  targetSha,
}: Pick<LandingCommits, 'method' | 'sourceSha' | 'targetSha'>): readonly Sha[] =>
  method === 'merge' ? [targetSha, sourceSha] : [targetSha];

/** P17: GitHub goes on showing a merge of commits that neither branch is at any more. */
export const isMergeOf = (
  parents: readonly Sha[],
  { sourceSha, targetSha }: Pick<LandingCommits, 'sourceSha' | 'targetSha'>,
): boolean => parents.join() === [targetSha, sourceSha].join();

/** What git leaves out at both ends of a name or an address: control characters, spaces and these. */
const CRUD = '[\\u0000- .,:;<>"\\\\\']';
const ENDS = new RegExp(`^${CRUD}+|${CRUD}+$`, 'g');

/** @param login stands in for a name of which nothing is left */
export function gitPerson({ name, email }: Person, login: string): Person {
  const kept = (text: string): string => text.replace(/[<>\n\0]/g, '').replace(ENDS, '');
  return { name: kept(name) || login, email: kept(email) };
}

/** A commit as git hashes it. */
export function commitBytes(commit: CommitContent): Uint8Array<ArrayBuffer> {
  const seconds = Math.floor(commit.date / 1_000);
  const by = ({ name, email }: Person): string => `${name} <${email}> ${seconds} +0000`;
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${by(commit.author)}`,
    `committer ${by(commit.committer)}`,
    '',
    commit.message,
  ];
  const body = new TextEncoder().encode(lines.join('\n'));
  const head = new TextEncoder().encode(`commit ${body.length}\0`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
