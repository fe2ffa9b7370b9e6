// Whose turn it is, for one person.
import { describe, expect, it } from 'vitest';
import { turnOf } from '../../src/core/mine.ts';
import { pullStatuses } from '../../src/loop/status.ts';
import { configOf, failed, NOON, pullOf, running, stateOf } from '../support/builders.ts';

const nobody = { decision: null, approvedBy: [], changesRequestedBy: [] };

describe('S8.4 a pull request waits', () => {
  it.each<[who: string, what: string, pull: ReturnType<typeof pullOf>, turn: string | null]>([
    ['alice', 'whose own test failed', pullOf(1, { build: failed(1) }), 'mine'],
    ['ALICE', 'whose own is a draft', pullOf(1, { facts: { draft: true } }), 'mine'],
    ['alice', 'whose own is being tested', pullOf(1, { build: running(1) }), 'others'],
    ['alice', 'whose own nobody approved', pullOf(1, { facts: { review: nobody } }), 'others'],
    [
      'bob',
      'who is to review it',
      pullOf(1, { facts: { review: nobody, reviewers: ['bob'] } }),
      'mine',
    ],
    [
      'bob',
      'who is assigned',
      pullOf(1, { facts: { review: nobody, assignees: ['Bob'] } }),
      'mine',
    ],
    ['bob', 'whose review it has', pullOf(1, { facts: { reviewers: ['bob'] } }), 'others'],
    ['bob', 'who has nothing to do with it', pullOf(1), null],
  ])('for %s, %s', (who, _what, pull, turn) => {
    const [status] = pullStatuses(stateOf({ pulls: [pull] }), configOf(), NOON);
    expect(status && turnOf(status, who)).toBe(turn);
  });
});
