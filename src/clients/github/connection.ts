// One repository at GitHub over an injected fetch: requests, answers checked against their schemas,
// faults classified. No retries and no throttling: the loop decides what is asked again, and when.
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Fault } from '../../core/fault.ts';
import type { Resource } from '../../core/github-budget.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Credentials } from '../credentials.ts';
import { faultOfGraphql, faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { timedFetch } from '../timed-fetch.ts';
import type { GithubApi } from './api.ts';
import { type Spend, withoutLimits } from './budget.ts';
import { needsOf } from './needs.ts';

const TIMEOUT_MS = 20_000;

export interface ConnectionOptions {
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly owner: string;
  readonly repo: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For one whole answer; 20 s unless told. */
  readonly timeoutMs?: number;
  /** Asked before each request; unless told, nothing is held back. */
  readonly spend?: Spend;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Octokit's RequestError and GraphqlResponseError, by the parts that we read. */
const HttpError = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({ headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()) })
    .optional(),
});
const GraphqlError = z.object({
  name: z.literal('GraphqlResponseError'),
  errors: z
    .array(
      z.object({
        type: z.string().optional(),
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
      }),
    )
    .min(1),
  data: z.unknown(),
  headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
});

/** What goes with each call. */
interface Sending {
  readonly headers: { readonly authorization: string };
  readonly request: { readonly fetch: typeof globalThis.fetch };
}

export class Connection implements GithubApi {
  readonly #octokit: Octokit;
  readonly #options: ConnectionOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #spend: Spend;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#fetch = timedFetch(options.fetch, options.timeoutMs ?? TIMEOUT_MS);
    this.#spend = options.spend ?? withoutLimits;
    this.#octokit = new Octokit({
      baseUrl: options.apiUrl,
      userAgent: 'sluice',
      log: silent,
    });
  }

  async graphql<T extends z.ZodType>(
    query: string,
    variables: Record<string, unknown>,
    answer: T,
  ): Promise<Result<z.infer<T>, Fault>> {
    return this.#ask('graphql', answer, async (more) => {
      try {
        return await this.#octokit.graphql(query, { ...this.#repository(), ...variables, ...more });
      } catch (error) {
        return dataDespite(error, takesErrors(answer));
      }
    });
  }

  async rest<T extends z.ZodType>(
    route: string,
    parameters: Record<string, unknown>,
    answer: T,
  ): Promise<Result<z.infer<T>, Fault>> {
    return this.#ask('core', answer, async (more) => {
      const place = route.includes('{owner}') ? this.#repository() : {};
      const asked = { ...place, ...parameters, ...more };
      const response = await this.#octokit.request(route, asked);
      return response.status === 204 ? undefined : response.data;
    });
  }

  #repository(): { owner: string; repo: string } {
    return { owner: this.#options.owner, repo: this.#options.repo };
  }

  /**
   * Nothing is done for a token that is not known, so that the call may be made again with another.
   * @param call sends by the fetch that it is given: Octokit does not tell the headers of every answer
   */
  #ask<T extends z.ZodType>(
    resource: Resource,
    answer: T,
    call: (more: Sending) => Promise<unknown>,
  ): Promise<Result<z.infer<T>, Fault>> {
    const { credentials } = this.#options;
    return this.#spend(resource, async () => {
      let headers = new Headers();
      const fetch: typeof globalThis.fetch = async (...asked) => {
        const response = await this.#fetch(...asked);
        headers = response.headers;
        return response;
      };
      const header = (name: string): string | null => headers.get(name);
      for (let isFirst = true; ; isFirst = false) {
        const token = await credentials.token();
        if (!token.ok) return { answer: token, header };
        // An App's JWT is taken in this way alone.
        const authorization = `Bearer ${token.value}`;
        try {
          const read = await call({ headers: { authorization }, request: { fetch } });
          return { answer: ok(answer.parse(read)), header };
        } catch (error) {
          const isRefused = HttpError.safeParse(error).data?.status === 401;
          const isAnother = isRefused && credentials.refused(token.value);
          if (!(isFirst && isAnother)) return { answer: err(this.#faultOf(error)), header };
        }
      }
    });
  }

  #faultOf(error: unknown): Fault {
    const graphql = GraphqlError.safeParse(error);
    if (graphql.success) {
      const { errors, headers } = graphql.data;
      return faultOfGraphql({ errors, header: headerOf(headers), now: this.#options.now() });
    }
    const http = HttpError.safeParse(error);
    if (!http.success) return faultOfThrown(error);
    const { status, message, response } = http.data;
    // Octokit reports a connection that broke as a status of its own making.
    if (response === undefined) return { kind: 'unknown', message };
    const header = headerOf(response.headers);
    const fault = faultOfHttp({ status, message, header, now: this.#options.now() });
    if (status === 401 && !this.#options.credentials.renews)
      return { kind: 'misconfigured', message: `GitHub refuses us: ${fault.message}` };
    const needs = fault.kind === 'refused' && [403, 404].includes(status) ? needsOf(header) : null;
    return needs === null ? fault : { ...fault, message: `${fault.message}; it asks for ${needs}` };
  }
}

/** Does the answer tell which parts of it GitHub could not tell? */
const takesErrors = (answer: z.ZodType): boolean =>
  answer instanceof z.ZodObject && 'errors' in answer.shape;

/**
 * GitHub reports one part that is not there, or that it could not make, as an error beside all others' data. What it
 * forbids of the branch or of commits, as checks, is a permission of ours, for a person to give, and so a fault of the whole.
 * What else it forbids of one pull request depends on that one alone, which must not keep all others waiting.
 */
function dataDespite(error: unknown, takesErrors: boolean): unknown {
  const failed = GraphqlError.safeParse(error);
  if (!failed.success) throw error;
  const { errors, data } = failed.data;
  const broken = errors.filter(({ type, path = [] }) => type !== 'NOT_FOUND' || path.length < 2);
  if (broken.length === 0) return data;
  const isOfParts = broken.every(({ type = '', path = [] }) => {
    if (type.startsWith('FORBIDDEN')) return OF_ONE_PULL.test(path.join('.'));
    return path.length > PART_DEPTH && !type.startsWith('RATE_LIMIT');
  });
  if (!(takesErrors && isOfParts && isObject(data))) throw error;
  return { ...data, errors: broken };
}

/** `repository.pr812` is the whole of what was asked for; below it is a part. */
const PART_DEPTH = 2;
const OF_ONE_PULL = /^repository\.(pr\d+|pullRequests\.nodes\.\d+)\.(?!commits\b)/;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const headerOf =
  (headers: Record<string, string | number | undefined>) =>
  (name: string): string | null => {
    const value = headers[name];
    return value === undefined ? null : String(value);
  };
