// One short story of a branch with the real clients over HTTP: four pull requests, of which one passes and lands, one waits
// for its approval and for somebody to be assigned, one fails, and a stranger's is authorized and lands from its fork. One
// answer of GitHub or Batch may be exchanged for another.
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import { bakery, bakeryRepo } from '../sim/world/bakery.ts';
import { BatchWorld, type WorldBatch } from '../sim/world/batch-world.ts';
import { BranchObject } from '../sim/world/branch-object.ts';
import { APP, GithubWorld } from '../sim/world/github-world.ts';
import { BATCH_URL, type HttpAnswer, Outside } from '../sim/world/outside.ts';
import { toldOfRights } from './github-rights.ts';
import { storyHands } from './story-hands.ts';

const BEGIN = 1_767_600_000_000;
const MINUTE = 60_000;
const ROUNDS = 6;
/** A pass that is due again at once so often goes round in circles. */
const PASSES_MAX = 40;
const FAILS = 3;
const FORKED = 4;

/** The branches that it can be told of: all that differs for GitHub is different. */
export const BRANCHES: Readonly<Record<string, BranchConfig>> = {
  token: bakery,
  app: { ...bakery, app: APP, landing: 'github', mergeMethod: 'merge' },
};

export type Api = 'github' | 'batch';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is answered to the how-manieth request of an API. */
export type Tamper = (api: Api, index: number, answer: Answer) => Answer;

export class Story {
  readonly github = new GithubWorld(
    bakeryRepo,
    () => this.#now,
    () => {},
  );
  readonly batch = new BatchWorld(
    () => this.#now,
    () => {},
  );
  /** What was said of the credentials. */
  readonly problems: string[] = [];
  readonly #object: BranchObject;
  readonly #outside = new Outside(this.github, this.batch);
  readonly #tamper: Tamper;
  readonly #asked: Record<Api, number> = { github: 0, batch: 0 };
  #now = BEGIN;

  constructor(tamper: Tamper, config: BranchConfig = bakery) {
    this.#tamper = tamper;
    this.github.pullsPerPage = 2;
    this.github.push('main', { 'build.yaml': 'jobs: 2', 'menu.txt': 'bread' });
    this.#open(1, { approvedBy: ['bob'] });
    this.#open(2, { body: '#assign bakers' });
    this.#open(FAILS, { approvedBy: ['bob'] });
    this.#open(FORKED, { approvedBy: ['bob'], author: 'mallory', repo: 'mallory/bakery' });
    const now = (): number => this.#now;
    const onProblem = (sentence: string): void => void this.problems.push(sentence);
    const hands = storyHands({ fetch: this.#fetch, now, onProblem });
    this.#object = new BranchObject(config, now, hands, () => {});
  }

  get state(): BranchState {
    return this.#object.state;
  }

  get config(): BranchConfig {
    return this.#object.config;
  }

  /** @returns what went wrong of the passes themselves; null: nothing did */
  async tell(): Promise<string | null> {
    for (let round = 0; round < ROUNDS; round++) {
      let passes = 0;
      do {
        if (++passes > PASSES_MAX) return `a pass was due at once ${PASSES_MAX} times in a row`;
        await this.#object.wake();
      } while (this.#object.alarm <= this.#now);
      for (const batch of this.batch.running) this.#finish(batch);
      if (round === 0) {
        const { sha } = this.github.pull(FORKED).source;
        this.#object.command({ kind: 'authorize', sha, by: 'bob' });
      }
      this.#now += 5 * MINUTE;
    }
    return null;
  }

  #open(
    number: number,
    pull: {
      readonly body?: string;
      readonly approvedBy?: readonly string[];
      readonly author?: string;
      readonly repo?: string;
    },
  ): void {
    this.github.openPull({
      ...{ title: `Change ${number}`, body: '', draft: false, author: 'alice', labels: [] },
      ...{ approvedBy: [], changesRequestedBy: [], base: 'main', repo: bakeryRepo },
      files: { [`change-${number}.txt`]: 'new' },
      ...pull,
    });
  }

  #finish(batch: WorldBatch): void {
    const { purpose } = batch;
    const fails = purpose.kind === 'test' && purpose.pr === FAILS;
    this.batch.finish(batch, fails ? 'failure' : 'success');
    this.#object.mark([{ flag: 'batch', read: batch.id }]);
  }

  readonly #fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const api = url.origin === BATCH_URL ? 'batch' : 'github';
    const { status, json } = await this.#truth(request, url);
    const headers = { ...JSON_TYPE, ...(api === 'github' ? limitsAt(url, this.#now) : {}) };
    const answer = this.#tamper(api, this.#asked[api]++, { status, headers, body: json });
    const { body } = answer;
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
    const hasBody = ![204, 205, 304].includes(answer.status);
    return new Response(hasBody ? text : null, answer);
  };

  async #truth(request: Request, url: URL): Promise<HttpAnswer> {
    const { method } = request;
    const told = toldOfRights(method, url, this.#now);
    if (told !== undefined) return { status: 200, json: told };
    return this.#outside.answer(method, url, await request.text());
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const limitsAt = ({ pathname }: URL, now: number) => ({
  'x-ratelimit-resource': pathname === '/graphql' ? 'graphql' : 'core',
  ...{ 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4000', 'x-ratelimit-used': '1000' },
  'x-ratelimit-reset': String((now + 60 * MINUTE) / 1_000),
});
