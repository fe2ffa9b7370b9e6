// How many failed jobs were retried on each of the last days, and how many tests ended: a day on which nothing was is one
// of them. Days are those of UTC.

export interface DayOfTests {
  /** `2026-11-23` */
  readonly day: string;
  readonly retried: number;
  readonly finished: number;
}

/**
 * @param retriedOn the days of retried jobs, one by one
 * @param finishedOn how many tests ended on days; a day may come several times
 * @param days of all that are wanted, oldest first
 */
export function countByDay(
  retriedOn: readonly string[],
  finishedOn: readonly { readonly day: string; readonly count: number }[],
  days: readonly string[],
): DayOfTests[] {
  const retried = new Map<string, number>();
  for (const day of retriedOn) retried.set(day, (retried.get(day) ?? 0) + 1);
  const finished = new Map<string, number>();
  for (const { day, count } of finishedOn) finished.set(day, (finished.get(day) ?? 0) + count);
  return days.map((day) => ({
    day,
    retried: retried.get(day) ?? 0,
    finished: finished.get(day) ?? 0,
  }));
}
