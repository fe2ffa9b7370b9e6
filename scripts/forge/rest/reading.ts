// What comes with a request and how lists go back: bodies by their schema, pages with their links.

import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import type { ForgeContext } from '../traffic.ts';

const PER_PAGE = 30;
const PER_PAGE_MAX = 100;

/** The body by its schema; an empty body counts as `{}`. Throws 400 or 422 Refusals. */
export async function readBody<T extends z.ZodType>(
  c: ForgeContext,
  schema: T,
): Promise<z.output<T>> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Refusal(422, `Invalid request.\n\n${z.prettifyError(parsed.error)}`);
}

const positive = (text: string | undefined, fallback: number): number => {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value > 0 ? value : fallback;
};

export const perPage = (c: ForgeContext): number =>
  Math.min(positive(c.req.query('per_page'), PER_PAGE), PER_PAGE_MAX);

/** One page of a list, with the Link header that leads to the others. */
export function page<T>(c: ForgeContext, items: readonly T[]): T[] {
  const size = perPage(c);
  const number = positive(c.req.query('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string): string => {
    const url = new URL(c.req.url);
    url.searchParams.set('page', String(to));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((number - 1) * size, number * size);
}
