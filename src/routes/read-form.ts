// The fields of a form that was sent, checked; what is wrong with them as a sentence for the page that it came from.
import type { Context } from 'hono';
import type { z } from 'zod';
import { mistakesIn } from '../core/mistakes.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Flash } from '../views/page-context.ts';

export type FormContext = Context<AppEnv>;

export async function readForm<T extends z.ZodType>(
  c: FormContext,
  schema: T,
): Promise<Result<z.infer<T>, Flash>> {
  const form = schema.safeParse(await c.req.parseBody());
  if (form.success) return ok(form.data);
  return err({ tone: 'bad', text: mistakesIn(form.error) });
}
