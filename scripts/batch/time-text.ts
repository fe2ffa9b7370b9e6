/**
 * Times and durations as Batch writes them. Pure.
 */

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Two largest neighbouring units, as Batch writes it: `3 minutes 2s`. */
export function durationText(ms: number): string {
  const units: [string, string, number][] = [
    [' week', ' weeks', 604_800_000],
    [' day', ' days', 86_400_000],
    [' hour', ' hours', 3_600_000],
    [' minute', ' minutes', 60_000],
    ['s', 's', 1000],
    ['ms', 'ms', 1],
  ];
  const first = Math.max(
    0,
    units.findIndex(([, , size]) => ms >= size),
  );
  if (ms <= 0) return '0ms';
  const parts: string[] = [];
  let rest = ms;
  for (const [one, many, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${count === 1 ? one : many}`);
  }
  return parts.join(' ');
}
