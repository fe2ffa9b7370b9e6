// What the address of the event log says: of which branch, kind and pull request, and from where on. What makes no sense
// is as if it had not been said, since addresses are written by people; the page says so.
import { z } from 'zod';
import { EventKind } from './event.ts';
import { PullNumber } from './ids.ts';
import { leftOut } from './left-out.ts';

const KINDS = new Set(EventKind.options.flatMap((kind) => [kind, kind.split('.')[0] ?? kind]));

export const EventQuery = z.object({
  /** `owner/repo:branch`; the first that is watched unless said. */
  branch: z.string().max(300).catch('').default(''),
  /** `deploy.failed`, or `deploy` for everything of deploys. */
  kind: z
    .string()
    .refine((kind) => KINDS.has(kind))
    .catch('')
    .default(''),
  pr: z
    .string()
    .transform((text) => Number(text.replace(/^#/, '')))
    .pipe(PullNumber)
    .nullable()
    .catch(null)
    .default(null),
  /** Only events with a smaller `seq`. */
  before: z.coerce.number().int().min(1).nullable().catch(null).default(null),
});
export type EventQuery = z.infer<typeof EventQuery>;

const EXPECTED = {
  kind: 'a kind of event, such as deploy or deploy.failed',
  pr: 'the number of a pull request',
  before: 'the number of an event',
};

/** @returns a sentence for each thing that makes no sense */
export const leftOutOfEvents = (asked: Readonly<Record<string, string>>): string[] =>
  leftOut(asked, EventQuery.parse(asked), EventQuery.parse({}), EXPECTED);

export function eventQueryText(query: EventQuery): string {
  const said = Object.entries(query).filter(([, value]) => value !== null && value !== '');
  const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
