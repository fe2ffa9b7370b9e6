// The message of the commit that is tested and lands: made by the settings' template of the pull request as it was at the
// time of the test (S6.2), with everybody else who wrote the commits that are squashed into it.
import type { PullFacts } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import { digest } from './digest.ts';

type Text = Pick<PullFacts, 'title' | 'body' | 'number' | 'author'>;
type Template = Pick<BranchConfig, 'commitMessage' | 'webUrl' | 'owner' | 'repo'>;

export interface CoAuthor {
  readonly name: string;
  readonly email: string;
}

/** No newline at the end, as GitHub's own squash commits. */
export function commitMessage(
  { title, body, number, author }: Text,
  { commitMessage: template, webUrl, owner, repo }: Template,
): string {
  const values: Readonly<Record<string, string>> = {
    title: title.replace(/\s+/g, ' ').trim(),
    number: String(number),
    body: body.replaceAll('\r\n', '\n').trim(),
    author: author.login,
    url: `${webUrl}/${owner}/${repo}/pull/${number}`,
  };
  // In one go: what stands in a title or a body is no field.
  return template.replace(/\{(\w+)\}/g, (_, field: string) => values[field] ?? '').trim();
}

export const messageDigest = (text: Text, template: Template): string =>
  digest(commitMessage(text, template));

const TRAILER = /^[A-Za-z][-A-Za-z]*: \S/;
const CO_AUTHOR = /^co-authored-by:.*<([^<>]*)>\s*$/gim;

/** Adds the trailers by which GitHub shows co-authors, for those whom the message does not name already. */
export function withCoAuthors(message: string, coAuthors: readonly CoAuthor[]): string {
  const known = new Set([...message.matchAll(CO_AUTHOR)].map(([, email = '']) => bare(email)));
  const lines = coAuthors.flatMap(({ name, email }) => {
    if (known.has(bare(email))) return [];
    known.add(bare(email));
    return [`Co-authored-by: ${name} <${email}>`];
  });
  if (lines.length === 0) return message;
  // Trailers are the last paragraph; git does not find them in two.
  const [, ...paragraphs] = message.split(/\n{2,}/);
  const last = paragraphs.at(-1)?.split('\n') ?? [''];
  const gap = last.every((line) => TRAILER.test(line)) ? '\n' : '\n\n';
  return `${message}${gap}${lines.join('\n')}`;
}

const bare = (email: string): string => email.trim().toLowerCase();
