// What many stories come to: how many kills, of what, during what; how long until all was well again. Pure.
import type { Kill } from './killer.ts';
import type { Told } from './story.ts';

export function storyLines(number: number, story: Told): string[] {
  const { trouble, kills, landed, toRestMs, violations } = story;
  const rest = `${(toRestMs / 1000).toFixed(1)} s to rest`;
  const head = `story ${number}: ${trouble}; ${kills.length} kills, ${landed} commits, ${rest}`;
  if (violations.length === 0) return [head];
  return [
    head,
    ...violations.map((sentence) => `  VIOLATION: ${sentence}`),
    ...kills.map(({ at, part, during, change }) =>
      [`  ${at} ${part}: ${during}`, ...(change ? [change] : [])].join(', '),
    ),
  ];
}

export function figures(told: readonly Told[]): string[] {
  const kills = told.flatMap((story) => story.kills);
  const sum = (of: (story: Told) => number): number =>
    told.reduce((total, story) => total + of(story), 0);
  const violated = sum(({ violations }) => violations.length);
  return [
    '',
    `${told.length} stories, ${kills.length} kills, ${sum(({ landed }) => landed)} commits on main, ${violated} violations`,
    `killed: ${counted(kills.map(({ part }) => part))}`,
    ...changes(kills),
    `down: ${quantiles(kills.map(({ downMs }) => downMs))}`,
    `to rest: ${quantiles(told.map(({ toRestMs }) => toRestMs))}`,
    `tests asked for again since what they needed was dead: ${sum(({ retries }) => retries)}`,
    `troubles: ${counted(told.map(({ trouble }) => trouble))}`,
    'during:',
    ...counts(kills.map(({ during }) => during)).map(
      ([what, n]) => `${String(n).padStart(5)}  ${what}`,
    ),
  ];
}

function changes(kills: readonly Kill[]): string[] {
  const made = kills.flatMap(({ change }) => change ?? []);
  return made.length === 0 ? [] : [`another release in its place: ${counted(made)}`];
}

function counts(words: readonly string[]): [string, number][] {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return [...found].toSorted(([, a], [, b]) => b - a);
}

const counted = (words: readonly string[]): string =>
  counts(words)
    .map(([word, n]) => `${word} ${n}`)
    .join(', ');

function quantiles(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number): string => {
    const index = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
    return `${((sorted[index] ?? 0) / 1000).toFixed(1)} s`;
  };
  return `median ${at(0.5)}, 90% within ${at(0.9)}, at most ${at(1)}`;
}
