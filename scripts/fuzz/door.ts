// A way into Sluice for what others say, as the fuzzer sees it: examples of what comes in, and a way to let something in
// that says what was wrong with how it was taken.

export interface Door {
  readonly name: string;
  /** What must be done once, before anything else. */
  prepare?(): Promise<void>;
  /** Good inputs of every kind, each as JSON text or as the text that it is. */
  seeds(): readonly string[];
  /**
   * Lets one in. @returns a sentence when it was taken badly; null when it was done, or refused with a clear error
   * @throws as good as a bad sentence: a crash
   */
  enter(input: string): Promise<string | null>;
}

/** The input as the value that a door expects; what does not even have its shape is not worth a try. */
export function shaped<T>(
  input: string,
  has: (value: Record<string, unknown>) => boolean,
): T | null {
  try {
    const value = JSON.parse(input);
    return typeof value === 'object' && value !== null && has(value) ? (value as T) : null;
  } catch {
    return null;
  }
}

/** Every refusal is a sentence for somebody. */
export const isClear = (sentence: unknown): boolean =>
  typeof sentence === 'string' && /\p{L}{2}/u.test(sentence);
