// Settings that are longer than one variable of Cloudflare: they come in parts.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config.ts';
import { testEnvironment } from '../support/environment.ts';

const text = testEnvironment.SLUICE_CONFIG;
const whole = parseConfig(testEnvironment);
const inParts = (parts: readonly string[], others: object = {}) => {
  const named = parts.map((part, at) => [`SLUICE_CONFIG${at === 0 ? '' : `_${at + 1}`}`, part]);
  return parseConfig({ ...testEnvironment, ...Object.fromEntries(named), ...others });
};

describe('S1.2 settings in parts', () => {
  it('are one document, wherever they are cut', () => {
    for (const size of [7, 100, 250]) {
      const parts = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
      expect(parts.length).toBeGreaterThan(1);
      expect(inParts(parts)).toEqual(whole);
    }
  });

  it('end at the first part that is empty or missing: others are left from longer settings', () => {
    expect(inParts([text, '', 'left over'])).toEqual(whole);
    expect(inParts([text], { SLUICE_CONFIG_3: 'left over' })).toEqual(whole);
  });

  it('of which one is missing are refused', () => {
    const [first, third] = [text.slice(0, 99), text.slice(200)];
    expect(inParts([first], { SLUICE_CONFIG_3: third })).toEqual({
      ok: false,
      error: [expect.stringMatching(/^SLUICE_CONFIG is not JSON: /)],
    });
  });
});
