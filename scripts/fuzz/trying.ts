// The input that is being tried, in memory that two threads share: it can be read also when the one that tries it never
// comes back.
import { INPUT_MAX_CHARS } from './fuzz.ts';

const BYTES_PER_CHAR = 2;
const NUMBERS = 2;
const [COUNT, LENGTH] = [0, 1];

export class Trying {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #text: Buffer;

  constructor(memory?: SharedArrayBuffer) {
    const before = NUMBERS * Int32Array.BYTES_PER_ELEMENT;
    this.memory = memory ?? new SharedArrayBuffer(before + INPUT_MAX_CHARS * BYTES_PER_CHAR);
    this.#numbers = new Int32Array(this.memory, 0, NUMBERS);
    this.#text = Buffer.from(this.memory, before);
  }

  begin(input: string): void {
    Atomics.store(this.#numbers, LENGTH, this.#text.write(input, 'utf16le'));
    Atomics.add(this.#numbers, COUNT, 1);
  }

  /** How many were begun. */
  get count(): number {
    return Atomics.load(this.#numbers, COUNT);
  }

  get input(): string {
    return this.#text.toString('utf16le', 0, Atomics.load(this.#numbers, LENGTH));
  }
}
