// What is wrong with settings, one sentence a mistake, each naming the field, the value and what was expected (S1.2). Pure.
import type { z } from 'zod';
import { settingNames } from '../../schemas/config.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { expectation } from './mistakes.ts';

/** @param prefix before every field's name */
export function sentences(error: z.ZodError, input: unknown, prefix: string): string[] {
  return error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    if (keys.length > 0)
      return `${where(prefix, [...issue.path, keys[0] ?? ''])} is not a setting${didYouMean(keys[0] ?? '', settingNames)}; expected one that schemas/config.ts lists.`;
    const value = valueAt(input, issue.path);
    const shown = value === undefined ? 'is missing' : `is ${display(issue.path, value)}`;
    return `${where(prefix, issue.path)} ${shown}; ${expectation(issue.message)}.`;
  });
}

/** A secret's value is never repeated. */
function display(path: readonly PropertyKey[], value: unknown): string {
  const secret = /TOKEN|SECRET|KEY/.test(String(path[0]));
  return secret ? `${String(value).length} characters long` : JSON.stringify(value).slice(0, 80);
}

function where(prefix: string, path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return `${prefix}${steps.join('').replace(/^\./, '')}`.replace(/\.(?=\[|$)/g, '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      value !== null && typeof value === 'object' ? Reflect.get(value, step) : undefined,
    input,
  );
}
