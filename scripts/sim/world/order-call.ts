// What a call that creates a batch asks for, read off its own words.
import { purposeOf } from '../../../src/core/batch-attributes.ts';
import type { BatchPurpose } from '../../../src/core/observation.ts';
import type { Order } from './batch-world.ts';
import type { Call } from './wire.ts';

/** @returns null for any other call */
export function orderOf({ name, args }: Call): { token: string; purpose: BatchPurpose } | null {
  if (name !== 'batch.create') return null;
  const { token, attributes } = args[0] as Order;
  const ours = purposeOf(attributes);
  return ours && { token, purpose: ours.purpose };
}
