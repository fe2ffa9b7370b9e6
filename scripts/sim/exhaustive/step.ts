// What may happen next in the exhaustive check, as data: a path of steps is a story that can be played again.
import type { BatchId } from '../../../schemas/ids.ts';
import type { Mark } from '../../../src/core/mark.ts';

/** What happens by itself, between two passes or in the middle of one. */
export type Outside =
  | { readonly kind: 'a message arrives'; readonly mark: Mark }
  | { readonly kind: 'a batch ends'; readonly batch: BatchId };

/** What becomes of one pass; calls and writes are counted from 1. */
export type Upset =
  | { readonly kind: 'dies at a call'; readonly call: number; readonly when: 'before' | 'after' }
  | {
      readonly kind: 'dies as it writes';
      readonly write: number;
      readonly when: 'before' | 'after';
    }
  | { readonly kind: 'meanwhile'; readonly call: number; readonly outside: Outside };

export type Step =
  | Outside
  | { readonly kind: 'a person approves' }
  | { readonly kind: 'a message is lost'; readonly mark: Mark }
  | { readonly kind: 'the process dies' }
  /** At once, or as late as the branch wishes to be woken: a retry, the next poll. */
  | { readonly kind: 'the alarm rings'; readonly upset: Upset | null };

/** @returns the step in words, for a story */
export function wordsOf(step: Step): string {
  switch (step.kind) {
    case 'a message arrives':
    case 'a message is lost':
      return `${step.kind}: ${JSON.stringify(step.mark)}`;
    case 'a batch ends':
      return `batch ${step.batch} ends`;
    case 'a person approves':
    case 'the process dies':
      return step.kind;
    case 'the alarm rings':
      return step.upset ? `${step.kind}; ${upsetWords(step.upset)}` : step.kind;
  }
}

function upsetWords(upset: Upset): string {
  switch (upset.kind) {
    case 'dies at a call':
      return `the process dies ${upset.when} call ${upset.call}`;
    case 'dies as it writes':
      return `the process dies ${upset.when} write ${upset.write}`;
    case 'meanwhile':
      return `as call ${upset.call} takes effect, ${wordsOf(upset.outside)}`;
  }
}
