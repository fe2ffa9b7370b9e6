// A plot of a few curves as SVG: both axes logarithmic, every point marked, readable on light and dark. Pure.

export interface Curve {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly curves: readonly Curve[];
}

const [WIDTH, HEIGHT] = [760, 420];
const MARGIN = { left: 70, right: 190, top: 40, bottom: 50 };

/** Where a value is between two, by its logarithm. */
const share = (value: number, least: number, most: number): number =>
  Math.log(value / least) / Math.log(most / least);

export function plotSvg({ title, x, y, curves }: Plot): string {
  const points = curves.flatMap((curve) => curve.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [xMost, yMost] = [Math.max(...xs), 10 ** Math.ceil(Math.log10(Math.max(...ys)))];
  const at = (x: number, y: number): readonly [number, number] => [
    MARGIN.left + share(x, Math.min(...xs), xMost) * (WIDTH - MARGIN.left - MARGIN.right),
    HEIGHT - MARGIN.bottom - share(y, 1, yMost) * (HEIGHT - MARGIN.top - MARGIN.bottom),
  ];
  const ticks = [
    ...[...new Set(xs)].map((x) => label(at(x, 1)[0], HEIGHT - MARGIN.bottom + 18, 'middle', x)),
    ...powersOfTen(yMost).flatMap((y) => [
      label(MARGIN.left - 8, at(1, y)[1] + 4, 'end', y),
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${round(at(1, y)[1])}" y2="${round(at(1, y)[1])}" stroke="#ddd"/>`,
    ]),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="15">${title}</text>`,
    ...ticks,
    label((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 10, 'middle', x),
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${y}</text>`,
    ...curves.flatMap((curve, index) => drawn(curve, index, at)),
    '</svg>\n',
  ].join('\n');
}

function drawn(
  { name, color, points }: Curve,
  index: number,
  at: (x: number, y: number) => readonly [number, number],
): string[] {
  const places = points.map(([x, y]) => at(x, Math.max(1, y)).map(round));
  const [x, y] = [WIDTH - MARGIN.right + 16, MARGIN.top + 10 + index * 22];
  return [
    `<polyline fill="none" stroke="${color}" stroke-width="2" points="${places.join(' ')}"/>`,
    ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>`),
    `<rect x="${x}" y="${y - 8}" width="10" height="10" fill="${color}"/>`,
    label(x + 16, y + 1, 'start', name),
  ];
}

const label = (x: number, y: number, anchor: string, text: string | number): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`;

const powersOfTen = (most: number): number[] =>
  Array.from({ length: Math.round(Math.log10(most)) + 1 }, (_, power) => 10 ** power);

const round = (value: number): number => Math.round(value * 10) / 10;
