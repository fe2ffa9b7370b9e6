// One account at a Kubernetes API server over an injected fetch, which may be a service binding's: a Worker cannot trust
// a cluster's own certificate authority by itself. Answers are checked against their schemas, faults classified. Retries
// nothing by itself.
import type { z } from 'zod';
import { StatusAnswer } from '../../../schemas/kubernetes-api.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { timedFetch } from '../timed-fetch.ts';
import type { KubernetesApi } from './api.ts';

/** A pass waits for it, so not for long: nothing that is asked here is urgent. */
const TIMEOUT_MS = 10_000;

export interface KubernetesConnectionOptions {
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For one whole answer; 10 s unless told. */
  readonly timeoutMs?: number;
}

export class KubernetesConnection implements KubernetesApi {
  readonly #options: KubernetesConnectionOptions;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: KubernetesConnectionOptions) {
    this.#options = options;
    this.#fetch = timedFetch(options.fetch, options.timeoutMs ?? TIMEOUT_MS);
  }

  async request<T extends z.ZodType>(
    method: 'GET' | 'DELETE',
    path: string,
    answer: T,
    body?: string,
  ): Promise<Result<z.infer<T>, Fault>> {
    const { url, token, now } = this.#options;
    try {
      const response = await this.#fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      if (response.ok) return ok(answer.parse(jsonOf(text)));
      const header = (name: string): string | null => response.headers.get(name);
      const { status } = response;
      return err(faultOfKubernetes({ status, message: wordsOf(text), header, now: now() }));
    } catch (error) {
      return err(faultOfThrown(error));
    }
  }
}

/** What a proxy in front of the server says is no JSON: the schema then tells that it cannot be read. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wordsOf(text: string): string {
  const { success, data } = StatusAnswer.safeParse(jsonOf(text));
  const words = (success ? data.message : text).slice(0, 500);
  // What is no word of any language says nothing to anybody.
  return /\p{L}{2}/u.test(words) ? words : 'no reason given';
}

/** That the token is not known, or may not do what was asked for, is for whoever runs Sluice to mend. */
function faultOfKubernetes(failure: Parameters<typeof faultOfHttp>[0]): Fault {
  const fault = faultOfHttp(failure);
  const isOurs = failure.status === 401 || failure.status === 403;
  return fault.kind === 'refused' && isOurs
    ? { kind: 'misconfigured', message: `Kubernetes refuses us: ${fault.message}` }
    : fault;
}
