// A row of bars over time, drawn by the server, with the same in words for who does not see it.

interface Bar {
  readonly name: string;
  readonly value: number;
  /** The whole of it, in words. */
  readonly text: string;
}

const WIDTH = 960;
const HEIGHT = 160;
const LEFT = 32;
const BOTTOM = 22;
const TOP = 8;
/** So many names fit below. */
const NAMES_MAX = 8;

export const Plot = ({ title, bars }: { title: string; bars: readonly Bar[] }) => {
  const top = Math.max(1, ...bars.map(({ value }) => value));
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const heightOf = (value: number): number => (value / top) * (HEIGHT - TOP - BOTTOM);
  const every = Math.ceil(bars.length / NAMES_MAX);
  const floor = HEIGHT - BOTTOM;
  return (
    <figure class="plot" tabindex={0} aria-label={title}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}. ${wordsOf(bars)}`}>
        {[0, top].map((value) => (
          <>
            <path class="axis" d={`M${LEFT} ${floor - heightOf(value)}H${WIDTH}`} />
            <text class="end" x={LEFT - 6} y={floor - heightOf(value) + 4}>
              {value}
            </text>
          </>
        ))}
        {bars.map(({ name, value, text }, index) => (
          <g>
            <title>{text}</title>
            <rect
              class="bar-of-day"
              x={round(LEFT + index * step + step * 0.15)}
              y={round(floor - heightOf(value))}
              width={round(step * 0.7)}
              height={round(heightOf(value))}
              rx={2}
            />
            {index % every === 0 ? (
              <text class="middle" x={round(LEFT + (index + 0.5) * step)} y={HEIGHT - 6}>
                {name.slice(5)}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
    </figure>
  );
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** Days on which nothing was are left out. */
const wordsOf = (bars: readonly Bar[]): string =>
  bars
    .filter(({ value }) => value > 0)
    .map(({ text }) => text)
    .join('; ') || 'None.';
