// The bytes of a commit as git writes them, and the SHA-1 of those: an independent answer to what a commit that we
// ask GitHub for must be called. Knows neither GitHub nor our client.
import { createHash } from 'node:crypto';

interface Person {
  readonly name: string;
  readonly email: string;
}

export interface CommitText {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** Seconds since the epoch, in UTC. */
  readonly seconds: number;
  /** To the last byte: nothing is appended. */
  readonly message: string;
}

export function shaOfCommit({
  tree,
  parents,
  author,
  committer,
  seconds,
  message,
}: CommitText): string {
  const by = ({ name, email }: Person): string => `${name} <${email}> ${seconds} +0000`;
  const text = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${by(author)}`,
    `committer ${by(committer)}`,
    '',
    message,
  ].join('\n');
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`commit ${bytes.length}\0`).update(bytes).digest('hex');
}
