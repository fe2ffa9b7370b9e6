// The simulator's GitHub and Batch as a Worker meets them, over HTTP: what is asked is found out from method, path and
// body, and answered by the same worlds. Counts what it is asked.
import { batchRequest } from './batch-api.ts';
import type { BatchWorld } from './batch-world.ts';
import type { GithubWorld } from './github-world.ts';
import { graphqlRequests } from './graphql-requests.ts';
import { restRequests } from './rest-requests.ts';

export const GITHUB_URL = 'https://github.test';
export const BATCH_URL = 'https://batch.test';

export interface HttpAnswer {
  readonly status: number;
  readonly json: unknown;
}

export class Outside {
  /** Counted as it comes in: whoever is kept waiting has asked, too. */
  asked = 0;
  /** GitHub and Batch keep everybody waiting until it is over. */
  silence: Promise<void> | null = null;
  readonly #github: GithubWorld;
  readonly #batch: BatchWorld;

  constructor(github: GithubWorld, batch: BatchWorld) {
    this.#github = github;
    this.#batch = batch;
  }

  async answer(method: string, url: URL, body: string): Promise<HttpAnswer> {
    this.asked += 1;
    await this.silence;
    if (url.origin === BATCH_URL) return this.#ofBatch(method, url, body);
    return url.pathname === '/graphql' ? this.#ofGraphql(body) : this.#ofRest(method, url, body);
  }

  #ofGraphql(body: string): HttpAnswer {
    const { query, variables } = JSON.parse(body);
    const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
    const answer = graphqlRequests[operation]?.(variables, query).effect(this.#github);
    if (!answer) return { status: 400, json: { message: `no operation ${operation}` } };
    return 'body' in answer
      ? { status: 200, json: { data: answer.body } }
      : { status: 200, json: { errors: [{ message: answer.message }] } };
  }

  #ofRest(method: string, url: URL, body: string): HttpAnswer {
    for (const [route, request] of Object.entries(restRequests)) {
      const parameters = matched(route, `${method} ${url.pathname}`);
      if (parameters === null) continue;
      const given = { ...Object.fromEntries(url.searchParams), ...parameters };
      const answer = request({ ...given, ...(body ? JSON.parse(body) : {}) }).effect(this.#github);
      return 'body' in answer
        ? { status: 200, json: answer.body ?? {} }
        : { status: answer.status, json: { message: answer.message } };
    }
    return { status: 404, json: { message: 'Not Found' } };
  }

  #ofBatch(method: string, url: URL, body: string): HttpAnswer {
    const path = `${url.pathname}${url.search}`.replace('/api/v1alpha', '');
    const answer = batchRequest(method, path, body).effect(this.#batch);
    return answer.ok
      ? { status: 200, json: answer.value ?? {} }
      : { status: 404, json: answer.error.message };
  }
}

/** Things that are looked up by a number. */
const isNumbered = (name: string): boolean => /_(id|number)$/.test(name);

/** @returns what stands in the place of `{name}` and `{+name}`; null when it is another route */
function matched(route: string, asked: string): Record<string, string | number> | null {
  const pattern = route.replace(/\{(\+?)(\w+)\}/g, (_, plus, name) =>
    plus ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  const groups = new RegExp(`^${pattern}$`).exec(asked)?.groups;
  if (!groups) return null;
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => [
      name,
      isNumbered(name) ? Number(value) : decodeURIComponent(value),
    ]),
  );
}
