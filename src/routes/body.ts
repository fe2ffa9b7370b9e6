// The bodies of commands, and how a route refuses: with one sentence that says what was wrong.
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { mistakesIn } from '../core/mistakes.ts';

/** `curl -d` calls everything a form, and the existing service never looked: what is no JSON shows when it is read. */
const MAY_BE_JSON =
  /^(application\/([\w.-]+\+)?json|text\/plain|application\/x-www-form-urlencoded)\s*(;|$)/i;

/** An empty body counts as an empty object. */
export async function parsed<T extends z.ZodType>(
  request: Request,
  schema: T,
): Promise<z.infer<T>> {
  const type = request.headers.get('content-type') ?? 'application/json';
  if (!MAY_BE_JSON.test(type)) throw refuse(415, `the body is ${type}; expected application/json`);
  const text = await request.text();
  let json: unknown;
  try {
    json = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw refuse(400, 'the body is not JSON');
  }
  const body = schema.safeParse(json);
  if (!body.success) throw refuse(400, mistakesIn(body.error));
  return body.data;
}

export const refuse = (status: 400 | 404 | 409 | 415 | 502, sentence: string): HTTPException =>
  new HTTPException(status, { message: `${status}: ${sentence}` });
