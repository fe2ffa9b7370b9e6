// States as earlier versions of the code have stored them, recorded from those versions at work: each is read by today's,
// and what people said is never lost.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BranchName } from '../../schemas/ids.ts';
import { BranchRecord, PullRequest } from '../../schemas/state.ts';
import { bakery } from '../../scripts/sim/world/bakery.ts';
import { decide } from '../../src/core/decide.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { nextAlarm } from '../../src/core/next-alarm.ts';
import { readStored, refusalOfNewer } from '../../src/core/stored-state.ts';
import { BRANCH, NOON, pullOf, stateOf } from '../support/builders.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'stored-states');
const Recording = z.object({
  record: z.looseObject({
    branch: BranchName,
    frozen: z.unknown(),
    authorized: z.array(z.string()),
    attempts: z.record(z.string(), z.number()),
    deployAttempts: z.record(z.string(), z.number()),
  }),
  pulls: z.array(
    z.looseObject({ facts: z.looseObject({ number: z.number() }), attempt: z.number() }),
  ),
});
const recordings = readdirSync(FOLDER).flatMap((file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const moments = z.record(z.string(), Recording).parse(JSON.parse(text));
  return Object.entries(moments).map(([moment, recording]) => ({
    name: `${file}, ${moment}`,
    recording,
  }));
});

type Recorded = z.infer<typeof Recording>;
const read = ({ record, pulls }: Recorded) =>
  readStored(
    { record, pulls: pulls.map((pull) => [pull.facts.number, JSON.stringify(pull)]) },
    record.branch,
  );

describe('S2.4 what earlier versions have stored', () => {
  it('was recorded of each', () => {
    expect(recordings.length).toBeGreaterThan(15);
  });

  it.each(recordings)('is read: $name', ({ recording }) => {
    const { state } = read(recording);
    const { pulls, ...record } = state;
    expect(BranchRecord.parse(record)).toEqual(record);
    for (const pull of Object.values(pulls)) expect(PullRequest.parse(pull)).toEqual(pull);
    // It can be worked with, and it wakes by itself.
    expect(() => decide(state, bakery, NOON)).not.toThrow();
    expect(nextAlarm(state, bakery, NOON)).toBeLessThanOrEqual(NOON);
  });

  it.each(recordings)('keeps what people said: $name', ({ recording }) => {
    const { record, pulls } = recording;
    const { state } = read(recording);
    // A freeze had no end then.
    const frozen = record.frozen && { until: null, ...record.frozen };
    expect([state.frozen, state.authorized]).toEqual([frozen, record.authorized]);
    expect(state.deployAttempts).toMatchObject(record.deployAttempts);
    const attempts = pulls.map(({ facts: { number }, attempt }) => [number, attempt]);
    const known = attempts.map(([number = 0]) => [
      number,
      state.pulls[number]?.attempt ?? state.attempts[number],
    ]);
    expect(known).toEqual(attempts);
  });

  it('S6.10 a retry that was asked for is not forgotten with a row that cannot be read', () => {
    const { pulls: _, ...record } = stateOf({ attempts: { 3: 4 } });
    const retried = { ...pullOf(7), attempt: 2, build: 'of another shape' };
    const rows = [[7, JSON.stringify(retried)] as const, [8, '{"attempt": 2'] as const];
    const { state, startedOver } = readStored({ record, pulls: rows }, BRANCH);
    expect([startedOver, state.attempts]).toEqual([true, { 3: 4, 7: 2 }]);
  });
});

describe('S2.4 what a newer version has stored', () => {
  const { pulls: _, ...record } = newBranch(BRANCH);

  it('is refused by its number, with what to do', () => {
    expect(refusalOfNewer({ ...record, v: 2 }, BRANCH)).toBe(
      'acme/bakery:main was stored by a newer version of Sluice (shape 2; this one knows 1). ' +
        'Nothing is touched and nothing is done: deploy that version again, or a newer one.',
    );
    expect(refusalOfNewer(record, BRANCH)).toBeNull();
    expect(refusalOfNewer({ v: 'x' }, BRANCH)).toBeNull();
    expect(refusalOfNewer(undefined, BRANCH)).toBeNull();
  });

  it('under the same number is read without what is new in it', () => {
    const newer = { ...record, wisdom: ['of the future'] };
    const { state, startedOver } = readStored({ record: newer, pulls: [] }, BRANCH);
    expect([startedOver, state]).toEqual([false, newBranch(BRANCH)]);
  });
});
