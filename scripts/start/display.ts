// Shows a run on the terminal. With a terminal: events scroll, and below them stands one line for each
// pull request, redrawn in place. Without one (a file, a CI log): one plain line for each event.
import { stripVTControlCharacters, styleText } from 'node:util';
import { alignColumns } from './table.ts';

type Style = Parameters<typeof styleText>[0];
export type Tone = 'plain' | 'good' | 'bad' | 'quiet' | 'strong';

/** One line of the standing block. */
export interface Row {
  readonly cells: readonly string[];
  readonly tone: Tone;
}

export interface Display {
  /** True when there is a terminal to redraw rows on. */
  readonly live: boolean;
  /** A line that stays. */
  say(text: string, tone?: Tone): void;
  /** Something that happened, with the seconds since the start. */
  event(text: string, tone?: Tone): void;
  /** Replaces the standing block; without a terminal nothing is printed. */
  rows(rows: readonly Row[]): void;
  /** Leaves the block as it is and gives the terminal back. */
  end(): void;
}

const STYLES: Readonly<Record<Tone, Style | null>> = {
  plain: null,
  good: 'green',
  bad: 'red',
  quiet: 'gray',
  strong: 'bold',
};

/** @param out standard output in life; anything with write() in tests. */
export function createDisplay(out: NodeJS.WriteStream): Display {
  const startedAt = performance.now();
  const live = out.isTTY === true && process.env['TERM'] !== 'dumb';
  let block: readonly Row[] = [];
  let blockHeight = 0;

  const paint = (text: string, tone: Tone): string => {
    const style = STYLES[tone];
    // validateStream makes it honour NO_COLOR, FORCE_COLOR and what the stream can show.
    return style === null ? text : styleText(style, text, { stream: out, validateStream: true });
  };
  const erase = (): string => (blockHeight === 0 ? '' : `\x1b[${blockHeight}A\x1b[0J`);
  const draw = (): string => {
    // What has scrolled off the top cannot be redrawn, so the block never fills the screen.
    const shown = block.slice(-Math.max(1, (out.rows ?? 24) - 4));
    const lines = alignColumns(shown.map((row) => row.cells));
    const width = (out.columns ?? 80) - 1;
    const painted = lines.map((line, index) =>
      paint(clip(line, width), shown[index]?.tone ?? 'plain'),
    );
    blockHeight = painted.length === 0 ? 0 : painted.length + 1;
    return painted.length === 0 ? '' : `\n${painted.join('\n')}\n`;
  };
  const print = (line: string): void => {
    out.write(`${live ? erase() : ''}${line}\n${live ? draw() : ''}`);
  };

  return {
    live,
    say: (text, tone = 'plain') => print(paint(text, tone)),
    event(text, tone = 'plain') {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
      print(`${paint(`${seconds}s`, 'quiet')}  ${paint(oneLine(text), tone)}`);
    },
    rows(rows) {
      if (!live) return;
      const before = erase();
      block = rows;
      out.write(before + draw());
    },
    end() {
      block = [];
      blockHeight = 0;
    },
  };
}

/** Titles come from pushes: no control character of theirs may reach the terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return stripVTControlCharacters(text).replace(/[\x00-\x1f\x7f]+/g, ' ');
}

function clip(text: string, width: number): string {
  const plain = oneLine(text);
  return plain.length <= width ? plain : `${plain.slice(0, Math.max(0, width - 1))}…`;
}
