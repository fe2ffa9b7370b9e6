/**
 * A short name for a pod template: another template has another one.
 */
import { createHash } from 'node:crypto';
import { alphabet } from '../dice.ts';
import { canonicalText } from '../object.ts';

const length = 10;

export function templateHash(template: unknown): string {
  const digest = createHash('sha256').update(canonicalText(template)).digest();
  return [...digest.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
