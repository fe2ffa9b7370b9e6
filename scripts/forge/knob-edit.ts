// Turns some of the knobs and leaves the others as they are.

import { z } from 'zod';
import { type Knobs, knobsSchema, type Limits, limitsSchema } from './model/knobs.ts';
import { Refusal } from './refusal.ts';

export const knobEdit = z.record(z.string(), z.unknown());
export type KnobEdit = z.output<typeof knobEdit>;

function turned<T extends z.ZodType>(schema: T, now: object, edit: KnobEdit): z.output<T> {
  const parsed = schema.safeParse({ ...now, ...edit });
  if (parsed.success) return parsed.data;
  throw new Refusal(422, z.prettifyError(parsed.error));
}

/** Throws a 422 Refusal that says which knob there is not, or cannot be turned there. */
export const turnKnobs = (now: Knobs, edit: KnobEdit): Knobs => turned(knobsSchema, now, edit);

export const turnLimits = (now: Limits, edit: KnobEdit): Limits => turned(limitsSchema, now, edit);
