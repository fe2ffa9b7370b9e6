// The line between a running process and the world: every call of a port goes over it, is written
// down, and may be lost on the way there, lost on the way back, be answered with a lie, or be the last
// thing that its process did.
import type { Fault } from '../../../src/core/fault.ts';
import { err, type Result } from '../../../src/core/result.ts';

export type Port = 'github' | 'batch' | 'kubernetes' | 'notifier';

export interface Call {
  /** `github.land` */
  readonly name: string;
  readonly args: readonly unknown[];
  /** It changes the world, or may. */
  readonly write: boolean;
  /** Milliseconds since the epoch, of the virtual clock. */
  readonly at: number;
  readonly trouble: Trouble | null;
  /** Is its process still there? */
  readonly alive: () => boolean;
  /** Did its caller get the world's answer, and live to act on it? */
  readonly arrived: () => boolean;
}

/**
 * What befalls a call. `before`: the world never hears of it; `after`: it happened, nobody knows. Or
 * something else happens in the world before or after it, and the call itself goes well.
 */
export interface Trouble {
  readonly when: 'before' | 'after';
  readonly with: Fault | 'crash' | Lie | (() => void);
  /** How long it takes until the caller learns of it, as when it waits for an answer in vain. */
  readonly pause?: () => Promise<void>;
}

/** An answer that has nothing to do with the truth. */
export interface Lie {
  readonly kind: 'lie';
  readonly answer: unknown;
}

/** A call of which it is not decided yet what becomes of it. */
export type Leaving = Pick<Call, 'name' | 'args' | 'at'>;

/** Judges each call as it leaves; `count` is the number of calls up to and with this one. */
export type Mischief = (call: Leaving, count: number) => Trouble | null;

export type Moment = 'sent' | 'happened' | 'answered';

/** Sees every call leave, take effect in the world, and come back to a process that lives. */
export type Witness = (moment: Moment, call: Call) => void;

/** One life of the program between two crashes. What a dead process does reaches nobody. */
export class Process {
  alive = true;
  readonly #death = Promise.withResolvers<'crashed'>();

  get death(): Promise<'crashed'> {
    return this.#death.promise;
  }

  crash(): void {
    this.alive = false;
    this.#death.resolve('crashed');
  }
}

/** Calls that change nothing but what the caller knows. */
const READS = /\.(read[A-Z]\w*|compare|list|get)$/;

export const isWrite = ({ write }: Pick<Call, 'write'>): boolean => write;

export class Wire {
  readonly calls: Call[] = [];
  /** Answers are held against the schemas that the clients parse them with: slow, and thorough. */
  strict = true;
  readonly #now: () => number;
  readonly #way: () => Promise<void>;
  readonly #witness: Witness;
  readonly #mischief = new Set<Mischief>();

  /** @param way how long a call is on its way, there and back again; at once when left out */
  constructor(now: () => number, way = nextTurn, witness: Witness = () => {}) {
    this.#now = now;
    this.#way = way;
    this.#witness = witness;
  }

  /** @returns how to leave the calls in peace again */
  disturb(mischief: Mischief): () => void {
    this.#mischief.add(mischief);
    return () => this.#mischief.delete(mischief);
  }

  leaveInPeace(): void {
    this.#mischief.clear();
  }

  /** What a process sends its calls by. @returns what takes a call's name, its arguments and its effect */
  connect(process: Process, port: Port) {
    return async <T>(
      name: string,
      args: readonly unknown[],
      effect: () => Result<T, Fault>,
    ): Promise<Result<T, Fault>> => {
      if (!process.alive) return never();
      const call = this.#send(process, `${port}.${name}`, args);
      const { trouble } = call;
      if (trouble?.when === 'before' && isFatal(trouble)) return this.#suffer(process, trouble);
      if (trouble?.when === 'before') happen(trouble);
      await this.#way();
      const answer = effect();
      this.#witness('happened', call);
      if (trouble?.when === 'after' && isFatal(trouble)) return this.#suffer(process, trouble);
      if (trouble?.when === 'after') happen(trouble);
      await this.#way();
      if (!process.alive) return never();
      this.#witness('answered', call);
      return answer;
    };
  }

  #send(process: Process, name: string, args: readonly unknown[]): Call {
    const leaving = { name, args, at: this.#now() };
    const trouble = this.#judge(leaving, this.calls.length + 1);
    const fatal = trouble !== null && isFatal(trouble);
    const alive = (): boolean => process.alive;
    const write = !READS.test(name);
    const call = { ...leaving, write, trouble, alive, arrived: () => !fatal && alive() };
    this.calls.push(call);
    this.#witness('sent', call);
    return call;
  }

  #judge(call: Leaving, count: number): Trouble | null {
    for (const mischief of this.#mischief) {
      const trouble = mischief(call, count);
      if (trouble) return trouble;
    }
    return null;
  }

  async #suffer(process: Process, trouble: Fatal): Promise<Result<never, Fault>> {
    await this.#way();
    await trouble.pause?.();
    if (trouble.with === 'crash') process.crash();
    if (trouble.with === 'crash' || !process.alive) return never();
    // A lie is as the liar likes it; the caller has no way to know.
    return trouble.with.kind === 'lie' ? lied(trouble.with.answer) : err(trouble.with);
  }
}

type Fatal = Trouble & { readonly with: Fault | 'crash' | Lie };

const isFatal = (trouble: Trouble): trouble is Fatal => typeof trouble.with !== 'function';

function happen({ with: event }: Trouble): void {
  if (typeof event === 'function') event();
}

const lied = (answer: unknown): Result<never, Fault> => ({ ok: true, value: answer as never });

/** Lets the other calls of the same pass get their turn. */
const nextTurn = (): Promise<void> => Promise.resolve();

const never = (): Promise<never> => new Promise(() => {});
