// A watched branch at work in the simulator's world: the real core, pass and clients, on a virtual clock, with every
// request counted. Pages are as large as GitHub's and Batch's own.
import type { PullNumber } from '../../schemas/ids.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { Calendar } from '../sim/run/calendar.ts';
import { bakery, bakeryRepo } from '../sim/world/bakery.ts';
import { BatchWorld } from '../sim/world/batch-world.ts';
import { BranchObject } from '../sim/world/branch-object.ts';
import { GithubWorld } from '../sim/world/github-world.ts';
import { handsInto } from '../sim/world/hands.ts';
import { type Call, Wire } from '../sim/world/wire.ts';

const BEGIN = 1_767_600_000_000;
const HOUR = 60 * 60_000;

export class BranchAtWork {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  readonly calendar = new Calendar(BEGIN);
  /** How long each request takes, there and back again. */
  latencyMs = 0;
  readonly #object: BranchObject;
  readonly #wire: Wire;
  #running = false;

  /** @param testsMax so many tests may run at once; @param app its check is a check run of this App; null: a status */
  constructor(testsMax: number, app: number | null) {
    const now = (): number => this.calendar.now;
    const config = { ...bakery, runningTestsMax: testsMax, app };
    this.github = new GithubWorld(bakeryRepo, now, (event) => {
      this.#object?.mark(routeEvent(event, [config]).map(({ mark }) => mark));
      this.#arm();
    });
    this.github.pullsPerPage = 25;
    this.batch = new BatchWorld(now, ({ id }) => {
      this.#object.mark([{ flag: 'batch', read: id }]);
      this.#arm();
    });
    this.batch.batchesPerPage = 50;
    this.#wire = new Wire(now, () =>
      this.latencyMs === 0 ? Promise.resolve() : this.calendar.wait(this.latencyMs / 2),
    );
    const { github, batch } = this;
    const hands = handsInto({
      github,
      batch,
      wire: this.#wire,
      onAlert: () => {},
      random: () => 0,
    });
    this.#object = new BranchObject(config, now, hands, () => {});
    this.#object.store.strict = false;
    this.#wire.strict = false;
    this.github.push('main', { 'build.yaml': 'jobs: 2', 'menu.txt': 'bread' });
  }

  /** Open, not approved, one file each. */
  openPulls(count: number): PullNumber[] {
    return Array.from({ length: count }, () => {
      const next = Object.keys(this.github.view.pulls).length + 1;
      return this.github.openPull({
        ...{ title: `Change ${next}`, body: '', draft: false, author: 'alice', labels: [] },
        ...{ approvedBy: [], changesRequestedBy: [], base: 'main', repo: bakeryRepo },
        files: { [`change-${next}.txt`]: 'new' },
      });
    });
  }

  /** Until nothing is left to do before the next poll. @returns the requests that it took */
  async settle(): Promise<readonly Call[]> {
    const before = this.#wire.calls.length;
    this.#arm();
    const isAtRest = (): boolean =>
      !this.#running &&
      this.#object.alarm > this.calendar.now &&
      this.#object.alarm >= (this.#object.state.polledAt ?? 0) + bakery.pollEveryMs;
    if (!isAtRest()) await this.calendar.run(this.calendar.now + HOUR, isAtRest);
    return this.#wire.calls.slice(before);
  }

  /** The next poll, and what follows from it. */
  async poll(): Promise<readonly Call[]> {
    const before = this.#wire.calls.length;
    const at = (this.#object.state.polledAt ?? 0) + bakery.pollEveryMs;
    await this.calendar.run(at, () => false);
    await this.settle();
    return this.#wire.calls.slice(before);
  }

  /** Every batch that runs succeeds. */
  passBatches(): void {
    for (const batch of this.batch.running) this.batch.finish(batch, 'success');
  }

  #arm(): void {
    if (!this.#running && this.#object) this.calendar.at(this.#object.alarm, () => this.#ring());
  }

  #ring(): void {
    if (this.#running || this.#object.alarm > this.calendar.now) return;
    this.#running = true;
    void this.#object.wake().finally(() => {
      this.#running = false;
      this.#arm();
    });
  }
}
