// What a failed call means, and how long to wait after it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultOfGraphql, faultOfHttp, faultOfThrown } from '../../src/clients/fault-of.ts';
import { backoffMs, type Fault } from '../../src/core/fault.ts';
import { NOON } from '../support/builders.ts';

describe('S3.3 backoff with jitter', () => {
  it.each<[failures: number, ceilingMs: number]>([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [8, 256_000],
    [9, 300_000],
    [1_000, 300_000],
  ])('after %i failures in a row: between half of %i ms and all of it', (failures, ceilingMs) => {
    const delays = [0, 0.5, 1].map((random) => backoffMs(failures, random, null));
    expect(delays).toEqual([ceilingMs / 2, ceilingMs * 0.75, ceilingMs]);
  });

  it.each<[asked: string, retryAfterMs: number, delay: number]>([
    ['longer than we would', 90_000, 90_000],
    ['longer than we ever would', 3_600_000, 3_600_000],
    ['shorter than we would', 10, 1_000],
  ])('never less than the server asked for: %s', (_asked, retryAfterMs, delay) => {
    expect(backoffMs(1, 0, { kind: 'rate_limited', message: 'x', retryAfterMs })).toBe(delay);
  });
});

describe('S3.3 what an answer means', () => {
  const limited = (retryAfterMs: number, words: string): Fault => ({
    kind: 'rate_limited',
    message: words,
    retryAfterMs,
  });
  const reset = String((NOON + 42_000) / 1000);

  it.each<
    [answer: string, status: number, message: string, headers: Record<string, string>, fault: Fault]
  >([
    ['not found', 404, 'Not Found', {}, refused(404, 'Not Found (404)')],
    ['unauthorized', 401, 'Bad credentials', {}, refused(401, 'Bad credentials (401)')],
    [
      'forbidden',
      403,
      'Resource not accessible',
      {},
      refused(403, 'Resource not accessible (403)'),
    ],
    ['conflict', 409, 'Merge conflict', {}, refused(409, 'Merge conflict (409)')],
    ['unprocessable', 422, 'No commit found', {}, refused(422, 'No commit found (422)')],
    ['a server error', 500, 'Oops', {}, { kind: 'unknown', message: 'Oops (500)' }],
    ['a bad gateway', 502, 'Bad Gateway', {}, { kind: 'unknown', message: 'Bad Gateway (502)' }],
    ['a timeout of the server', 408, 'Timeout', {}, { kind: 'unknown', message: 'Timeout (408)' }],
    ['too many, with a time', 429, 'x', { 'retry-after': '7' }, limited(7_000, 'x (429)')],
    ['too many, without', 429, 'x', {}, limited(60_000, 'x (429)')],
    [
      'too many, with a date',
      429,
      'x',
      { 'retry-after': 'Mon, 23 Nov' },
      limited(60_000, 'x (429)'),
    ],
    [
      'the hourly limit',
      403,
      'API rate limit exceeded',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      limited(42_000, 'API rate limit exceeded (403)'),
    ],
    [
      'the hourly limit, by a clock that is a year ahead',
      403,
      'x',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' },
      limited(65 * 60_000, 'x (403)'),
    ],
    [
      'a time to wait that is none',
      429,
      'x',
      { 'retry-after': '9999999999' },
      limited(65 * 60_000, 'x (429)'),
    ],
    [
      'the hourly limit, which has been reset since',
      403,
      'x',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
      limited(60_000, 'x (403)'),
    ],
    [
      'the secondary limit',
      403,
      'You have exceeded a secondary rate limit',
      { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': reset },
      limited(60_000, 'You have exceeded a secondary rate limit (403)'),
    ],
    [
      'forbidden, with a time to wait',
      403,
      'x',
      { 'retry-after': '60' },
      limited(60_000, 'x (403)'),
    ],
  ])('%s', (_answer, status, message, headers, fault) => {
    const header = (name: string): string | null => headers[name] ?? null;
    expect(faultOfHttp({ status, message, header, now: NOON })).toEqual(fault);
  });

  it('of a page that some proxy answers with, as much is kept as anybody reads', () => {
    const page = { status: 502, message: '<p>'.repeat(1_000_000), header: () => null, now: NOON };
    const kept = [
      faultOfHttp(page),
      faultOfThrown(new Error(page.message)),
      faultOfGraphql({ ...page, errors: [{ message: page.message }] }),
    ];
    expect(kept.map(({ message }) => message.length <= 510)).toEqual([true, true, true]);
  });

  function refused(status: number, message: string): Fault {
    return { kind: 'refused', message, status };
  }
});

describe('S3.3 what is thrown instead of an answer', () => {
  it('an answer of another shape is unreadable, and says where', () => {
    const schema = z.object({ repository: z.object({ id: z.string() }) });
    const { error } = schema.safeParse({ repository: { id: 7 } });
    expect(faultOfThrown(error)).toEqual({
      kind: 'unreadable',
      message:
        'unexpected answer at repository.id: Invalid input: expected string, received number',
    });
  });

  it.each<[what: string, thrown: unknown, message: string]>([
    ['a cut connection', new TypeError('fetch failed'), 'fetch failed'],
    [
      'a timeout',
      new DOMException('The operation timed out', 'TimeoutError'),
      'The operation timed out',
    ],
    ['anything', 'boom', 'boom'],
  ])('%s may have had its effect', (_what, thrown, message) => {
    expect(faultOfThrown(thrown)).toEqual({ kind: 'unknown', message });
  });
});
