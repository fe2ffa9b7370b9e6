// One watched branch in the simulation: its object, the line over which it calls the world, its mail, and
// what is known of it from outside: what people told it, and what its calls showed it.
import type { Sha } from '../../../schemas/ids.ts';
import type { BranchState } from '../../../schemas/state.ts';
import type { Command } from '../../../src/core/command.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { isDirty } from '../../../src/core/flags.ts';
import { isListDue } from '../../../src/core/judge-namespace.ts';
import type { Mark } from '../../../src/core/mark.ts';
import { isRolloutDue } from '../../../src/core/rollout.ts';
import { createPrng, type Prng } from '../history/prng.ts';
import { BranchObject, type Hands } from '../world/branch-object.ts';
import type { Credential } from '../world/credential.ts';
import type { Tables } from '../world/memory-store.ts';
import { type Call, type Trouble, Wire, type Witness } from '../world/wire.ts';
import type { Calendar } from './calendar.ts';
import { Hearing } from './hearing.ts';
import { Mail } from './mail.ts';

/** What this branch has from people alone. */
export interface Told {
  readonly frozen: boolean;
  readonly authorized: ReadonlySet<Sha>;
}

/** What the simulation does for its towns. */
export interface Surroundings {
  readonly calendar: Calendar;
  readonly hands: (town: Town) => Hands;
  readonly credential: () => Credential;
  readonly witness: (town: Town, ...seen: Parameters<Witness>) => void;
  readonly tell: (town: Town, line: () => string) => void;
  readonly broken: (town: Town, error: unknown) => void;
  readonly restless: (town: Town) => void;
}

const NOTHING_TOLD: Told = { frozen: false, authorized: new Set() };
const USUAL_LATENCY_MS = 400;
/** What is due so late is no part of the history. */
const LONG_AFTER_MS = 6 * 3_600_000;
/** A branch that wakes up more often at one moment never lets time go on. */
const WAKINGS_AT_ONCE = 1_000;

export class Town {
  readonly index: number;
  readonly object: BranchObject;
  readonly wire: Wire;
  /** As whom it asks GitHub, perhaps together with others. */
  readonly credential: Credential;
  readonly mail: Mail;
  told = NOTHING_TOLD;
  /** What was asked for by the buttons on checks, and done; as far as it is remembered. */
  pressed: readonly Command[] = [];
  /** How far the branch's clock is ahead of the world's. */
  skewMs = 0;
  latencyMs = USUAL_LATENCY_MS;
  /** Calls of the pass that runs, or ran last. */
  callsOfPass = 0;
  /** Commits that were the branch's head until somebody set it back to the one before. */
  readonly removed: Sha[] = [];
  /** Pushes that came between a test and its landing. */
  races = 0;
  /** Batch denied it a batch that is there. */
  isDenied = false;
  /** Kubernetes refused it for a while. */
  isRefused = false;
  /** What it was lied to about. */
  readonly lies = new Set<string>();
  readonly prng: Prng;
  readonly #around: Surroundings;
  readonly #hearing = new Hearing();
  #running = false;
  #wakings = { at: 0, count: 0 };

  constructor(index: number, config: BranchConfig, seed: number, around: Surroundings) {
    this.index = index;
    this.#around = around;
    this.credential = around.credential();
    this.prng = createPrng(seed * 31 + index);
    this.wire = new Wire(
      () => this.now,
      () => this.#way(),
      (moment, call) => around.witness(this, moment, call),
    );
    this.mail = new Mail(around.calendar, seed * 37 + index, (mark) => this.hear(mark));
    this.object = new BranchObject(
      config,
      () => this.now,
      around.hands(this),
      ({ text }) => around.tell(this, () => text),
    );
    this.#arm();
  }

  get now(): number {
    return this.#around.calendar.now + this.skewMs;
  }

  get config(): BranchConfig {
    return this.object.config;
  }

  get state(): BranchState {
    return this.object.state;
  }

  get calls(): readonly Call[] {
    return this.wire.calls;
  }

  /** Nothing is left to do before the next poll. */
  get isAtRest(): boolean {
    const { flags, outbox, pulls } = this.state;
    return (
      !this.#running &&
      this.mail.pending === 0 &&
      ![flags.github, flags.batch, flags.state].some(isDirty) &&
      Object.keys(outbox).length === 0 &&
      this.#isClusterAtRest &&
      Object.values(pulls).every(
        ({ parked, maybeLanded }) =>
          maybeLanded === null && (parked === null || parked.until <= this.now),
      )
    );
  }

