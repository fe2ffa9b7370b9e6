// What GitHub's answers say of its limits, and which requests may be sent after them.
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import {
  type Allowance,
  type GithubBudget,
  heard,
  presentBudget,
  refusalOf,
  unknownBudget,
} from '../../src/core/github-budget.ts';
import { NOON } from '../support/builders.ts';

const HOUR = 3_600_000;
const RESERVE = 0.1;
const left = (remaining: number, resetsAt = NOON + HOUR, limit = 5_000): Allowance => ({
  ...{ limit, remaining, resetsAt },
  used: limit - remaining,
});
const told = (...answers: readonly (Allowance | Fault)[]): GithubBudget =>
  answers.reduce<GithubBudget>((budget, told) => {
    const [allowance, fault] = 'kind' in told ? [null, told] : [told, null];
    return heard(budget, { resource: 'core', allowance, fault }, NOON);
  }, unknownBudget);
const may = (budget: GithubBudget, purpose: 'everyday' | 'landing', now = NOON) =>
  refusalOf(budget, { resource: 'core', purpose }, RESERVE, now)?.kind ?? 'yes';
const secondary = (retryAfterMs: number): Fault => ({
  ...{ kind: 'rate_limited', message: 'a secondary rate limit', retryAfterMs },
});

describe('S3.3 what is left', () => {
  it.each<[left: number, everyday: string, landing: string]>([
    [5_000, 'yes', 'yes'],
    [501, 'yes', 'yes'],
    [500, 'reserved', 'yes'],
    [1, 'reserved', 'yes'],
    [0, 'rate_limited', 'rate_limited'],
  ])('%i of 5000: everyday calls %s, landings %s', (remaining, everyday, landing) => {
    const budget = told(left(remaining));
    expect([may(budget, 'everyday'), may(budget, 'landing')]).toEqual([everyday, landing]);
  });

  it('says how many there are and when there are more', () => {
    expect(refusalOf(told(left(7)), { resource: 'core', purpose: 'everyday' }, 0.1, NOON)).toEqual({
      kind: 'reserved',
      message: '7 of 5000 requests of this hour (core) are left, which are kept for landings',
      retryAfterMs: HOUR,
    });
  });

  it('is for two hours at most, whatever a clock that is wrong says', () => {
    const budget = told(left(0, NOON + 400 * 24 * HOUR));
    expect(may(budget, 'everyday', NOON + 2 * HOUR - 1)).toBe('rate_limited');
    expect(may(budget, 'everyday', NOON + 2 * HOUR)).toBe('yes');
  });

  it('is another number for GraphQL', () => {
    const asked = { resource: 'graphql', purpose: 'everyday' } as const;
    expect(refusalOf(told(left(0)), asked, RESERVE, NOON)).toBeNull();
  });

  it('counts until its hour is over, and then everything may be asked again', () => {
    const budget = told(left(0));
    expect(may(budget, 'everyday', NOON + HOUR - 1)).toBe('rate_limited');
    expect(may(budget, 'everyday', NOON + HOUR)).toBe('yes');
    expect(presentBudget(budget, NOON + HOUR)).toEqual(unknownBudget);
  });

  it.each<[what: string, then: Allowance, remaining: number]>([
    ['an answer that was overtaken', left(480), 470],
    ['a server whose hour ends a second earlier', left(460, NOON + HOUR - 1_000), 460],
    ['an answer of the hour before', left(3, NOON + 1_000), 470],
    ['the next hour', left(4_999, NOON + 2 * HOUR), 4_999],
    ['a limit that was raised', left(900, NOON + HOUR, 6_000), 900],
  ])('after %s', (_, then, remaining) => {
    expect(told(left(470), then).left.core?.remaining).toBe(remaining);
  });
});

describe('S3.3 a secondary limit', () => {
  it('holds everything, landings too, for as long as it says', () => {
    const budget = told(left(4_000), secondary(60_000));
    const asked = { resource: 'graphql', purpose: 'landing' } as const;
    expect(refusalOf(budget, asked, RESERVE, NOON + 20_000)).toEqual({
      kind: 'rate_limited',
      message: 'GitHub wants us to wait: a secondary rate limit',
      retryAfterMs: 40_000,
    });
    expect(refusalOf(budget, asked, RESERVE, NOON + 60_000)).toBeNull();
  });

  it('is not shortened by the answer of a request that was under way', () => {
    const budget = told(secondary(60_000), secondary(5_000), left(4_000));
    expect(budget.forbidden?.until).toBe(NOON + 60_000);
  });

  it('is none when the hour is spent: GraphQL may go on', () => {
    const fault = secondary(HOUR);
    const spent = heard(unknownBudget, { resource: 'core', allowance: left(0), fault }, NOON);
    expect(spent.forbidden).toBeNull();
    expect(may(spent, 'landing')).toBe('rate_limited');
  });

  it('is taken for one when GitHub’s hour is over by our clock alone', () => {
    const allowance = left(0, NOON - 5_000);
    const spent = heard(
      unknownBudget,
      { resource: 'core', allowance, fault: secondary(60_000) },
      NOON,
    );
    expect(may(spent, 'landing')).toBe('rate_limited');
  });

  it.each<Fault>([
    { kind: 'unknown', message: 'cut' },
    { kind: 'refused', message: 'no', status: 403 },
    { kind: 'reserved', message: 'kept', retryAfterMs: HOUR },
  ])('is no $kind', (fault) => {
    expect(told(fault)).toEqual(unknownBudget);
  });
});
