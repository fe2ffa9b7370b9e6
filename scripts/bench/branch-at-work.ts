// A watched branch at work in the simulator's world: the real core, pass and clients, on a virtual clock, with every
// request counted. Pages are as large as GitHub's and Batch's own.
import type { PullNumber } from '../../schemas/ids.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import type { Mark } from '../../src/core/mark.ts';
import type { BatchPurpose } from '../../src/core/observation.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { Calendar } from '../sim/run/calendar.ts';
import { bakery, bakeryRepo } from '../sim/world/bakery.ts';
import { BatchWorld } from '../sim/world/batch-world.ts';
import { BranchObject } from '../sim/world/branch-object.ts';
import { GithubWorld } from '../sim/world/github-world.ts';
import { handsInto } from '../sim/world/hands.ts';
import { type Call, Wire } from '../sim/world/wire.ts';
import { RowCount } from './row-count.ts';

const BEGIN = 1_767_600_000_000;
const HOUR = 60 * 60_000;
/** That it was heard, and the alarm. */
const ROWS_PER_DELIVERY = 2;

export class BranchAtWork {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  readonly calendar = new Calendar(BEGIN);
  /** How long each request takes, there and back again. */
  latencyMs = 0;
  /** Batches succeed after so long, by what they are for; null: when `passBatches` says so. */
  lengthsMs: Readonly<Record<BatchPurpose['kind'], number>> | null = null;
  readonly #object: BranchObject;
  readonly #wire: Wire;
  readonly #rows: RowCount;
  #running = false;

  constructor(settings: Partial<BranchConfig>) {
    const now = (): number => this.calendar.now;
    const config = { ...bakery, ...settings };
    this.github = new GithubWorld(bakeryRepo, now, (event) =>
      this.#heard(routeEvent(event, [config]).map(({ mark }) => mark)),
    );
    this.github.pullsPerPage = 25;
    this.batch = new BatchWorld(
      now,
      ({ id }) => this.#heard([{ flag: 'batch', read: id }]),
      (batch) => {
        if (this.lengthsMs !== null)
          this.calendar.after(this.lengthsMs[batch.purpose.kind], () =>
            this.batch.finish(batch, 'success'),
          );
      },
    );
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
    this.#object = new BranchObject(config, now, hands, () => {
      this.#rows.rows += 1;
    });
    this.#object.store.strict = false;
    this.#rows = new RowCount(this.#object.store);
    this.#wire.strict = false;
    this.github.push('main', { 'build.yaml': 'jobs: 2', 'menu.txt': 'bread' });
  }

  /** Open, not approved, one file each. */
  openPulls(count: number, author = 'alice'): PullNumber[] {
    return Array.from({ length: count }, () => {
      const next = Object.keys(this.github.view.pulls).length + 1;
      return this.github.openPull({
        ...{ title: `Change ${next}`, body: '', draft: false, author, labels: [] },
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

  /** Every batch that runs succeeds. @returns how many did */
  passBatches(): number {
    const { running } = this.batch;
    for (const batch of running) this.batch.finish(batch, 'success');
    return running.length;
  }

  get requests(): readonly Call[] {
    return this.#wire.calls;
  }

  /** Rows that were written so far, by the object and its store. */
  get rows(): number {
    return this.#rows.rows;
  }

  /** Every look, pass and landing of so long, or until it is enough. */
  async live(ms: number, isEnough: () => boolean): Promise<void> {
    this.#arm();
    await this.calendar.run(this.calendar.now + ms, isEnough);
  }

  loseStorage(): void {
    this.#object.loseStorage();
  }

  #heard(marks: readonly Mark[]): void {
    // While the world is made there is nobody yet to hear of it.
    if (!this.#object) return;
    this.#object.mark(marks);
    this.#rows.note();
    this.#rows.rows += ROWS_PER_DELIVERY;
    this.#arm();
  }

  #arm(): void {
    if (!this.#running) this.calendar.at(this.#object.alarm, () => this.#ring());
  }

  #ring(): void {
    if (this.#running || this.#object.alarm > this.calendar.now) return;
    this.#running = true;
    void this.#object.wake().finally(() => {
      this.#running = false;
      // Its next alarm.
      this.#rows.rows += 1;
      this.#arm();
    });
  }
}
