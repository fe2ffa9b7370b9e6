// One account at Hail Batch over an injected fetch: requests, answers checked against their schemas, faults
// classified. Retries nothing by itself.
import type { z } from 'zod';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Credentials } from '../credentials.ts';
import { faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { timedFetch } from '../timed-fetch.ts';
import type { BatchApi } from './api.ts';

/** Writing thousands of jobs takes Batch some time. */
const WRITE_TIMEOUT_MS = 30_000;
/** Who waits for one answer keeps others waiting. */
const READ_TIMEOUT_MS = 10_000;

export interface BatchConnectionOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For one whole answer; 30 s unless told, 10 s for reading. */
  readonly timeoutMs?: number;
}

export class BatchConnection implements BatchApi {
  readonly #options: BatchConnectionOptions;
  readonly #read: typeof globalThis.fetch;
  readonly #write: typeof globalThis.fetch;

  constructor(options: BatchConnectionOptions) {
    this.#options = options;
    this.#read = timedFetch(options.fetch, options.timeoutMs ?? READ_TIMEOUT_MS);
    this.#write = timedFetch(options.fetch, options.timeoutMs ?? WRITE_TIMEOUT_MS);
  }

  async request<T extends z.ZodType>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    answer: T,
    body?: string,
  ): Promise<Result<z.infer<T>, Fault>> {
    return this.#ask(method, path, body, async (response) => {
      const text = await response.text();
      return answer.parse(text === '' ? undefined : JSON.parse(text));
    });
  }

  tail(path: string, bytes: number): Promise<Result<string, Fault>> {
    return this.#ask('GET', path, undefined, (response) => lastOf(response, bytes));
  }

  async #ask<T>(
    method: string,
    path: string,
    body: string | undefined,
    read: (response: Response) => Promise<T>,
  ): Promise<Result<T, Fault>> {
    const { url, credentials, now } = this.#options;
    const token = await credentials.token();
    if (!token.ok) return token;
    try {
      const fetch = method === 'GET' ? this.#read : this.#write;
      const response = await fetch(`${url}/api/v1alpha${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token.value}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (response.ok) return ok(await read(response));
      if (response.status === 401) credentials.refused(token.value);
      return err(
        faultOfBatch({
          status: response.status,
          // Batch puts its words into the body; a status line's reason is lost on the way.
          message: wordsOf(await response.text(), response.status),
          header: (name) => response.headers.get(name),
          now: now(),
        }),
      );
    } catch (error) {
      return err(faultOfThrown(error));
    }
  }
}

/** Holds no more than it gives back, however long the answer is. */
async function lastOf(response: Response, bytes: number): Promise<string> {
  let kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    kept.push(chunk);
    size += chunk.length;
    const first = kept[0]?.length ?? 0;
    if (size - first >= bytes) {
      kept = kept.slice(1);
      size -= first;
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of kept) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(whole.subarray(Math.max(0, size - bytes)));
}

const wordsOf = (body: string, status: number): string =>
  body.replace(new RegExp(`^${status}: `), '').slice(0, 500) || 'no reason given';

/** That the account is not known, or may not do what it asked for, is for whoever runs Sluice to mend. */
function faultOfBatch(failure: Parameters<typeof faultOfHttp>[0]): Fault {
  const fault = faultOfHttp(failure);
  const isOurs = failure.status === 401 || failure.status === 403;
  return fault.kind === 'refused' && isOurs
    ? { kind: 'misconfigured', message: `Batch refuses us: ${fault.message}` }
    : fault;
}
