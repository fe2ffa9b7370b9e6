// Judgements about one pull request: who may be tested, what keeps it from landing.
import { describe, expect, it } from 'vitest';
import type { PullFacts, ReportedCheck, Review, Rules } from '../../schemas/state.ts';
import {
  isAuthorized,
  otherCheckReasons,
  policyReasons,
  reviewReasons,
} from '../../src/core/judge-pull.ts';
import type { Reason } from '../../src/core/reason.ts';
import { approvedBy, configOf, factsOf, pullOf, sha, sourceOf } from '../support/builders.ts';

const config = configOf();
const stranger = { login: 'mallory', name: 'Mallory', email: 'm@example.com' };

describe('S5.1 who is tested', () => {
  it.each<[who: string, facts: Partial<PullFacts>, authorized: string[], allowed: boolean]>([
    ['a developer', {}, [], true],
    [
      'a developer, whatever the case of the login',
      { author: { ...stranger, login: 'Alice' } },
      [],
      true,
    ],
    ['a stranger', { author: stranger }, [], false],
    ['a stranger whose commit was registered', { author: stranger }, [sourceOf(1)], true],
    ['a stranger whose earlier commit was registered', { author: stranger }, [sha(5)], false],
  ])('%s', (_who, facts, authorized, allowed) => {
    expect(isAuthorized(factsOf(1, facts), authorized, config)).toBe(allowed);
  });
});

describe('S7.8 approval', () => {
  const review = (change: Partial<Review>): Review => ({ ...approvedBy(), ...change });
  const missing = (approvals: number, needed: number | null): Reason[] => [
    { kind: 'not_approved', approvals, needed },
  ];
  it.each<[reviews: string, review: Review, minimum: number, reasons: Reason[]]>([
    ["the branch's rule is satisfied", review({ decision: 'approved' }), 1, []],
    [
      'the rule is satisfied though ours would not be',
      review({ decision: 'approved', approvedBy: ['bob'] }),
      2,
      [],
    ],
    [
      'the rule wants one more than there are',
      review({ decision: 'review_required', approvedBy: ['bob'] }),
      1,
      missing(1, null),
    ],
    [
      'the rule wants one more, and ours would want none',
      review({ decision: 'review_required' }),
      0,
      missing(0, null),
    ],
    ['no rule, nobody approved', review({}), 1, missing(0, 1)],
    ['no rule, one approved', approvedBy('bob'), 1, []],
    ['no rule, one of two approved', approvedBy('bob'), 2, missing(1, 2)],
    ["the author's own approval does not count", approvedBy('alice'), 1, missing(0, 1)],
    ["the author's own approval beside another", approvedBy('alice', 'bob'), 2, missing(1, 2)],
    ['no rule, and none wanted', review({}), 0, []],
    [
      'one approved, another wants changes',
      review({ approvedBy: ['bob'], changesRequestedBy: ['carol'] }),
      1,
      [{ kind: 'changes_requested', by: ['carol'] }],
    ],
    [
      'changes are wanted even where none need approve',
      review({ changesRequestedBy: ['carol'] }),
      0,
      [{ kind: 'changes_requested', by: ['carol'] }],
    ],
    [
      'the rule says so, but nobody with a name does',
      review({ decision: 'changes_requested' }),
      1,
      [{ kind: 'changes_requested', by: [] }],
    ],
  ])('%s', (_reviews, review, minimumApprovals, reasons) => {
    expect(reviewReasons(factsOf(1, { review }), configOf({ minimumApprovals }))).toEqual(reasons);
  });
});

describe('S7.8 required checks', () => {
  const lint = (
    state: ReportedCheck['state'],
    app: ReportedCheck['app'] = null,
    required = false,
  ): ReportedCheck => ({ name: 'lint', app, state, required });
  const required = (app: number | null = null): Rules => ({ checks: [{ name: 'lint', app }] });
  const pending: Reason[] = [{ kind: 'check_pending', check: 'lint', app: null }];
  const pendingOf1: Reason[] = [{ kind: 'check_pending', check: 'lint', app: 1 }];
  const failure: Reason[] = [{ kind: 'check_failed', check: 'lint' }];

  it.each<[situation: string, rules: Rules | null, checks: ReportedCheck[], reasons: Reason[]]>([
    ['none is required', { checks: [] }, [lint('failure')], []],
    ['one never reported', required(), [], pending],
    ['it runs', required(), [lint('pending')], pending],
    ['it failed', required(), [lint('failure')], failure],
    ['it passed', required(), [lint('success')], []],
    [
      'another with the same name from another app failed',
      required(),
      [lint('success', 1), lint('failure', 2)],
      failure,
    ],
    [
      'another with the same name runs',
      required(),
      [lint('success', 1), lint('pending', 2)],
      pending,
    ],
    [
      'the wanted app passed, another failed',
      required(1),
      [lint('success', 1), lint('failure', 2)],
      [],
    ],
    ['only another app than the wanted reported', required(1), [lint('success', 2)], pendingOf1],
    [
      'the wanted app is to report, and only people did',
      required(1),
      [lint('success', null, true)],
      pendingOf1,
    ],
    [
      'some app reported by a status, and it is not known to be the wanted one',
      required(1),
      [lint('success', 'untold')],
      pendingOf1,
    ],
    [
      'some app reported by a status, which GitHub calls required',
      required(1),
      [lint('success', 'untold', true)],
      [],
    ],
    [
      'such a status failed, though the app has a run that passed',
      required(1),
      [lint('success', 1), lint('failure', 'untold', true)],
      failure,
    ],
    ['any will do, also of an app that is not told', required(), [lint('success', 'untold')], []],
    ['GitHub calls it required, no rule does', { checks: [] }, [lint('failure', 1, true)], failure],
    ['the same before the rules were read', null, [lint('pending', null, true)], pending],
    [
      'GitHub calls two of one name required, no rule does',
      { checks: [] },
      [lint('success', 1, true), lint('pending', 2, true)],
      pending,
    ],
    [
      'our own, whatever GitHub shows of it',
      { checks: [{ name: 'sluice', app: null }] },
      [{ name: 'sluice', app: null, state: 'failure', required: true }],
      [],
    ],
  ])('%s', (_situation, rules, checks, reasons) => {
    expect(otherCheckReasons(factsOf(1, { checks }), rules, config)).toEqual(reasons);
  });
});

describe('S7.1 what keeps a pull request from landing', () => {
  it('nothing', () => {
    expect(
      policyReasons(pullOf(1), { rules: { checks: [] }, authorized: [], unreadPulls: {} }, config),
    ).toEqual([]);
  });

  it('everything at once, each with its reason', () => {
    const pull = pullOf(1, {
      facts: {
        author: stranger,
        draft: true,
        labels: ['wip', 'Do-Not-Test', 'pretty'],
        review: approvedBy(),
      },
    });
    const rules = { checks: [{ name: 'lint', app: null }] };
    expect(policyReasons(pull, { rules, authorized: [], unreadPulls: {} }, config)).toEqual([
      { kind: 'not_authorized', author: 'mallory', sha: sourceOf(1) },
      { kind: 'draft' },
      { kind: 'do_not_merge_label', label: 'wip' },
      { kind: 'do_not_test_label', label: 'Do-Not-Test' },
      { kind: 'not_approved', approvals: 0, needed: 1 },
      { kind: 'check_pending', check: 'lint', app: null },
    ]);
  });
});
