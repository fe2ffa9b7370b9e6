/**
 * What every route needs from its request: its user, ids from the path and query, the JSON body.
 * Takes apart only; says nothing about what they mean.
 */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { Refusal } from '../refusal.ts';

/** A request whose user is known. */
export type Signed = { Bindings: HttpBindings; Variables: { user: string } };

/** @throws {Refusal} 500 when it is not a number, as Batch does. */
export function idOf(c: Context, name: string): number {
  return integer(c.req.param(name) ?? '');
}

/** A paging cursor, null when absent. @throws {Refusal} 500 */
export function cursorOf(c: Context, name: string): number | null {
  const value = c.req.query(name);
  return value === undefined ? null : integer(value);
}

/** @throws {Refusal} 500 when it is not JSON, as Batch does. */
export async function jsonBody(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(500, 'Internal Server Error');
    throw error;
  }
}

function integer(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Refusal(500, 'Internal Server Error');
  return Number(text);
}
