/**
 * The validators of Batch's protocol, each with the sentence in which Batch refuses a value. Knows no
 * particular shape.
 */
import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** Stands in a sentence for the value's place, such as `jobs[0].env[1].name`. No client writes it. */
export const here = '\u0000';

export const isNot = (type: string): string => `${here} is not <class '${type}'>`;

export const str = z.string(isNot('str'));
export const bool = z.boolean(isNot('bool'));
/** Python counts true and false as numbers, so Batch takes them for 1 and 0. */
const numberOfBoolean = (value: unknown): unknown =>
  typeof value === 'boolean' ? Number(value) : value;
export const int = z.preprocess(numberOfBoolean, z.int(isNot('int')));

export const listOf = <T extends z.ZodType>(element: T) => z.array(element, isNot('list'));
export const dictOf = <T extends z.ZodType>(value: T) => z.record(z.string(), value, isNot('dict'));

export const keyed = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown keys in ${here}: ${pythonSet(issue.keys)}`
        : isNot('dict'),
  });

export const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, `${here} must be one of: ${pythonSet(values)}`);

/** The whole text must match. */
export const matching = (pattern: string, lengthMost?: number) =>
  str.superRefine((text, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (lengthMost !== undefined && text.length > lengthMost) {
      refuse(`length of ${here} must be <= ${lengthMost}`);
    } else if (!new RegExp(`^(?:${pattern})$`).test(text)) {
      refuse(`${here} must match regex: ${pattern}`);
    }
  });

/** Any of the two, refused with what both say. */
export const either = (first: z.ZodType<string>, second: z.ZodType<string>) =>
  z.unknown().transform((value, context): string => {
    const messages: string[] = [];
    for (const schema of [first, second]) {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      messages.push(parsed.error.issues[0]?.message ?? '');
    }
    const message = `${here} does not satisfy any conditions: ${messages.join(' or ')}`;
    context.addIssue({ code: 'custom', message, input: value });
    return z.NEVER;
  });

export const nonEmpty = str.min(1, `${here} cannot be empty`);

/** `condition` is said as it is written. */
export const number = (condition: string, holds: (value: number) => boolean) =>
  z.preprocess(
    numberOfBoolean,
    z
      .number(`${here} is not numeric`)
      .refine(holds, `${here} does not satisfy the condition ${condition}`),
  );

export const positiveInt = number('x > 0', (x) => Number.isInteger(x) && x > 0);
export const naturalInt = number('x >= 0', (x) => Number.isInteger(x) && x >= 0);

/** @throws {Refusal} 400 with the first thing that is wrong, in Batch's words. */
export function parseAs<T>(schema: z.ZodType<T>, place: string, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal(400, sentence(firstIssue(parsed.error.issues), place, body));
}

export function pythonSet(items: readonly string[]): string {
  return items.length === 0 ? 'set()' : `{${items.map((item) => `'${item}'`).join(', ')}}`;
}

/** Batch looks at an object's keys before it looks at their values; zod looks at them last. */
function firstIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const first = issues[0];
  const outer = issues
    .filter((issue) => issue.code === 'unrecognized_keys')
    .filter(({ path }) => path.every((key, depth) => first?.path[depth] === key))
    .sort((a, b) => a.path.length - b.path.length);
  return outer[0] ?? first;
}

function sentence(issue: z.core.$ZodIssue | undefined, place: string, body: unknown): string {
  if (!issue) return `${place} is not valid`;
  const key = issue.path.at(-1);
  if (key !== undefined && valueAt(body, issue.path) === undefined) {
    return `${placeName(place, issue.path.slice(0, -1))} missing required key ${String(key)}.`;
  }
  // Of a choice by `type`, Batch names the value where the key would stand.
  const path =
    issue.code === 'invalid_union'
      ? [...issue.path.slice(0, -1), String(valueAt(body, issue.path))]
      : issue.path;
  return issue.message.replaceAll(here, () => placeName(place, path));
}

/** A key of a dictionary, which the client chose, stands in brackets; one of Batch's after a dot. */
function placeName(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key, depth) => {
    const inDictionary = path[depth - 1] === 'attributes';
    return typeof key === 'number' || inDictionary
      ? `${name}[${String(key)}]`
      : `${name}.${String(key)}`;
  }, root);
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : value),
    body,
  );
}
