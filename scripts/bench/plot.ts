// A plot of a few curves as SVG: both axes logarithmic or both linear from 0, every point marked, readable on light and
// dark. Pure.

export interface Curve {
  readonly name: string;
  readonly color: string;
  /** A dashed one is seen above another that it lies on. */
  readonly dashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly scale: 'logarithmic' | 'linear';
  readonly curves: readonly Curve[];
}

type At = (x: number, y: number) => readonly [number, number];

const [WIDTH, HEIGHT] = [760, 420];
const MARGIN = { left: 70, right: 220, top: 40, bottom: 50 };
/** Lines of a linear axis. */
const LINES = 5;

/** An axis from one value to another: where a value is between them, and which are written beside it. */
interface Axis {
  readonly share: (value: number) => number;
  readonly ticks: readonly number[];
}

const logarithmic = (least: number, most: number, ticks: readonly number[]): Axis => ({
  share: (value) => Math.log(value / least) / Math.log(most / least),
  ticks,
});
const linear = (most: number, ticks: readonly number[]): Axis => ({
  share: (value) => value / most,
  ticks,
});

export function plotSvg({ title, x, y, scale, curves }: Plot): string {
  const points = curves.flatMap((curve) => curve.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [xMost, yMost] = [Math.max(...xs), Math.max(...ys)];
  const xTicks = [...new Set(xs)];
  const [across, up] =
    scale === 'linear'
      ? [linear(xMost, xTicks), evenly(yMost)]
      : [logarithmic(Math.min(...xs), xMost, xTicks), powersOfTen(yMost)];
  const at: At = (x, y) => [
    MARGIN.left + across.share(x) * (WIDTH - MARGIN.left - MARGIN.right),
    HEIGHT - MARGIN.bottom - up.share(y) * (HEIGHT - MARGIN.top - MARGIN.bottom),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="15">${title}</text>`,
    ...across.ticks.map((x) => label(at(x, 1)[0], HEIGHT - MARGIN.bottom + 18, 'middle', x)),
    ...up.ticks.flatMap((y) => {
      const height = round(at(xMost, y)[1]);
      return [
        label(MARGIN.left - 8, height + 4, 'end', y),
        `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${height}" y2="${height}" stroke="#ddd"/>`,
      ];
    }),
    label((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 10, 'middle', x),
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${y}</text>`,
    ...curves.flatMap((curve, index) => drawn(curve, index, at)),
    '</svg>\n',
  ].join('\n');
}

function drawn({ name, color, dashed = false, points }: Curve, index: number, at: At): string[] {
  const places = points.map(([x, y]) => at(x, y).map(round));
  const [x, y] = [WIDTH - MARGIN.right + 16, MARGIN.top + 10 + index * 22];
  const line = dashed ? 'stroke-width="2" stroke-dasharray="6 6"' : 'stroke-width="4"';
  return [
    `<polyline fill="none" stroke="${color}" ${line} points="${places.join(' ')}"/>`,
    ...places.map(
      ([x, y]) => `<circle cx="${x}" cy="${y}" r="${dashed ? 3 : 4}" fill="${color}"/>`,
    ),
    `<line x1="${x}" x2="${x + 18}" y1="${y - 3}" y2="${y - 3}" stroke="${color}" ${line}/>`,
    label(x + 24, y + 1, 'start', name),
  ];
}

const label = (x: number, y: number, anchor: string, text: string | number): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`;

function powersOfTen(most: number): Axis {
  const powers = Math.ceil(Math.log10(most));
  const ticks = Array.from({ length: powers + 1 }, (_, power) => 10 ** power);
  return logarithmic(1, 10 ** powers, ticks);
}

/** From 0 in steps of one, two or five. */
function evenly(most: number): Axis {
  const [rough, power] = [most / LINES, 10 ** Math.floor(Math.log10(most / LINES))];
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  const lines = Math.ceil(most / step);
  return linear(
    lines * step,
    Array.from({ length: lines + 1 }, (_, line) => line * step),
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
