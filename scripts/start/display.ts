// Shows a run on the terminal. With a terminal: events scroll, and below them stands one line for each
// pull request, redrawn in place. Without one (a file, a CI log): one plain line for each event.
import { styleText } from 'node:util';
import { oneLine } from './one-line.ts';
import { type RowText, rowLines } from './row-lines.ts';

type Style = Parameters<typeof styleText>[0];
export type Tone = 'plain' | 'good' | 'bad' | 'quiet' | 'strong';

/** One line of the standing block. */
export interface Row extends RowText {
  readonly tone: Tone;
}

/** Standard output, or in tests any stream that says of itself what a terminal says. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

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

export function createDisplay(out: Output): Display {
  const startedAt = performance.now();
  const live = out.isTTY === true && process.env['TERM'] !== 'dumb';
  let block: readonly Row[] = [];
  /** The block as it stands on the terminal. */
  let standing = '';

  const paint = (text: string, tone: Tone): string => {
    const style = STYLES[tone];
    // validateStream makes it honour NO_COLOR, FORCE_COLOR and what the stream can show.
    return style === null ? text : styleText(style, text, { stream: out, validateStream: true });
  };
  const drawn = (): string => {
    // What has scrolled off the top cannot be redrawn, so the block never fills the screen. A terminal
    // that does not know its size says 0.
    const shown = block.slice(-Math.max(1, (out.rows || 24) - 4));
    const lines = rowLines(shown, (out.columns || 80) - 1);
    const painted = lines.map((line, index) => paint(line, shown[index]?.tone ?? 'plain'));
    return painted.length === 0 ? '' : `\n${painted.join('\n')}\n`;
  };
  /** Puts `text` above the block and the block as it is to be now below it. */
  const redraw = (text: string): void => {
    const height = standing.split('\n').length - 1;
    standing = drawn();
    out.write(`${height === 0 ? '' : `\x1b[${height}A\x1b[0J`}${text}${standing}`);
  };
  const print = (line: string): void => {
    if (live) redraw(`${line}\n`);
    else out.write(`${line}\n`);
  };

  return {
    live,
    say: (text, tone = 'plain') => print(paint(text, tone)),
    event(text, tone = 'plain') {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
      print(`${paint(`${seconds}s`, 'quiet')}  ${paint(oneLine(text), tone)}`);
    },
    rows(rows) {
      block = rows;
      if (live && drawn() !== standing) redraw('');
    },
    end() {
      block = [];
      standing = '';
    },
  };
}
