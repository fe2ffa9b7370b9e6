// Remembers how to end what has been started, and ends it in the opposite order. One list for the
// whole run, so that an interrupt in the middle of starting ends exactly what is there by then.

export interface Closing {
  /** True until something has been started. */
  readonly isEmpty: boolean;
  add(name: string, close: () => void | Promise<void>): void;
  /** Ends everything, last started first; a second call waits for the first. Never rejects. */
  closeAll(onTrouble: (sentence: string) => void): Promise<void>;
}

/** Enough for children that need to be killed; after it the run ends regardless. */
const CLOSE_WITHIN_MS = 7_000;

export function createClosing(): Closing {
  const closers: { name: string; close: () => void | Promise<void> }[] = [];
  let closed: Promise<void> | null = null;
  const closeAll = async (onTrouble: (sentence: string) => void): Promise<void> => {
    for (let entry = closers.pop(); entry !== undefined; entry = closers.pop()) {
      const { name, close } = entry;
      try {
        await Promise.race([close(), patience()]);
      } catch (error) {
        // One that cannot be ended must not keep the others alive.
        onTrouble(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  return {
    get isEmpty() {
      return closers.length === 0;
    },
    add: (name, close) => void closers.push({ name, close }),
    closeAll(onTrouble) {
      closed ??= closeAll(onTrouble);
      return closed;
    },
  };
}

function patience(): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => reject(new Error(`did not end within ${CLOSE_WITHIN_MS / 1000} s`));
    setTimeout(giveUp, CLOSE_WITHIN_MS).unref();
  });
}
