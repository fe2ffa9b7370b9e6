// Asks again until something is so, and says how long that took.

export type Sleep = (ms: number) => Promise<void>;

export interface Patience {
  readonly withinMs: number;
  readonly sleep: Sleep;
  readonly now: () => number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** @returns after how many milliseconds; null: it was not so in time */
export async function until(
  isSo: () => Promise<boolean>,
  { withinMs, sleep, now }: Patience,
): Promise<number | null> {
  const start = now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (await isSo()) return now() - start;
    if (now() - start >= withinMs) return null;
    await sleep(pauseMs);
  }
}
