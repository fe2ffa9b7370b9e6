// The verdict of a soak: flat passes, growth does not.
import { describe, expect, it } from 'vitest';
import { heading, row, type Sample, verdictOf } from '../../scripts/soak/samples.ts';

const MEGA = 1_048_576;
const at = (minute: number, memory: number, storage = 20): Sample => ({
  ...{ minute, webhooks: 200 * minute, requests: 900, landed: 7, open: 1_000, statusMs: 12 },
  memoryBytes: memory * MEGA,
  storageBytes: storage * MEGA,
});
const minutes = Array.from({ length: 9 }, (_, index) => index + 1);

describe('the verdict of a soak', () => {
  it('lets memory find its level first', () => {
    const samples = minutes.map((minute) => at(minute, minute < 4 ? 100 * minute : 300));
    expect(verdictOf(samples, 20).isFlat).toBe(true);
  });

  it('notices memory that grows on', () => {
    const { isFlat, sentences } = verdictOf(
      minutes.map((minute) => at(minute, 100 * minute)),
      20,
    );
    expect(isFlat).toBe(false);
    expect(sentences[0]).toBe('memory GROWS: 60.0% more in the last third than in the middle one');
  });

  it('notices storage beyond what the event log may take', () => {
    const { isFlat, sentences } = verdictOf(
      minutes.map((minute) => at(minute, 300, 61)),
      20,
    );
    expect(isFlat).toBe(false);
    expect(sentences[1]).toMatch(/^storage GROWS: 3.05 MB a branch/);
  });

  it('says when there is nothing to judge by', () => {
    expect(verdictOf([at(1, 100), at(2, 900)], 20).sentences).toEqual(['Too short for a verdict.']);
  });

  it('has columns below their names', () => {
    expect(row(at(1, 300)).length).toBe(heading().length);
    expect(row(at(1, 300))).toMatch(/ 1 +200 +900 +7 +1000 +300\.0 MB +20\.0 MB +12 ms$/);
  });
});
