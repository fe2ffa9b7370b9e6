// The display on a terminal and on none: when it repaints, and what a file gets to see.
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDisplay, type Row } from '../../scripts/start/display.ts';

afterEach(() => vi.unstubAllEnvs());

/** A stream that remembers what it got, and is a terminal if it is told its width. */
function output(columns?: number) {
  const stream = new PassThrough();
  const written: string[] = [];
  stream.on('data', (chunk) => written.push(String(chunk)));
  const size = columns === undefined ? {} : { isTTY: true, columns, rows: 24 };
  return { out: Object.assign(stream, size), written };
}

const row = (state: string): Row => ({
  label: '#1',
  state,
  title: 'Bread',
  note: 'Not approved.',
  tone: 'bad',
});

describe('the display on a terminal', () => {
  it('repaints its rows only when they look different', () => {
    const { out, written } = output(60);
    const display = createDisplay(out);
    display.rows([row('pending')]);
    expect(written.map(stripVTControlCharacters)).toEqual([
      '\n#1  pending  Bread  Not approved.\n',
    ]);
    display.rows([row('pending')]);
    expect(written).toHaveLength(1);
    display.rows([row('success')]);
    expect(written[1]?.startsWith('\x1b[2A\x1b[0J')).toBe(true);
    out.columns = 24;
    display.rows([row('success')]);
    expect(written).toHaveLength(3);
  });

  it('keeps the rows below what is said, and leaves them where they are at the end', () => {
    const { out, written } = output(60);
    const display = createDisplay(out);
    display.rows([row('pending')]);
    display.say('hello');
    expect(stripVTControlCharacters(written[1] ?? '')).toBe(
      'hello\n\n#1  pending  Bread  Not approved.\n',
    );
    display.end();
    display.say('bye');
    expect(written[2]).toBe('bye\n');
  });
});

describe('the display without a terminal', () => {
  it('prints one plain line for each event and no rows', () => {
    const { out, written } = output();
    const display = createDisplay(out);
    expect(display.live).toBe(false);
    display.rows([row('pending')]);
    display.event('#1 opened\x1b[2J', 'good');
    display.say('done', 'bad');
    expect(written).toEqual([expect.stringMatching(/^ +\d+\.\ds {2}#1 opened\n$/), 'done\n']);
  });

  it('is what a dumb terminal gets too', () => {
    vi.stubEnv('TERM', 'dumb');
    expect(createDisplay(output(60).out).live).toBe(false);
  });
});
