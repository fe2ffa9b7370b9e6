// The tables of docs/performance.md: each figure with its limit, the predecessor's and what cannot be beaten beside it.
import { SUBSCRIPTION } from './cost.ts';
import { IDLE_REQUEST, IDLE_WEBHOOK_CPU, IDLE_WEBHOOK_RATE, WEBHOOK_RATE } from './cpu.ts';
import { type Figure, measured } from './figure.ts';
import { LANDING_FLOORS, REQUEST_FLOORS } from './floor.ts';
import { DEPLOYS, KS, nameOf, STARTS } from './landings.ts';
import type { Limit } from './limit.ts';
import { PAGES } from './pages.ts';
import { PREDECESSOR_LANDINGS, PREDECESSOR_REQUESTS } from './predecessor.ts';
import { EVENTS, SIZES } from './requests.ts';

export const tablesOf = (
  figures: readonly Figure[],
  limits: readonly Limit[],
): Readonly<Record<string, string>> => ({
  requests: requestTable(figures),
  landings: landingTable(figures),
  machine: machineTable(figures, limits),
});

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `\n${lines.join('\n')}\n`;
}

function requestTable(figures: readonly Figure[]): string {
  const rows = EVENTS.flatMap(({ name }) => {
    const of = (what: string, n: number): number => measured(figures, `${name}: ${what}`, n);
    const before = PREDECESSOR_REQUESTS[name];
    const floor = REQUEST_FLOORS[name];
    return [
      [name, ...SIZES.map((n) => `${of('requests', n)} (${of('depth', n)})`)],
      ...(before ? [['… predecessor', ...SIZES.map((n) => String(before[n] ?? ''))]] : []),
      ...(floor
        ? [['… floor', ...SIZES.map((n) => `${floor(n).requests} (${floor(n).depth})`)]]
        : []),
    ];
  });
  const written = SIZES.map((n) =>
    String(measured(figures, 'poll, nothing changed: rows written', n)),
  );
  return table(
    ['event', ...SIZES.map(String)],
    [...rows, ['poll, nothing changed: rows written', ...written]],
  );
}

const LANDING_FIGURES = [
  ['batches', 'test batches'],
  ['at once', 'test batches at once'],
  ['time', 'time in test lengths'],
  ['requests', 'requests'],
] as const;

function landingTable(figures: readonly Figure[]): string {
  const rows = DEPLOYS.flatMap((deploy) =>
    STARTS.flatMap((start) => {
      const of = (what: string, k: number): string =>
        String(measured(figures, nameOf(start, deploy, what), k));
      const about = `${start}, deploys of ${deploy} min`;
      const written = [`${about}: rows written`, ...KS.map((k) => of('rows written', k))];
      const compared = LANDING_FIGURES.flatMap(([what, words]) => {
        const before = PREDECESSOR_LANDINGS[deploy][start][what];
        return [
          [`${about}: ${words}`, ...KS.map((k) => of(what, k))],
          ...(Object.keys(before).length > 0
            ? [['… predecessor', ...KS.map((k) => String(before[k] ?? ''))]]
            : []),
          ['… floor', ...KS.map((k) => String(LANDING_FLOORS[start][what](k)))],
        ];
      });
      return [...compared, written];
    }),
  );
  return table(['K approved pull requests', ...KS.map(String)], rows);
}

function machineTable(figures: readonly Figure[], limits: readonly Limit[]): string {
  const elsewhere = new Set([
    ...EVENTS.map(({ name }) => name),
    ...DEPLOYS.flatMap((deploy) => STARTS.map((start) => nameOf(start, deploy, ''))),
  ]);
  const rest = figures.filter(
    ({ name }) => ![...elsewhere].some((other) => name.startsWith(other)),
  );
  const rows = rest.map(({ name, n, value, unit }) => {
    const limit = limits.find((each) => each.name === name && each.n === n);
    return [
      ...[name, String(n), String(value), unit],
      limit ? `${limit.is} ${limit.value}` : '',
      String(boundOf(figures, name, n) ?? ''),
      // A pass is its poll.
      name === 'pass, nothing changed: requests'
        ? String(PREDECESSOR_REQUESTS['poll, nothing changed']?.[n] ?? '')
        : '',
    ];
  });
  return table(['figure', 'of', 'value', 'unit', 'limit', 'cannot be beaten', 'predecessor'], rows);
}

/** Of a page or a webhook it is what a Worker takes that does nothing. */
function boundOf(figures: readonly Figure[], name: string, n: number): number | null {
  const page = name.replace(/: CPU$/, '');
  if (Object.hasOwn(PAGES, page)) return measured(figures, IDLE_REQUEST, 1);
  switch (name) {
    case 'pass, nothing changed: requests':
      return REQUEST_FLOORS['poll, nothing changed']?.(n).requests ?? null;
    case 'webhook: CPU':
      return measured(figures, IDLE_WEBHOOK_CPU, 1);
    case 'webhook: requests':
      return 0;
    case WEBHOOK_RATE:
      return measured(figures, IDLE_WEBHOOK_RATE, 1);
    case 'month: cost':
      return SUBSCRIPTION;
    default:
      return null;
  }
}
