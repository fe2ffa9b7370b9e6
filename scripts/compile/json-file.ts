// A JSON document in a file, checked against what is expected of it. What is wrong is said in a sentence
// that names the file.
import type { z } from 'zod';
import { readText } from './repository.ts';

/** @throws {Error} with a sentence */
export function jsonOf<T extends z.ZodType>(file: string, schema: T): z.infer<T> {
  const text = readText(file);
  if (text === null) throw new Error(`${file}: there is no such file, or it is not text`);
  const parsed = schema.safeParse(parse(file, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the document';
  throw new Error(`${file}: ${field}: ${issue?.message ?? 'not as expected'}`);
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
