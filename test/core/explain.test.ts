// Reason -> English, and the check that people see first.
import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../schemas/state.ts';
import { intendedCheck, sameCheck } from '../../src/core/check.ts';
import { explain } from '../../src/core/explain.ts';
import type { Reason, ReasonKind } from '../../src/core/reason.ts';
import {
  configOf,
  conflict,
  failed,
  HEAD,
  NOON,
  OLD_HEAD,
  pullOf,
  running,
  sourceOf,
  unbuilt,
} from '../support/builders.ts';

const config = configOf();
const asApp = configOf({ app: 5 });

/** One of each kind: the compiler wants a new one here when a kind is added. */
const ONE_OF_EACH: { [Kind in ReasonKind]: Extract<Reason, { kind: Kind }> } = {
  not_authorized: { kind: 'not_authorized', author: 'eve', sha: sourceOf(1) },
  not_approved: { kind: 'not_approved', approvals: 0, needed: 1 },
  changes_requested: { kind: 'changes_requested', by: ['bob'] },
  pull_unread: { kind: 'pull_unread', error: 'unexpected answer at title' },
  draft: { kind: 'draft' },
  do_not_merge_label: { kind: 'do_not_merge_label', label: 'WIP' },
  do_not_test_label: { kind: 'do_not_test_label', label: 'do-not-test' },
  check_failed: { kind: 'check_failed', check: 'lint' },
  check_pending: { kind: 'check_pending', check: 'lint', app: null },
  test_queued: { kind: 'test_queued', running: 3, max: 3 },
  test_starting: { kind: 'test_starting' },
  batch_unread: { kind: 'batch_unread', batch: 9, error: 'Internal Server Error (500)' },
  test_running: { kind: 'test_running', batch: 9, targetSha: HEAD },
  test_failed: { kind: 'test_failed', batch: 9, failure: '1 of 2 jobs failed' },
  unbuildable: { kind: 'unbuildable', why: { kind: 'conflict', message: 'It conflicts.' } },
  stale_test: { kind: 'stale_test', testedOn: OLD_HEAD, branchAt: HEAD },
  behind: { kind: 'behind', candidate: 7 },
  landing: { kind: 'landing' },
  landing_in_doubt: { kind: 'landing_in_doubt', pr: 7 },
  parked: { kind: 'parked', words: 'Rule violation', until: NOON },
  call_failing: { kind: 'call_failing', what: 'test', error: 'no answer', retryAt: NOON },
  frozen: { kind: 'frozen', reason: 'fire', by: 'alice', until: null },
  branch_not_mergeable: { kind: 'branch_not_mergeable' },
  deploying: { kind: 'deploying', batch: 9 },
  branch_not_read: { kind: 'branch_not_read' },
  branch_missing: { kind: 'branch_missing' },
};

describe('S10.2 every reason is explained', () => {
  it.each(Object.values(ONE_OF_EACH))(
    '$kind: what is the case, and what happens next',
    (reason) => {
      const { kind, text, next, who, at } = explain(reason, config);
      expect(kind).toBe(reason.kind);
      for (const sentence of [text, next]) {
        expect(sentence).toMatch(/^\S.*\S$/);
        expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
      }
      if (who !== null)
        expect(next, 'who is said beside it').not.toMatch(new RegExp(`^${who}\\b`, 'i'));
      expect(at).toBe(['parked', 'call_failing'].includes(kind) ? NOON : null);
    },
  );

  it.each<[reason: Reason, text: string]>([
    [ONE_OF_EACH.not_authorized, 'eve is not a known developer, so this commit is not run.'],
    [ONE_OF_EACH.not_approved, 'Not approved yet: 0 of 1 approvals.'],
    [
      { kind: 'not_approved', approvals: 1, needed: null },
      'Not approved yet: the branch requires a review.',
    ],
    [ONE_OF_EACH.changes_requested, 'Changes were requested by bob.'],
    [{ kind: 'changes_requested', by: [] }, 'Changes were requested.'],
    [
      { kind: 'check_pending', check: 'lint', app: 15368 },
      "The required check lint has not succeeded yet; by the branch's rules only GitHub App 15368 may report it.",
    ],
    [ONE_OF_EACH.stale_test, 'Its test passed on bbbbbbb, but main is now at aaaaaaa.'],
    [ONE_OF_EACH.behind, '#7 goes first.'],
    [ONE_OF_EACH.parked, 'Landing it failed: Rule violation'],
  ])('in plain words: %o', (reason, text) => {
    expect(explain(reason, config).text).toBe(text);
  });

  it.each([1, null])('says whose approvals count, of %s', (needed) => {
    const { next } = explain({ kind: 'not_approved', approvals: 0, needed }, config);
    expect(next).toContain('only approvals of people who may write to the repository count');
  });

  it('says exactly how a commit is authorized', () => {
    expect(explain(ONE_OF_EACH.not_authorized, config).next).toContain(
      `POST https://sluice.test/api/v1alpha/authorize_sha with {"sha": "${sourceOf(1)}"}`,
    );
  });
});

