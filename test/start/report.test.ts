// The judgement of a finished demo: what each pull request's events come to, and that a report is
// only ok when git, the forge and the live site agree with what Sluice says.
import { describe, expect, it } from 'vitest';
import { type Evidence, judge, type PullEvidence } from '../../scripts/start/report.ts';
import type { SluiceEvent } from '../../scripts/start/sluice-api.ts';

const sha = (letter: string): string => letter.repeat(40);
const [BASE, HEAD, TESTED, OTHER] = [sha('a'), sha('b'), sha('c'), sha('d')];

function history(
  ...steps: readonly (readonly [string, number | null, Record<string, unknown>?])[]
) {
  return steps.map(
    ([kind, pr, data = {}], index): SluiceEvent => ({
      seq: index + 1,
      at: '2026-01-01T00:00:00Z',
      kind,
      pr,
      text: `${kind} happened`,
      data,
    }),
  );
}

const tested = { batch: 1, source_sha: HEAD, target_sha: BASE, tested_sha: TESTED };
const landed = { ...tested, landed_sha: TESTED };
const pull = (changes: Partial<PullEvidence> = {}): PullEvidence => ({
  number: 1,
  title: 'A loaf',
  intended: 'landed',
  sourceSha: HEAD,
  status: null,
  forge: { state: 'closed', comments: [] },
  ...changes,
});

const good: Evidence = {
  events: history(
    ['test.started', 1, tested],
    ['test.passed', 1],
    ['land.landed', 1, landed],
    ['deploy.started', null, { sha: TESTED, batch: 2 }],
    ['deploy.succeeded', null, { sha: TESTED }],
  ),
  pulls: [pull()],
  main: [
    { sha: TESTED, parent: BASE },
    { sha: BASE, parent: null },
  ],
  liveSha: TESTED,
  brokeOff: null,
  milliseconds: 1234,
};

const problemsOf = (changes: Partial<Evidence>): string[] => {
  const report = judge({ ...good, ...changes });
  return [...report.problems, ...report.pulls.flatMap((each) => each.problems)];
};

describe('judging a demo', () => {
  it('reports a landing with its commits, batches and deployment', () => {
    expect(judge(good)).toEqual({
      ok: true,
      problems: [],
      milliseconds: 1234,
      deploys: [{ sha: TESTED, state: 'succeeded', batch: 2 }],
      pulls: [
        {
          number: 1,
          title: 'A loaf',
          outcome: 'landed',
          intended: 'landed',
          source_sha: HEAD,
          target_sha: BASE,
          tested_sha: TESTED,
          landed_sha: TESTED,
          batches: [1],
          problems: [],
        },
      ],
    });
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['the live site is behind', { liveSha: BASE }, `the live site serves ${BASE}`],
    ['main has another commit', { main: [{ sha: OTHER, parent: BASE }] }, 'not on the forge'],
    ['it stands elsewhere', { main: [{ sha: TESTED, parent: OTHER }] }, 'does not stand on'],
    ['the story broke off', { brokeOff: 'waited in vain' }, 'waited in vain'],
    ['nothing was opened', { pulls: [] }, 'no pull request was opened'],
    [
      'the forge shows it open',
      { pulls: [pull({ forge: { state: 'open', comments: [] } })] },
      'still shows it open',
    ],
    [
      'another commit landed than was tested',
      { events: history(['land.landed', 1, { ...landed, landed_sha: OTHER }]) },
      'not the tested one',
    ],
  ])('is not ok when %s', (_, changes, problem) => {
    expect(judge({ ...good, ...changes }).ok).toBe(false);
    expect(problemsOf(changes)).toContainEqual(expect.stringContaining(problem));
  });
});

describe('the outcome of a pull request', () => {
  const outcome = (events: SluiceEvent[], changes: Partial<PullEvidence> = {}) =>
    judge({ ...good, events, pulls: [pull(changes)] }).pulls[0]?.outcome;
  const held = { kind: 'label', text: 'has the label do-not-merge' };
  const status = {
    number: 1,
    title: 'A loaf',
    author: 'alice',
    source_sha: HEAD,
    reasons: [held],
  };

  it('is a retest when it was tested on two commits', () => {
    const again = { ...tested, target_sha: OTHER };
    const events = history(
      ['test.started', 1, tested],
      ['test.started', 1, again],
      ['land.landed', 1, landed],
    );
    expect(outcome(events)).toBe('landed after a retest');
  });

  it('is a failure, a conflict, a hold, or not decided', () => {
    const conflict = history(['test.unbuildable', 1, { why: 'conflict' }]);
    expect(outcome(history(['test.failed', 1]))).toBe('failed its tests');
    expect(outcome(conflict)).toBe('conflicts with main');
    expect(outcome(history(['test.passed', 1]), { status })).toBe('held by its label');
    expect(outcome(history(['test.passed', 1]))).toBe('undecided');
  });

  it('needs an authorization before the first test, and a word to the author', () => {
    const events = history(
      ['test.started', 1, tested],
      ['pull.authorized', 1],
      ['land.landed', 1, landed],
    );
    const pulls = [pull({ intended: 'landed after authorization' })];
    expect(problemsOf({ events, pulls })).toEqual(
      expect.arrayContaining([
        'it was tested before its commit was authorized',
        'no comment on the forge names the landed commit',
      ]),
    );
  });
});
