/**
 * Runs the controllers after every change, until nothing is left to do, and again when one of them
 * asked for it. Never inside a request: whoever made the change has its answer first.
 */
import { Failure } from '../failure.ts';
import { type Controller, earliest, type Surroundings } from './controller.ts';

/** More rounds than any change needs: a controller that never rests is a mistake of ours. */
const roundsMost = 1000;
/** Node fires a timer that is set for longer at once. */
const longestTimerMs = 2 ** 31 - 1;

export class ControllerLoop {
  readonly #controllers: readonly Controller[];
  readonly #surroundings: Surroundings;
  readonly #unsubscribe: () => void;
  readonly #log: (line: string) => void;
  #scheduled: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    controllers: readonly Controller[],
    surroundings: Surroundings,
    log: (line: string) => void,
  ) {
    this.#controllers = controllers;
    this.#log = log;
    this.#surroundings = surroundings;
    this.#unsubscribe = surroundings.objects.store.subscribe(() => this.wake());
    this.#run();
  }

  /** To be called when something other than an object has changed. */
  wake(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.#run();
    });
  }

  close(): void {
    this.#unsubscribe();
    if (this.#scheduled) clearImmediate(this.#scheduled);
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** One that is refused something, a name that is taken, say, does not stop the others. */
  #look(controller: Controller): number | null {
    try {
      return controller(this.#surroundings);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#log(`a controller was refused: ${error.message}`);
      return null;
    }
  }

  #run(): void {
    const { store } = this.#surroundings.objects;
    let next: number | null = null;
    for (let round = 0; ; round += 1) {
      if (round === roundsMost) throw new Error('the controllers do not come to rest');
      const { version } = store;
      next = earliest(this.#controllers.map((controller) => this.#look(controller)));
      if (store.version === version) break;
    }
    // Woken by our own changes: there is nothing left to do.
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (next === null) return;
    const delayMs = Math.min(Math.max(0, next - this.#surroundings.now()), longestTimerMs);
    this.#timer = setTimeout(() => this.wake(), delayMs).unref();
  }
}
