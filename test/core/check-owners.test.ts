// Checks on a commit that several pull requests have.
import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../schemas/state.ts';
import { actionKey } from '../../src/core/action-key.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { checkOwners, checksInDoubt } from '../../src/core/check-owners.ts';
import { BRANCH, configOf, outboxOf, pullOf, sourceOf, stateOf } from '../support/builders.ts';

const check = intendedCheck(pullOf(1), [], configOf());
const post = { kind: 'post_check', pr: 1, sha: sourceOf(1), check } as const;
const sharing = pullOf(4, { facts: { source: pullOf(1).facts.source } });
const key = actionKey(BRANCH, post);

describe('S9.2 a commit that two pull requests have', () => {
  it('shows the check of the older one', () => {
    expect(checkOwners(stateOf({ pulls: [sharing, pullOf(1)] })).get(sourceOf(1))).toBe(1);
  });

  it.each<[doubt: string, row: Partial<OutboxRow>, pull: typeof sharing, keys: string[]]>([
    ['may carry a check whose answer was lost', { state: 'unknown' }, sharing, [key]],
    ['may carry one whose process died', { state: 'begun' }, sharing, [key]],
    ['carries none that certainly failed', { state: 'failed' }, sharing, []],
    [
      'is in no doubt when it shows one',
      { state: 'unknown' },
      { ...sharing, facts: { ...sharing.facts, shown: check } },
      [],
    ],
    ['nor when nobody has it any more', { state: 'unknown' }, pullOf(4), []],
  ])('%s', (_doubt, row, pull, keys) => {
    const state = stateOf({ pulls: [pull], outbox: outboxOf({ action: post, ...row }) });
    expect(checksInDoubt(state)).toEqual(keys);
  });
});