  /** Every namespace is gone whose batch is over, and everything that was deployed was read. */
  get #isClusterAtRest(): boolean {
    const { state, config, now } = this;
    if (config.kubernetesUrl === null) return true;
    const { namespaces } = state;
    return (
      !isListDue(state) &&
      !isRolloutDue(state) &&
      Object.values(namespaces).every(
        (row) => row.kind !== 'test' || (row.stray && row.expiresAt - now > LONG_AFTER_MS),
      )
    );
  }

  /** A message arrives. */
  hear(mark: Mark): void {
    this.#hearing.hear(mark, this.now);
    this.#whenUp(() => this.object.mark([mark]));
  }

  /** @returns null, or why it makes no sense now */
  command(command: Command): string | null {
    const refused = this.object.command(command);
    if (refused === null) this.#remember(command);
    this.#arm();
    return refused;
  }

  /** A button on one of its checks is pressed, on GitHub. */
  press(command: Command): void {
    if (this.command(command) === null) this.pressed = [...this.pressed, command];
  }

  /** Everything that people have told it, after it was forgotten. */
  tellAgain({ frozen, authorized }: Told): void {
    if (frozen) this.command({ kind: 'freeze', reason: 'it was', by: 'alice', until: null });
    for (const sha of authorized) this.command({ kind: 'authorize', sha, by: 'alice' });
  }

  restart(config?: BranchConfig, spoil?: (tables: Tables) => Tables): void {
    if (spoil) this.pressed = [];
    this.#whenUp(() => this.object.restart(config, spoil));
  }

  /** @param left makes what is found in its place, which nobody can read; nothing when left out */
  loseStorage(left?: (tables: Tables) => Tables): void {
    this.told = NOTHING_TOLD;
    this.pressed = [];
    this.#hearing.forget();
    this.#whenUp(() => (left ? this.object.restart(this.config, left) : this.object.loseStorage()));
  }

  /** Nothing goes wrong any more. */
  calmDown(): void {
    this.wire.leaveInPeace();
    this.mail.clearUp();
    this.object.store.disturbance = null;
    this.latencyMs = USUAL_LATENCY_MS;
  }

  /** The next call that is chosen meets this trouble. */
  failOnce(chosen: (call: { readonly name: string }) => boolean, trouble: Trouble): void {
    const stop = this.wire.disturb((call) => {
      if (!chosen(call)) return null;
      stop();
      return trouble;
    });
  }

  jump(ms: number): void {
    this.skewMs += ms;
    this.#arm();
  }

  /** The next poll is due now. */
  poll(): void {
    const { polledAt } = this.state;
    if (polledAt !== null) this.jump(Math.max(0, polledAt + this.config.pollEveryMs - this.now));
  }

  looked(call: Call): void {
    this.#hearing.looked(call);
  }

  /** What it takes for settled although it heard of it and has not looked since. */
  get forgotten(): string[] {
    return this.#hearing.forgotten(this.state.flags);
  }

  #remember(command: Command): void {
    const { authorized } = this.told;
    if (command.kind === 'freeze') this.told = { ...this.told, frozen: true };
    if (command.kind === 'unfreeze') this.told = { ...this.told, frozen: false };
    if (command.kind === 'authorize')
      this.told = { ...this.told, authorized: new Set([...authorized, command.sha]) };
  }

  #whenUp(change: () => void): void {
    change();
    this.#arm();
  }

  #arm(): void {
    if (!this.#running)
      this.#around.calendar.at(this.object.alarm - this.skewMs, () => this.#ring());
  }

  #ring(): void {
    if (this.#running || this.object.alarm > this.now) return;
    const { at, count } = this.#wakings;
    this.#wakings = { at: this.now, count: at === this.now ? count + 1 : 1 };
    if (count > WAKINGS_AT_ONCE) {
      this.#around.restless(this);
      return;
    }
    this.#running = true;
    this.callsOfPass = 0;
    this.object
      .wake()
      .catch((error: unknown) => this.#around.broken(this, error))
      .finally(() => {
        this.#running = false;
        this.#arm();
      });
  }

  /** Half of the calls arrive at once, so that both ends of the way are met by what happens meanwhile. */
  #way(): Promise<void> {
    return this.prng.chance(0.5)
      ? Promise.resolve()
      : this.#around.calendar.wait(this.prng.below(this.latencyMs));
  }
}
