// The plots of docs/performance.md, beside the predecessor's figures and what cannot be beaten.
import { type Figure, measured } from './figure.ts';
import { LANDING_FLOORS, REQUEST_FLOORS } from './floor.ts';
import { KS, nameOf, STARTS, type Start } from './landings.ts';
import { type Curve, plotSvg } from './plot.ts';
import { PREDECESSOR_LANDINGS, PREDECESSOR_REQUESTS } from './predecessor.ts';
import { SIZES } from './requests.ts';

const [BLUE, LIGHT_BLUE] = ['#1f6feb', '#54aeff'];
const [GREY, LIGHT_GREY] = ['#6e7781', '#c4cbd3'];
const GREEN = '#1a7f37';

/** @returns SVG by file name */
export const plotsOf = (figures: readonly Figure[]): Readonly<Record<string, string>> => ({
  'requests.svg': requestPlot(figures),
  'landings.svg': landingPlot(figures, 'batches', 'Test batches', 'test batches'),
  'landing-time.svg': landingPlot(figures, 'time', 'Time', 'lengths of a test'),
});

function requestPlot(figures: readonly Figure[]): string {
  const event = 'poll, nothing changed';
  const ours = (what: string): Curve['points'] =>
    SIZES.map((n) => [n, measured(figures, `${event}: ${what}`, n)]);
  const floor = SIZES.map((n) => [n, REQUEST_FLOORS[event]?.(n).requests ?? 0] as const);
  return plotSvg({
    title: 'A poll with nothing changed',
    x: 'open pull requests',
    y: 'requests',
    scale: 'logarithmic',
    curves: [
      {
        name: 'predecessor, all in a row',
        color: GREY,
        points: points(PREDECESSOR_REQUESTS[event]),
      },
      { name: 'Sluice', color: BLUE, points: ours('requests') },
      { name: 'Sluice, in a row', color: LIGHT_BLUE, points: ours('depth') },
      { name: 'the floor', color: GREEN, dashed: true, points: floor },
    ],
  });
}

/** With deploys of 45 minutes. The predecessor's lie below, for where both are the same. */
function landingPlot(
  figures: readonly Figure[],
  what: 'batches' | 'time',
  title: string,
  y: string,
): string {
  const before = (start: Start, color: string): Curve => ({
    name: `predecessor, ${start}`,
    color,
    points: points(PREDECESSOR_LANDINGS[45][start][what]),
  });
  const ours = (start: Start, color: string): Curve => ({
    name: `Sluice, ${start}`,
    color,
    dashed: true,
    points: KS.map((k) => [k, measured(figures, nameOf(start, 45, what), k)]),
  });
  const [untested, green] = STARTS;
  return plotSvg({
    title: `${title} to land K approved pull requests, deploys of 45 min`,
    x: 'K',
    y,
    scale: 'linear',
    curves: [
      before(untested, GREY),
      before(green, LIGHT_GREY),
      ours(untested, BLUE),
      ours(green, LIGHT_BLUE),
      {
        ...{ name: 'the floor, untested', color: GREEN, dashed: true },
        points: KS.map((k) => [k, LANDING_FLOORS.untested[what](k)]),
      },
    ],
  });
}

const points = (values: Readonly<Record<number, number>> | undefined): Curve['points'] =>
  Object.entries(values ?? {}).map(([n, value]) => [Number(n), value]);
