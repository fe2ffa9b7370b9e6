// Puts the figures into docs/performance.md, between its marks, and draws its plots.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, measured } from './figure.ts';
import { KS } from './landings.ts';
import { type Curve, plotSvg } from './plot.ts';
import { FLOOR, PREDECESSOR_LANDINGS, PREDECESSOR_REQUESTS } from './predecessor.ts';
import { SIZES } from './requests.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const STARTS = ['untested', 'tested green'] as const;
const BLUE = '#1f6feb';
const GREY = '#8c959f';

export function writeDocument(figures: readonly Figure[]): void {
  const path = join(DOCS, 'performance.md');
  const parts: Readonly<Record<string, readonly string[]>> = {
    requests: requestTable(figures),
    landings: landingTable(figures),
    machine: machineTable(figures),
  };
  const text = Object.entries(parts).reduce(
    (text, [name, lines]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`),
        (_, begin, end) => `${begin}${lines.join('\n')}\n${end}`,
      ),
    readFileSync(path, 'utf8'),
  );
  writeFileSync(path, text);
  writeFileSync(join(DOCS, 'pictures', 'requests.svg'), requestPlot(figures));
  writeFileSync(join(DOCS, 'pictures', 'landings.svg'), landingPlot(figures));
}

function requestTable(figures: readonly Figure[]): string[] {
  const events = [...new Set(figures.map(({ name }) => name))]
    .filter((name) => name.endsWith(': requests') && hasDepth(figures, name))
    .map((name) => name.replace(/: requests$/, ''));
  return table(
    ['event', ...SIZES.map(String)],
    events.flatMap((event) => {
      const before = PREDECESSOR_REQUESTS[event];
      const ours = SIZES.map(
        (n) =>
          `${measured(figures, `${event}: requests`, n)} (${measured(figures, `${event}: depth`, n)})`,
      );
      const theirs = SIZES.map((n) => String(before?.[n] ?? ''));
      return [[event, ...ours], ...(before ? [['… predecessor', ...theirs]] : [])];
    }),
  );
}

const hasDepth = (figures: readonly Figure[], name: string): boolean =>
  /: requests$/.test(name) &&
  figures.some((item) => item.name === name.replace(/: requests$/, ': depth'));

const landed = (figures: readonly Figure[], start: string, what: string, k: number): number =>
  measured(figures, `landing approved ones, ${start}: ${what}`, k);

function landingTable(figures: readonly Figure[]): string[] {
  const rows = STARTS.flatMap((start) => {
    const row = (what: 'batches' | 'time', words: string): string[][] => [
      [`${start}: ${words}`, ...KS.map((k) => String(landed(figures, start, what, k)))],
      ['… predecessor', ...KS.map((k) => String(PREDECESSOR_LANDINGS[start][what][k] ?? ''))],
    ];
    return [...row('batches', 'test batches'), ...row('time', 'time in test lengths')];
  });
  const floor = KS.map(() => `${FLOOR.batches} / ${FLOOR.time}`);
  const more = ['requests', 'rows written'].map((what) => [
    `untested: ${what}`,
    ...KS.map((k) => String(landed(figures, 'untested', what, k))),
  ]);
  return table(
    ['K approved pull requests', ...KS.map(String)],
    [...rows, ['the floor: batches / time', ...floor], ...more],
  );
}

function machineTable(figures: readonly Figure[]): string[] {
  const rest = figures.filter(
    ({ name }) => !name.startsWith('landing') && !hasDepth(figures, name) && !/: depth$/.test(name),
  );
  return table(
    ['figure', 'of', 'value', 'unit'],
    rest.map(({ name, n, value, unit }) => [name, String(n), String(value), unit]),
  );
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

function requestPlot(figures: readonly Figure[]): string {
  const event = 'poll, nothing changed';
  const ours = (what: string): Curve['points'] =>
    SIZES.map((n) => [n, measured(figures, `${event}: ${what}`, n)]);
  return plotSvg({
    title: 'A poll with nothing changed',
    x: 'open pull requests',
    y: 'requests',
    curves: [
      { name: 'predecessor, in a row', color: GREY, points: points(PREDECESSOR_REQUESTS[event]) },
      { name: 'Sluice', color: BLUE, points: ours('requests') },
      { name: 'Sluice, in a row', color: '#54aeff', points: ours('depth') },
    ],
  });
}

function landingPlot(figures: readonly Figure[]): string {
  const curves = STARTS.flatMap((start, index): Curve[] => [
    {
      name: `predecessor, ${start}`,
      color: index === 0 ? GREY : '#d0d7de',
      points: points(PREDECESSOR_LANDINGS[start].batches),
    },
    {
      name: `Sluice, ${start}`,
      color: index === 0 ? BLUE : '#54aeff',
      points: KS.map((k) => [k, landed(figures, start, 'batches', k)]),
    },
  ]);
  const time: Curve = {
    name: 'time, in test lengths',
    color: '#bc4c00',
    points: KS.map((k) => [k, landed(figures, 'untested', 'time', k)]),
  };
  return plotSvg({
    title: 'Landing K approved pull requests',
    x: 'K',
    y: 'test batches',
    curves: [...curves, time],
  });
}

const points = (values: Readonly<Record<number, number>> | undefined): Curve['points'] =>
  Object.entries(values ?? {}).map(([n, value]) => [Number(n), value]);
