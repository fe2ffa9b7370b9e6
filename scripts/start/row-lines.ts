// Lays out the rows that stand below a run's events, one line for each, for the terminal's width. Pure; it
// knows neither colours nor what the rows are about.
import { oneLine } from './one-line.ts';
import { alignColumns } from './table.ts';

/** Where there is little room, the title gives way to the note. */
export interface RowText {
  readonly label: string;
  readonly state: string;
  readonly title: string;
  readonly note: string;
}

/** alignColumns puts two spaces after each of the first three columns. */
const GAPS_WIDTH = 6;

/** @returns lines of at most `width` characters, with none that would move the cursor. */
export function rowLines(rows: readonly RowText[], width: number): string[] {
  const texts = rows.map(({ label, state, title, note }) => ({
    label: oneLine(label),
    state: oneLine(state),
    title: oneLine(title),
    note: oneLine(note),
  }));
  const widest = (column: keyof RowText): number =>
    Math.max(0, ...texts.map((text) => text[column].length));
  const room = width - GAPS_WIDTH - widest('label') - widest('state');
  // A third is enough of a stub to tell one title from another.
  const titleRoom = Math.max(room - widest('note'), Math.floor(room / 3));
  const cells = texts.map(({ label, state, title, note }) => [
    label,
    state,
    clip(title, titleRoom),
    note,
  ]);
  return alignColumns(cells).map((line) => clip(line, width));
}

function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}
