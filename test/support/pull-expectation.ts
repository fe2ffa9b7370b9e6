// What a story expects of one pull request, by asking the world and the program's own plan.

import { expect } from 'vitest';
import type { Check } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import { checkShown } from '../../scripts/sim/world/check-runs.ts';
import type { ReasonKind } from '../../src/core/reason.ts';
import type { Scenario } from './scenario.ts';

export class PullExpectation {
  readonly #ci: Scenario;
  readonly #pr: PullNumber;
  readonly #told: () => void;

  constructor(ci: Scenario, pr: PullNumber, told: () => void) {
    this.#ci = ci;
    this.#pr = pr;
    this.#told = told;
  }

  /** It landed once, is closed, and what is remembered of it was read back. */
  landed(): this {
    const ci = this.#ci;
    this.#told();
    const landings = ci.github.landings.filter(({ pr }) => pr === this.#pr);
    expect(landings.map(({ sha }) => ci.github.graph.contains(ci.main, sha))).toEqual([true]);
    const records = ci.object.state.landings.filter(({ pr }) => pr === this.#pr);
    for (const record of records) expect(record).toMatchObject({ verified: true, toClose: false });
    expect(records.length).toBe(ci.object.memoriesLost > 0 ? records.length : 1);
    expect(ci.github.pull(this.#pr).state).not.toBe('open');
    return this;
  }

  /** It waits, and these are among its reasons. */
  blockedBy(...kinds: readonly ReasonKind[]): this {
    expect(this.#reasons()).toEqual(expect.arrayContaining([...kinds]));
    return this;
  }

  /** Its one running batch tests its present commit. */
  testing({ on = this.#ci.main }: { on?: Sha } = {}): this {
    const running = this.#ci.batch.tests(this.#pr).filter(({ overAt }) => overAt === null);
    const { source } = this.#ci.github.pull(this.#pr);
    expect(running.map(({ purpose }) => purpose)).toMatchObject([
      { sourceSha: source.sha, targetSha: on },
    ]);
    return this;
  }

  notTesting(): this {
    const running = this.#ci.batch.tests(this.#pr).filter(({ overAt }) => overAt === null);
    expect(running).toEqual([]);
    return this;
  }

  /** How many batches were ever made for it. */
  testedTimes(times: number): this {
    expect(this.#ci.batch.tests(this.#pr)).toHaveLength(times);
    return this;
  }

  /** What GitHub shows on its commit. */
  shows(state: Check['state'], words = ''): this {
    const { sha } = this.#ci.github.pull(this.#pr).source;
    const check = checkShown(this.#ci.github.view, sha, this.#ci.object.config);
    expect(check).toMatchObject({ state, description: expect.stringContaining(words) });
    return this;
  }

  #reasons(): ReasonKind[] {
    const blocked = this.#ci.plan.blocked.find(({ pr }) => pr === this.#pr);
    return blocked?.reasons.map(({ kind }) => kind) ?? [];
  }
}
