// What every poll reads by REST, a branch and its rules, is asked for with the ETag of the last answer: when nothing has
// changed GitHub answers 304 and counts nothing. Forgotten with the isolate, and then asked for in full.
// An ETag is its token's (P21), so that an answer is known by its token, too.

/** `GET …/branches/{branch}`, `GET …/rules/branches/{branch}` */
const POLLED = /\/repos\/[^/]+\/[^/]+\/(rules\/)?branches\/[^/?]+(\?|$)/;
/** Two for each branch, with an old token's beside the new one's. */
const KEPT_MAX = 400;

interface Known {
  readonly etag: string;
  readonly type: string;
  readonly body: string;
}

export class KnownAnswers {
  /** Oldest first. */
  readonly #answers = new Map<string, Known>();

  of(request: string): Known | undefined {
    return this.#answers.get(request);
  }

  keep(request: string, answer: Known): void {
    this.#answers.delete(request);
    this.#answers.set(request, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT_MAX && oldest !== undefined) this.#answers.delete(oldest);
  }
}

export const conditionalFetch =
  (fetch: typeof globalThis.fetch, answers: KnownAnswers): typeof globalThis.fetch =>
  async (input, init) => {
    const headers = new Headers(init?.headers);
    if ((init?.method ?? 'GET') !== 'GET' || !POLLED.test(String(input))) return fetch(input, init);
    const request = `${headers.get('authorization')} ${input}`;
    const known = answers.of(request);
    if (known) headers.set('if-none-match', known.etag);
    const response = await fetch(input, { ...init, headers });
    if (response.status === 304 && known) return asBefore(response, known);
    const etag = response.headers.get('etag');
    if (response.status !== 200 || etag === null) return response;
    const body = await response.text();
    answers.keep(request, { etag, type: response.headers.get('content-type') ?? '', body });
    return new Response(body, { status: 200, headers: response.headers });
  };

/** What is left of the limits is as the new answer says. */
function asBefore({ headers }: Response, { type, body }: Known): Response {
  const told = new Headers(headers);
  told.set('content-type', type);
  return new Response(body, { status: 200, headers: told });
}
