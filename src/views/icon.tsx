// The pictures beside words. A word always says the same: none of them is there for itself.

const PATHS = {
  check: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M5 8.3l2.1 2.1L11 6.2',
  cross: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  wait: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M8 4.5V8l2.3 1.6',
  run: 'M8 1.5A6.5 6.5 0 1 0 14.5 8',
  none: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M5.2 8h5.6',
  lock: 'M4 7.2h8v6.3H4zM5.6 7V5a2.4 2.4 0 0 1 4.8 0v2',
  freeze:
    'M8 1.5v13M2.4 4.8l11.2 6.4M13.6 4.8L2.4 11.2M6.2 2.5L8 4.2l1.8-1.7M6.2 13.5L8 11.8l1.8 1.7',
  warn: 'M8 2L1.6 13.5h12.8zM8 6.4v3.2M8 11.6v.1',
  land: 'M4 1.8v12.4M12 1.8v6.4M12 8.2a4 4 0 0 1-4 4H4',
  deploy: 'M8 14V4.5M4.2 8L8 4.2L11.8 8M2.5 1.8h11',
  up: 'M3.5 10L8 5.5l4.5 4.5',
  down: 'M3.5 6L8 10.5L12.5 6',
  dot: 'M8 6.6a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, tone }: { name: IconName; tone?: Tone }) => (
  <svg class={`icon ${tone ?? ''}`} viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[name]} class={name === 'run' ? 'spin' : undefined} />
  </svg>
);

/** The same inside another picture, at a place of it. */
export const Mark = ({ name, x, y }: { name: IconName; x: number; y: number }) => (
  <g transform={`translate(${x} ${y})`}>
    <path d={PATHS[name]} class={name === 'run' ? 'mark spin' : 'mark'} />
  </g>
);

export type Tone = 'good' | 'bad' | 'wait' | 'info' | 'none';
