// The message of the commit that is tested and lands: the pull request's title and body at the time
// of the test (S6.2).
import type { PullFacts } from '../../schemas/state.ts';
import { digest } from './digest.ts';

type Text = Pick<PullFacts, 'title' | 'body' | 'number'>;

/** `Title (#n)`, an empty line, the body; no newline at the end, as GitHub's own squash commits. */
export function commitMessage({ title, body, number }: Text): string {
  const text = body.replaceAll('\r\n', '\n').trim();
  const subject = `${title.replace(/\s+/g, ' ').trim()} (#${number})`;
  return text === '' ? subject : `${subject}\n\n${text}`;
}

export const messageDigest = (text: Text): string => digest(commitMessage(text));
