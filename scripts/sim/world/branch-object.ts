// One watched branch's object without the platform: memory, alarm and passes as
// durable-objects/watched-branch.ts has them, over ports that lead into the world. It can crash, it
// can lose its memory, and it can be started again with other settings.
import type { News } from '../../../schemas/event.ts';
import type { BranchState } from '../../../schemas/state.ts';
import { type Command, obey } from '../../../src/core/command.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { applyMark, type Mark } from '../../../src/core/mark.ts';
import { nextAlarm } from '../../../src/core/next-alarm.ts';
import type { Loop } from '../../../src/loop/loop.ts';
import { pass } from '../../../src/loop/pass.ts';
import { MemoryStore, type Tables } from './memory-store.ts';
import { Process } from './wire.ts';

/** Everything of a pass that is outside of the object, for one life of the program. */
export type Hands = (
  process: Process,
  config: BranchConfig,
) => Omit<Loop, 'config' | 'store' | 'clock'>;

export class BranchObject {
  readonly store: MemoryStore;
  memoriesLost = 0;
  /** When it wakes up next, in milliseconds since the epoch. */
  alarm: number;
  readonly #now: () => number;
  readonly #hands: Hands;
  #config: BranchConfig;
  #process = new Process();
  #loop: Loop;

  constructor(config: BranchConfig, now: () => number, hands: Hands, onNews: (news: News) => void) {
    this.#config = config;
    this.store = new MemoryStore(config.name, onNews);
    this.alarm = now();
    this.#now = now;
    this.#hands = hands;
    this.#loop = this.#newLoop(this.#process);
  }

  get state(): BranchState {
    return this.store.state;
  }

  get config(): BranchConfig {
    return this.#config;
  }

  mark(marks: readonly Mark[]): void {
    const before = this.state;
    const after = this.store.update((state) => marks.reduce(applyMark, state));
    if (after !== before) this.alarm = this.#now();
  }

  /** @returns null, or why the command makes no sense now */
  command(command: Command): string | null {
    const obeyed = obey(this.state, command, this.#now());
    if (!obeyed.ok) return obeyed.error;
    this.store.update(() => obeyed.value);
    this.alarm = this.#now();
    return null;
  }

  /** The alarm rings. @returns after the pass, or after the crash that ended it */
  async wake(): Promise<'done' | 'crashed'> {
    const process = this.#process;
    const end = await Promise.race([pass(this.#loop).then(() => 'done' as const), process.death]);
    if (end === 'crashed' && process === this.#process) this.#boot();
    // The platform repeats an alarm whose handler never ended.
    this.alarm = end === 'crashed' ? this.#now() : nextAlarm(this.state, this.config, this.#now());
    return end;
  }

  /** Whatever it is doing ends here. */
  crash(): void {
    this.#process.crash();
  }

  /** The program ends and begins again, with other settings if any. @param spoil what befalls its memory */
  restart(config: BranchConfig = this.#config, spoil?: (tables: Tables) => Tables): void {
    this.crash();
    if (spoil) this.memoriesLost += 1;
    this.#config = config;
    this.#boot(spoil);
    this.alarm = this.#now();
  }

  /** The platform forgets the object: whatever it is doing ends, and it begins with nothing. */
  loseStorage(): void {
    this.memoriesLost += 1;
    this.store.lose();
    this.restart();
  }

  /** Between two passes. @returns what sets everything back to how it is now */
  remember(): () => void {
    const { alarm, memoriesLost } = this;
    const memory = this.store.remember();
    return () => {
      memory();
      this.alarm = alarm;
      this.memoriesLost = memoriesLost;
    };
  }

  #boot(spoil?: (tables: Tables) => Tables): void {
    this.#process = new Process();
    this.store.reload(spoil);
    this.#loop = this.#newLoop(this.#process);
  }

  #newLoop(process: Process): Loop {
    const config = this.#config;
    const store = this.store.of(process);
    return { config, store, clock: { now: this.#now }, ...this.#hands(process, config) };
  }
}
