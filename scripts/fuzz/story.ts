// One short story of a branch with the real clients over HTTP: three pull requests, of which one passes and lands, one
// waits for its approval, and one fails. One answer of GitHub or Batch may be exchanged for another.
import type { BranchState } from '../../schemas/state.ts';
import { createBatchService } from '../../src/clients/batch/batch.ts';
import { BatchConnection } from '../../src/clients/batch/connection.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import { conditionalFetch, KnownAnswers } from '../../src/clients/github/conditional-fetch.ts';
import { Connection } from '../../src/clients/github/connection.ts';
import { createGitHub } from '../../src/clients/github/github.ts';
import { ok } from '../../src/core/result.ts';
import { PageEnds } from '../../src/loop/read-pages.ts';
import { bakery, bakeryRepo } from '../sim/world/bakery.ts';
import { BatchWorld, type WorldBatch } from '../sim/world/batch-world.ts';
import { BranchObject, type Hands } from '../sim/world/branch-object.ts';
import { GithubWorld } from '../sim/world/github-world.ts';
import { BATCH_URL, GITHUB_URL, Outside } from '../sim/world/outside.ts';
import { toyCompiler } from '../sim/world/toy-compiler.ts';

const BEGIN = 1_767_600_000_000;
const MINUTE = 60_000;
const ROUNDS = 5;
/** A pass that is due again at once so often goes round in circles. */
const PASSES_MAX = 40;
const FAILS = 3;

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
  readonly #object: BranchObject;
  readonly #outside = new Outside(this.github, this.batch);
  readonly #tamper: Tamper;
  readonly #asked: Record<Api, number> = { github: 0, batch: 0 };
  #now = BEGIN;

  constructor(tamper: Tamper) {
    this.#tamper = tamper;
    this.github.pullsPerPage = 2;
    this.github.push('main', { 'build.yaml': 'jobs: 2', 'menu.txt': 'bread' });
    for (const [number, approvedBy] of [
      [1, ['bob']],
      [2, []],
      [FAILS, ['bob']],
    ] as const)
      this.github.openPull({
        ...{ title: `Change ${number}`, body: '', draft: false, author: 'alice', labels: [] },
        ...{ approvedBy, changesRequestedBy: [], base: 'main', repo: bakeryRepo },
        files: { [`change-${number}.txt`]: 'new' },
      });
    this.#object = new BranchObject(
      bakery,
      () => this.#now,
      this.#hands,
      () => {},
    );
  }

  get state(): BranchState {
    return this.#object.state;
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
      this.#now += 5 * MINUTE;
    }
    return null;
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
    const { status, json } = await this.#outside.answer(request.method, url, await request.text());
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const answer = this.#tamper(api, this.#asked[api]++, { status, headers, body: json });
    const { body } = answer;
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
    const hasBody = ![204, 205, 304].includes(answer.status);
    return new Response(hasBody ? text : null, answer);
  };

  readonly #hands: Hands = (_process, config) => {
    const now = (): number => this.#now;
    const { owner, repo } = config;
    const fetch = conditionalFetch(this.#fetch, new KnownAnswers());
    const place = { apiUrl: GITHUB_URL, credentials: fixedToken('token'), owner, repo, now };
    const committer = { name: 'Sluice', email: 'sluice@example.org' };
    const github = createGitHub(new Connection({ ...place, fetch }), config, committer);
    const account = { url: BATCH_URL, credentials: fixedToken('token'), now };
    return {
      ...{ github, githubForLandings: github, deliveries: null, examine: null, kubernetes: null },
      pageEnds: new PageEnds(),
      batch: createBatchService(
        new BatchConnection({ ...account, fetch: this.#fetch }),
        {
          user: 'ci',
          billingProject: 'test',
          callbackUrl: async () => 'https://sluice.test/callback',
        },
        config,
      ),
      notifier: { alert: async () => ok(undefined) },
      compiler: toyCompiler({ deploys: false }),
      random: () => 0,
    };
  };
}
