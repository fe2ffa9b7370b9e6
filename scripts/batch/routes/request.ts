/**
 * What every route needs from its request: its user, ids from the path and query, the JSON body.
 * Takes apart only; says nothing about what they mean.
 */
import type { Context } from 'hono';
import type { Breakable } from '../../local-server/faults.ts';
import { type BatchRecord, committedGroups, type GroupRecord, type JobRecord } from '../record.ts';
import { notFound, Refusal } from '../refusal.ts';

/** A request whose user is known. */
export type Signed = Breakable & { Variables: { user: string } };

/** @throws {Refusal} 500 when it is not a number, as Batch does. */
export function idOf(c: Context, name: string): number {
  return integer(c.req.param(name) ?? '');
}

/** A paging cursor, null when absent. @throws {Refusal} 500 */
export function cursorOf(c: Context, name: string): number | null {
  const value = c.req.query(name);
  return value === undefined ? null : integer(value);
}

/** false when absent. @throws {Refusal} 500 when it is neither true nor false. */
export function flagOf(c: Context, name: string): boolean {
  const value = c.req.query(name) ?? 'False';
  if (['True', 'true', '1'].includes(value)) return true;
  if (['False', 'false', '0'].includes(value)) return false;
  throw new Refusal(500, 'Internal Server Error');
}

/** The job that the path names, once its update is committed. @throws {Refusal} 404 */
export function visibleJob(c: Context, batch: BatchRecord): JobRecord {
  const job = batch.jobs.get(idOf(c, 'job'));
  const committed = batch.updates.some(({ id, committed }) => id === job?.updateId && committed);
  if (!job || !committed) throw notFound();
  return job;
}

/** The group that the path names, once its update is committed. @throws {Refusal} 404 */
export function visibleGroup(c: Context, batch: BatchRecord): GroupRecord {
  const id = idOf(c, 'group');
  const group = committedGroups(batch).find((candidate) => candidate.id === id);
  if (!group) throw notFound();
  return group;
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
