// The text of a git commit, read and written byte for byte: the SHA of a commit made through the
// API must be the one anybody can compute from its fields. Pure.

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970, with the zone as git writes it, such as `+0000`. */
  readonly epoch: number;
  readonly zone: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** GitHub shows instants in UTC, to the second. */
export const isoSeconds = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

export const signatureDate = (signature: Signature): string =>
  isoSeconds(new Date(signature.epoch * 1000));

/** @param date ISO 8601; an offset is kept as the zone, `Z` becomes `+0000`. */
export function signature(name: string, email: string, date: string): Signature {
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(date);
  const zone = offset === null ? '+0000' : `${offset[1]}${offset[2]}${offset[3]}`;
  return { name, email, epoch: Math.floor(Date.parse(date) / 1000), zone };
}

const person = (signature: Signature): string =>
  `${signature.name} <${signature.email}> ${signature.epoch} ${signature.zone}`;

/** No newline is added to the message: `git commit -m` does so, GitHub's API does not. */
export function commitText(commit: Omit<Commit, 'sha'>): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${person(commit.author)}`,
    `committer ${person(commit.committer)}`,
  ];
  return `${lines.join('\n')}\n\n${commit.message}`;
}

/** Throws when the text is not a commit; git would not have stored it. */
export function parseCommit(sha: string, text: string): Commit {
  const split = text.indexOf('\n\n');
  const header = (split < 0 ? text : text.slice(0, split)).split('\n');
  const all = (key: string): string[] =>
    header.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const one = (key: string): string => {
    const [value] = all(key);
    if (value === undefined) throw new Error(`commit ${sha} has no ${key}`);
    return value;
  };
  return {
    sha,
    tree: one('tree'),
    parents: all('parent'),
    author: parsePerson(one('author')),
    committer: parsePerson(one('committer')),
    message: split < 0 ? '' : text.slice(split + 2),
  };
}

function parsePerson(line: string): Signature {
  const [, name = '', email = '', epoch = '0', zone = '+0000'] =
    /^(.*?) ?<([^>]*)> (-?\d+) ([+-]\d{4})$/.exec(line) ?? [];
  return { name, email, epoch: Number(epoch), zone };
}

const CO_AUTHOR = /^co-authored-by: *(.*?) *<([^<>]+)> *$/gim;

/** Who wrote a commit: its author, and whom its message names with `Co-authored-by`. */
export function authorsOf({ author, message }: Commit): Signature[] {
  const others = [...message.matchAll(CO_AUTHOR)].map(([, name = '', email = '']) => ({
    ...author,
    ...{ name, email },
  }));
  return [author, ...others];
}

/** GitHub shows messages without the newline at the end that `git commit` puts there. */
export const shownMessage = (commit: Commit): string => commit.message.replace(/\n+$/, '');

/** The first line of a message is the title, what follows the blank line is the body. */
export function splitMessage(message: string): { title: string; body: string } {
  const [title = '', ...rest] = message.trim().split('\n');
  return { title: title.trim(), body: rest.join('\n').trim() };
}
