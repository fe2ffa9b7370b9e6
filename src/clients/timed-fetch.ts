/**
 * A fetch that gives up. Nothing may hang: a call without an answer is a fault like any other.
 * @param timeoutMs for the whole answer, body included
 */
export const timedFetch =
  (fetch: typeof globalThis.fetch, timeoutMs: number): typeof globalThis.fetch =>
  (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    return fetch(input, { ...init, signal });
  };
