// S10.1: developers by either of their names, and the version that the program believes to be.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONCERNS, findDeveloper } from '../../src/core/developers.ts';
import { VERSION } from '../../src/core/version.ts';
import type { Viewer } from '../../src/core/viewer.ts';

const alice = { github: 'alice', account: 'alice' };
const bob = { github: 'bob', account: 'carol' };
const carol = { github: 'carol', account: 'caroline' };
const developers = [alice, bob, carol];
const viewer = (login: string | null): Viewer => ({
  ...{ login, name: login ?? 'token bot', permissions: [], csrf: null },
});

describe('S10.1 a developer', () => {
  it.each<[name: string, login: string | null, found: object | null]>([
    ['alice', null, alice],
    ['ALICE', null, alice],
    ['bob', null, bob],
    ['carol', null, bob],
    ['caroline', null, carol],
    ['eve', null, null],
    ['me', 'Bob', bob],
    ['me', 'eve', null],
    ['me', null, null],
  ])('%s, asked for by %s: an account goes before a login', (name, login, found) => {
    expect(findDeveloper(developers, name, viewer(login))).toBe(found);
  });
});

describe('S10.2 whose turn it is', () => {
  type Pull = Parameters<typeof CONCERNS.open>[0];
  const pull: Pull = {
    author: 'alice',
    assignees: [],
    reviewers: [],
    build_state: 'success',
    review_state: 'pending',
    changes_requested_by: [],
    reasons: [],
  };
  type Change = Partial<Pull>;
  const changes: Change = { review_state: 'changes_requested', changes_requested_by: ['bob'] };

  it.each<[what: string, change: Change, login: string, isTheirs: boolean]>([
    ['its author while it is reviewed', {}, 'alice', false],
    ['its author when the test failed', { build_state: 'failure' }, 'Alice', true],
    ['its author when it cannot be tested', { build_state: 'error' }, 'alice', true],
    ['its author while it is a draft', { reasons: [{ kind: 'draft' }] }, 'alice', true],
    ['its author when a check failed', { reasons: [{ kind: 'check_failed' }] }, 'alice', true],
    ['its author when changes are asked for', changes, 'alice', true],
    [
      'its author when who asked for them is to look again',
      { ...changes, reviewers: ['Bob'] },
      'alice',
      false,
    ],
    [
      'its author when only another is to look',
      { ...changes, reviewers: ['carol'] },
      'alice',
      true,
    ],
    ['its author who has assigned it to herself', { assignees: ['alice'] }, 'alice', false],
    ['a stranger', {}, 'eve', false],
    ['who is asked for a review', { reviewers: ['bob'] }, 'BOB', true],
    ['who is asked to look again', { ...changes, reviewers: ['bob'] }, 'bob', true],
    ['who has asked for changes', changes, 'bob', false],
    [
      'who is asked when others have approved',
      { reviewers: ['bob'], review_state: 'approved' },
      'bob',
      false,
    ],
    [
      'who is asked about a draft',
      { reviewers: ['bob'], reasons: [{ kind: 'draft' }] },
      'bob',
      false,
    ],
    ['anybody when a team is asked, nobody knows which', { reviewers: ['a team'] }, 'carol', false],
    ['to whom it is assigned', { assignees: ['bob'] }, 'bob', true],
    [
      'to whom it is assigned while its author mends it',
      { ...changes, assignees: ['carol'] },
      'carol',
      false,
    ],
  ])('%s', (_what, change, login, isTheirs) => {
    expect(CONCERNS.action_required({ ...pull, ...change }, login)).toBe(isTheirs);
  });

  it('whose review it is', () => {
    const asked = { ...pull, reviewers: ['a team', 'Bob'], assignees: ['carol'] };
    const logins = ['alice', 'bob', 'carol', 'dave'];
    expect(logins.map((login) => CONCERNS.reviewer(asked, login))).toEqual([
      ...[false, true, true, false],
    ]);
  });
});

it('the version is that of the package', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: VERSION });
});
