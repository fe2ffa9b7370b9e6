// One table: what a failed call means (P3, P14). Knows errors of Octokit, of fetch and of zod; never
// retries anything itself.
import { z } from 'zod';
import type { Fault } from '../core/fault.ts';

/** GitHub's advice when it limits us without saying for how long. */
const UNSPECIFIED_LIMIT_MS = 60_000;
/** GitHub counts by the hour, and its clock may differ from ours. */
const LIMIT_MAX_MS = 65 * 60_000;

interface HttpFailure {
  readonly status: number;
  readonly message: string;
  readonly header: (name: string) => string | null;
  /** Milliseconds since the epoch, for a reset time in a header. */
  readonly now: number;
}

export function faultOfHttp({ status, message, header, now }: HttpFailure): Fault {
  const words = `${shortened(message)} (${status})`;
  if (status === 429 || (status === 403 && isLimit(message, header)))
    return { kind: 'rate_limited', message: words, retryAfterMs: retryAfterMs(header, now) };
  if (status >= 500 || status === 408) return { kind: 'unknown', message: words };
  return { kind: 'refused', message: words, status };
}

interface GraphqlError {
  readonly type?: string | undefined;
  readonly message: string;
  /** From the query's root to what could not be answered. */
  readonly path?: readonly (string | number)[] | undefined;
}

interface GraphqlFailure extends Pick<HttpFailure, 'header' | 'now'> {
  readonly errors: readonly GraphqlError[];
}

/** GraphQL answers 200 to nearly everything; the error's type tells (P3). */
export function faultOfGraphql({ errors, header, now }: GraphqlFailure): Fault {
  const message = errors.map((error) => error.message).join('; ');
  // Written RATE_LIMITED and RATE_LIMIT, by the kind of limit.
  if (errors.some(({ type }) => type?.startsWith('RATE_LIMIT')))
    return faultOfHttp({ status: 429, message, header, now });
  // It broke off while it worked, so that it may have done some of it.
  if (/^Something went wrong/m.test(message))
    return { kind: 'unknown', message: shortened(message) };
  if (errors.some(isOurs))
    return { kind: 'misconfigured', message: `GitHub refuses us: ${shortened(message)}` };
  return { kind: 'refused', message: shortened(message), status: 200 };
}

/**
 * What is always asked for may not be read: for whoever runs Sluice to mend. A change that is forbidden may be so for what it
 * changes.
 */
function isOurs({ type, path = [] }: GraphqlError): boolean {
  if (type === 'INSUFFICIENT_SCOPES') return true;
  if (path[0] !== 'repository') return false;
  return type === 'FORBIDDEN' || (type === 'NOT_FOUND' && path.length === 1);
}

const isLimit = (message: string, header: HttpFailure['header']): boolean =>
  header('x-ratelimit-remaining') === '0' ||
  header('retry-after') !== null ||
  /rate limit|abuse|rateLimitExceeded/i.test(message);

/** Whatever a header says: who is told of a longer time, or of one that has no date, asks again after that. */
function retryAfterMs(header: HttpFailure['header'], now: number): number {
  return Math.min(Math.max(0, toldMs(header, now)), LIMIT_MAX_MS);
}

function toldMs(header: HttpFailure['header'], now: number): number {
  const seconds = Number(header('retry-after'));
  if (header('retry-after') !== null && Number.isFinite(seconds)) return seconds * 1000;
  const reset = Number(header('x-ratelimit-reset')) * 1000;
  if (header('x-ratelimit-remaining') === '0' && reset > now) return reset - now;
  return UNSPECIFIED_LIMIT_MS;
}

/** For what is thrown before there is an answer, or when the answer is not what was promised. */
export function faultOfThrown(error: unknown): Fault {
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    const where = issue?.path.join('.') ?? '';
    return {
      kind: 'unreadable',
      message: shortened(`unexpected answer at ${where}: ${issue?.message ?? ''}`),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'unknown', message: shortened(message) };
}

/** They are stored and shown; and some proxies answer with a whole page. */
const WORDS_MAX = 500;
const shortened = (words: string): string =>
  words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX).toWellFormed()}…` : words;
