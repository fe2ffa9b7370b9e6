// A JSON document in a file, checked against what is expected of it. What is wrong is said in a sentence
// that names the file.
import type { z } from 'zod';
import { Mistake, textOf } from './repository.ts';

/** @throws {Mistake} */
export function jsonOf<T extends z.ZodType>(file: string, schema: T): z.infer<T> {
  const parsed = schema.safeParse(parse(file, textOf(file, file)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the document';
  throw new Mistake(`${file}: ${field}: ${issue?.message ?? 'not as expected'}`);
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Mistake(`${file}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
