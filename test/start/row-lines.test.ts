// The standing rows on terminals of different widths: what is cut off, and what never is.
import { describe, expect, it } from 'vitest';
import { type RowText, rowLines } from '../../scripts/start/row-lines.ts';

const row = (label: string, state: string, title: string, note: string): RowText => ({
  label,
  state,
  title,
  note,
});
const rows = [
  row('#1', 'error', 'A very long title that says everything at once', 'It conflicts with main.'),
  row('#12', 'landed', 'Short', 'as 0123abcd'),
];

describe('the standing rows', () => {
  it('show everything where there is room', () => {
    expect(rowLines(rows, 100)).toEqual([
      '#1   error   A very long title that says everything at once  It conflicts with main.',
      '#12  landed  Short                                           as 0123abcd',
    ]);
  });

  it('give the note what it needs and the title what is left', () => {
    expect(rowLines(rows, 59)).toEqual([
      '#1   error   A very long title th…  It conflicts with main.',
      '#12  landed  Short                  as 0123abcd',
    ]);
  });

  it('leave a stub of the title beside a long note, also on a very narrow terminal', () => {
    const note = 'It was not approved. It has the label "wait". The branch is frozen by carol.';
    const long = [row('#1', 'waiting', 'A very long title that says everything', note)];
    expect(rowLines(long, 59)).toEqual([
      '#1  waiting  A very long t…  It was not approved. It has t…',
    ]);
    expect(rowLines(long, 24)).toEqual(['#1  waiting  A …  It wa…']);
    for (const width of [0, 5, 20, 40]) expect(rowLines(long, width)[0]?.length).toBe(width);
  });

  it('let no control character of a title through, and count none', () => {
    const sly = [row('#1', 'error', '\x1b[31mred\x1b[0m\r\nx', 'y'), row('#2', '', '', 'z')];
    expect(rowLines(sly, 40)).toEqual(['#1  error  red x  y', '#2                z']);
  });

  it('are none for none', () => {
    expect(rowLines([], 40)).toEqual([]);
  });
});