const eve = { login: 'eve', name: 'Eve', email: 'e@example.com' };
const unbuildable = (message: string): PullRequest =>
  pullOf(1, {
    build: { kind: 'unbuildable', targetSha: HEAD, why: { kind: 'build_yaml', message } },
  });

describe('S6.7 the check on a pull request', () => {
  it.each<[pull: string, given: PullRequest, state: string, description: string]>([
    ['waits', pullOf(1, { build: unbuilt }), 'pending', 'Waiting to be tested'],
    [
      'is not authorized',
      pullOf(1, { build: unbuilt, facts: { author: eve } }),
      'pending',
      'Not tested: eve is not a known developer. A maintainer can authorize 1001100; Details says how.',
    ],
    [
      'is labelled',
      pullOf(1, { build: unbuilt, facts: { labels: ['Do-Not-Test'] } }),
      'pending',
      'Not tested while labelled Do-Not-Test',
    ],
    ['is tested', pullOf(1, { build: running(1) }), 'pending', 'Testing on aaaaaaa in batch 101'],
    ['passed', pullOf(1), 'success', 'Passed on aaaaaaa in batch 101'],
    [
      'failed',
      pullOf(1, { build: failed(1) }),
      'failure',
      'Failed in batch 101: 1 of 2 jobs failed',
    ],
    ['conflicts', pullOf(1, { build: conflict() }), 'failure', 'It conflicts with main.'],
    [
      'has a broken build.yaml of several lines',
      unbuildable('build.yaml:3:\n  no such step'),
      'failure',
      'build.yaml:3: no such step',
    ],
  ])('that %s', (_pull, given, state, description) => {
    expect(intendedCheck(given, [], config)).toEqual({
      state,
      description,
      url: 'https://sluice.test/acme/bakery/pull/1',
    });
  });

  it.each<[length: string, message: string, description: string]>([
    ['140 characters stay', 'x'.repeat(140), 'x'.repeat(140)],
    ['141 are cut', 'x'.repeat(141), `${'x'.repeat(139)}…`],
    ['but after a word', `${'word '.repeat(28)}end`, `${'word '.repeat(27)}word…`],
    ['if the word is not most of it', `a ${'x'.repeat(200)}`, `a ${'x'.repeat(137)}…`],
    [
      'no character is cut in two, or GitHub would show another than was sent, for ever',
      `${'x'.repeat(138)}🥐🥐`,
      `${'x'.repeat(138)}…`,
    ],
    ['and half a character comes from nowhere else', 'x\uD83Ex', 'x\uFFFDx'],
  ])("fits into GitHub's 140 characters: %s", (_length, message, description) => {
    expect(intendedCheck(unbuildable(message), [], asApp).description).toBe(description);
  });

  it.each<[what: string, message: string, description: string]>([
    ['emoji', 'no step "🚧 deploy" ⌛', 'no step "\uFFFD deploy" ⌛'],
    ['before it is cut', '🚧'.repeat(140), '\uFFFD'.repeat(140)],
    ['nothing else', 'naïve “é…” 界 \uFFFD', 'naïve “é…” 界 \uFFFD'],
  ])(
    'has no character of four bytes where it is a commit status: %s',
    (_, message, description) => {
      expect(intendedCheck(unbuildable(message), [], config).description).toBe(description);
    },
  );

  it('tells the first of several mistakes, and how many there are besides', () => {
    const place = { file: 'build.yaml', line: 2, column: 3 };
    const told = (message: string, times: number) => {
      const mistakes = Array.from({ length: times }, () => ({ ...place, message }));
      const lines = mistakes.map(() => `build.yaml:2:3: ${message}`).join('\n');
      const why = { kind: 'build_yaml', message: lines, mistakes } as const;
      const pull = pullOf(1, { build: { kind: 'unbuildable', targetSha: HEAD, why } });
      const { description } = intendedCheck(pull, [], config);
      return [description, explain({ kind: 'unbuildable', why }, config).text];
    };
    const [one, six] = ['build.yaml:2:3: no such step', 'build.yaml:2:3: no such step; and 5 more'];
    expect([told('no such step', 1), told('no such step', 6)]).toEqual([
      [one, one],
      [six, six],
    ]);
    const [long = ''] = told('word '.repeat(40), 20);
    expect(long).toMatch(/ word…; and 19 more$/);
    expect(long.length).toBeLessThanOrEqual(140);
  });

  it('is the same only if nothing of it differs', () => {
    const check = intendedCheck(pullOf(1), [], config);
    const others = [
      null,
      { ...check, state: 'error' as const },
      { ...check, description: '' },
      { ...check, url: '' },
    ];
    expect([
      sameCheck(check, { ...check }),
      sameCheck(null, null),
      ...others.map((other) => sameCheck(check, other) || sameCheck(other, check)),
    ]).toEqual([true, true, false, false, false, false]);
  });
});
