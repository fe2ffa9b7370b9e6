// The verdict of a soak: flat passes, growth does not.
import { describe, expect, it } from 'vitest';
import { heading, row, type Sample, verdictOf } from '../../scripts/soak/samples.ts';

const MEGA = 1_048_576;
const at = (minute: number, memory: number, tables = 20, logRows = 1_000): Sample => ({
  ...{ minute, webhooks: 200 * minute, requests: 900, landed: 7, open: 1_000, statusMs: 12 },
  memoryBytes: memory * MEGA,
  tables: { otherBytes: tables * MEGA, logBytes: minute * MEGA, logRows },
});
const minutes = Array.from({ length: 9 }, (_, index) => index + 1);

describe('the verdict of a soak', () => {
  it('lets memory find its level first', () => {
    const samples = minutes.map((minute) => at(minute, minute < 4 ? 100 * minute : 300));
    expect(verdictOf(samples).isFlat).toBe(true);
  });

  it('notices memory that grows on', () => {
    const { isFlat, sentences } = verdictOf(minutes.map((minute) => at(minute, 100 * minute)));
    expect(isFlat).toBe(false);
    expect(sentences[0]).toBe(
      'GROWING, memory: 60.0% more in the last third than in the middle one',
    );
  });

  it('notices tables that grow on, beside an event log that fills up', () => {
    const flat = verdictOf(minutes.map((minute) => at(minute, 300)));
    const { isFlat, sentences } = verdictOf(minutes.map((minute) => at(minute, 300, 20 + minute)));
    expect([flat.isFlat, isFlat]).toEqual([true, false]);
    expect(sentences[1]).toMatch(/^GROWING, tables beside the event log: 12\.0%/);
  });

  it('notices an event log that is not cut', () => {
    const { isFlat, sentences } = verdictOf(minutes.map((minute) => at(minute, 300, 20, 2_001)));
    expect(isFlat).toBe(false);
    expect(sentences[2]).toBe('event log GROWS: 2001 rows in the fullest, of 2000');
  });

  it('has columns below their names', () => {
    expect(row(at(1, 300)).length).toBe(heading().length);
    expect(row(at(1, 300))).toMatch(
      / 1 +200 +900 +7 +1000 +300\.0 MB +20\.0 MB +1\.0 MB +1000 +12 ms$/,
    );
  });
});
