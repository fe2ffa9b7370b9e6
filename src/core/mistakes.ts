// What is wrong with something that was sent, in one line: each mistake with its place. Pure.
import { z } from 'zod';

/** Of a body that is nothing but mistakes, so many are enough to find out. */
const TOLD_MAX = 5;

/** Zod's word for what is missing. */
const MISSING = /, received undefined$/;

/** What zod says before it ("Too small: ") is told by the value, or by the place; that it is missing is said better. */
export const expectation = (message: string): string =>
  message.replace(/^[A-Z][a-z ]*: (?=expected)/, '').replace(MISSING, '');

export function mistakesIn({ issues }: z.ZodError): string {
  const told = issues.slice(0, TOLD_MAX).map(({ path, message }) => {
    const place = z.core.toDotPath(path);
    const expected = expectation(message);
    if (place === '') return expected;
    return `${place}${MISSING.test(message) ? ' is missing; ' : ': '}${expected}`;
  });
  const more = issues.length > TOLD_MAX ? [`and ${issues.length - TOLD_MAX} more`] : [];
  // Names are repeated as they were sent, and may have lines of their own.
  return [...told, ...more].join('; ').replace(/\s+/g, ' ');
}

/** Of a form: what is wrong with a field, by its name. */
export type Mistakes = ReadonlyMap<string, readonly string[]>;

/** All of them: whoever fills a form in again is to do so once. */
export function mistakesByField({ issues }: z.ZodError): Mistakes {
  const byField = Map.groupBy(issues, ({ path }) => String(path[0]));
  return new Map(
    [...byField].map(([field, ofIt]) => [field, ofIt.map(({ message }) => expectation(message))]),
  );
}
