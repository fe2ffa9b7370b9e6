// What the address of the table of pull requests says: what is looked for, and in which order. What makes no sense is as if
// it had not been said, since addresses are written by people; the page says so.
import { z } from 'zod';
import { leftOut } from './left-out.ts';

export const standings = [
  'landing',
  'ready',
  'testing',
  'waiting',
  'failed',
  'broken',
  'unauthorized',
] as const;
export type Standing = (typeof standings)[number];

export const sortKeys = ['queue', 'number', 'title', 'author', 'state'] as const;

const directions = ['asc', 'desc'] as const;

const TEXT_MAX = 200;
const Text = z.string().trim().max(TEXT_MAX).catch('');

export const PullQuery = z.object({
  /** Words that all occur in a title, author, label, source branch, commit or reason. */
  q: Text.default(''),
  author: Text.default(''),
  label: Text.default(''),
  /** `owner/repo:branch` */
  branch: Text.default(''),
  state: z
    .enum([...standings, ''])
    .catch('')
    .default(''),
  sort: z.enum(sortKeys).catch('queue').default('queue'),
  dir: z.enum(directions).catch('asc').default('asc'),
  page: z.coerce.number().int().min(1).catch(1).default(1),
});
export type PullQuery = z.infer<typeof PullQuery>;

const text = `at most ${TEXT_MAX} characters`;
const EXPECTED = {
  ...{ q: text, author: text, label: text, branch: text },
  state: `one of ${standings.join(', ')}`,
  sort: `one of ${sortKeys.join(', ')}`,
  dir: `one of ${directions.join(', ')}`,
  page: 'a number from 1',
};

/** @returns a sentence for each thing that makes no sense */
export const leftOutOfPulls = (asked: Readonly<Record<string, string>>): string[] =>
  leftOut(asked, PullQuery.parse(asked), PullQuery.parse({}), EXPECTED);

/** Without what is not said, so that an address is as short as can be. */
export function pullQueryText(query: PullQuery): string {
  const nothing = PullQuery.parse({});
  const said = Object.entries(query).filter(
    ([name, value]) => value !== Reflect.get(nothing, name),
  );
  const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
