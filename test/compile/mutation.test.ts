// Breaks a good file at random, always in the same ways: each broken file compiles to jobs that Batch
// takes, or is refused with a sentence. Never an exception.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobSpecSchema } from '../../schemas/job-spec.ts';
import { toJobSpecs } from '../../src/compile/compile.ts';
import { compiled } from './support.ts';

const MUTATIONS = 300;
const SEED = 20261122;

/** Mulberry32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const SCRAPS = [
  '{{',
  '}}',
  '{%',
  '%}',
  ': ',
  '- ',
  '\n',
  '  ',
  "'",
  '"',
  '&a ',
  '*a',
  '!x ',
  '[',
  '{',
  '|',
  '-1',
  'null',
  '\t',
  'é',
  '😀',
  '\u0000',
  'valueFrom: x.y',
  '<<: *a',
];

function mutate(text: string, random: (below: number) => number): string {
  const lines = text.split('\n');
  const at = random(lines.length);
  const other = random(lines.length);
  const line = lines[at] ?? '';
  switch (random(6)) {
    case 0:
      return lines.toSpliced(at, 1).join('\n');
    case 1:
      return lines.toSpliced(at, 0, lines[other] ?? '').join('\n');
    case 2:
      return lines
        .with(at, lines[other] ?? '')
        .with(other, line)
        .join('\n');
    case 3:
      return lines.with(at, line.replace(/\S+$/, SCRAPS[random(SCRAPS.length)] ?? '')).join('\n');
    case 4:
      return lines.with(at, ' '.repeat(random(8)) + line.trimStart()).join('\n');
    default: {
      const place = random(text.length);
      return text.slice(0, place) + SCRAPS[random(SCRAPS.length)] + text.slice(place + random(3));
    }
  }
}

describe('S6.3 a broken file is refused, not fatal', () => {
  const folder = join(import.meta.dirname, 'golden');
  const good = ['run-image.yaml', 'build-image.yaml', 'scopes.yaml'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );

  it(`${MUTATIONS} mutations with seed ${SEED}`, () => {
    const random = randomFrom(SEED);
    for (let n = 0; n < MUTATIONS; n += 1) {
      let text = good[n % good.length] ?? '';
      for (let times = random(3); times >= 0; times -= 1) text = mutate(text, random);
      const batch = compiled(text);
      if (batch.ok) {
        const jobs = toJobSpecs(batch.value);
        expect(jobs.length).toBeGreaterThan(0);
        for (const job of jobs) expect(jobSpecSchema.safeParse(job).error).toBeUndefined();
      } else {
        expect(batch.error.message, text).toMatch(/\S/);
        if (!/^nothing to|^not acceptable/.test(batch.error.message)) {
          expect(batch.error.line, text).toBeGreaterThan(0);
        }
      }
    }
  });
});
