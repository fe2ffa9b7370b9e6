// The one place that knows what a credential has left at GitHub: asked before each request, told of each answer.
// A Worker isolate has one for each credential, whatever branches share it; what another isolate asks is seen in
// the next answer. Forgotten with the isolate: the first answer tells anew. Requests under way are finished.
import { RateLimitHeaders } from '../../../schemas/github-limits.ts';
import type { Fault } from '../../core/fault.ts';
import {
  type Allowance,
  type GithubBudget,
  heard,
  type Purpose,
  presentBudget,
  type Resource,
  refusalOf,
  unknownBudget,
} from '../../core/github-budget.ts';
import { err, type Result } from '../../core/result.ts';
import { scopeProblem } from '../../core/token-scopes.ts';
import { listOf } from './needs.ts';

export interface Heard<T> {
  readonly answer: Result<T, Fault>;
  /** Of the HTTP response; nothing where there was none. */
  readonly header: (name: string) => string | null;
}

/** Sends a request of this kind, or answers in its place that it must wait. */
export type Spend = <T>(
  resource: Resource,
  send: () => Promise<Heard<T>>,
) => Promise<Result<T, Fault>>;

export const withoutLimits: Spend = async (_, send) => (await send()).answer;

interface BudgetOptions {
  /** The share of each limit that is kept for landings. */
  readonly reserve: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where GitHub's pages are. */
  readonly web: string;
  /** Hears once of what the credential may not do and should. */
  readonly onProblem: (sentence: string) => void;
}

export class Budget {
  readonly #options: BudgetOptions;
  #known = unknownBudget;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  get present(): GithubBudget {
    return presentBudget(this.#known, this.#options.now());
  }

  spending(purpose: Purpose): Spend {
    const { reserve, now, web, onProblem } = this.#options;
    return async (resource, send) => {
      const refusal = refusalOf(this.#known, { resource, purpose }, reserve, now());
      if (refusal) return err(refusal);
      const { answer, header } = await send();
      const told = this.#known.problem;
      const news = { ...readHeaders(header, resource), fault: answer.ok ? null : answer.error };
      this.#known = heard(this.#known, { ...news, ...problemOf(header, web) }, now());
      const { problem } = this.#known;
      if (problem !== null && problem !== told) onProblem(problem);
      return answer;
    };
  }
}

/** By credential; there are few, and each lives as long as its isolate. */
export class Budgets {
  readonly #byCredential = new Map<string, Budget>();

  of(credential: string, options: BudgetOptions): Budget {
    const known = this.#byCredential.get(credential) ?? new Budget(options);
    this.#byCredential.set(credential, known);
    return known;
  }
}

function readHeaders(
  header: Heard<unknown>['header'],
  asked: Resource,
): { readonly resource: Resource; readonly allowance: Allowance | null } {
  const read = RateLimitHeaders.safeParse({
    limit: header('x-ratelimit-limit'),
    used: header('x-ratelimit-used'),
    remaining: header('x-ratelimit-remaining'),
    reset: header('x-ratelimit-reset'),
    resource: header('x-ratelimit-resource') ?? asked,
  });
  if (!read.success) return { resource: asked, allowance: null };
  const { resource, reset, ...counts } = read.data;
  return { resource, allowance: { ...counts, resetsAt: reset * 1000 } };
}

/** Of a classic token GitHub tells with every answer what it may do; of others never. */
function problemOf(header: Heard<unknown>['header'], web: string): { problem?: string | null } {
  const scopes = header('x-oauth-scopes');
  return scopes === null ? {} : { problem: scopeProblem(listOf(scopes), web) };
}
