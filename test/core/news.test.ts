// Two states -> what happened between them.
import { describe, expect, it } from 'vitest';
import { Event } from '../../schemas/event.ts';
import type { BranchState, PullRequest } from '../../schemas/state.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { news } from '../../src/core/news.ts';
import {
  configOf,
  conflict,
  failed,
  HEAD,
  landedPull,
  landingOf,
  NOON,
  outboxOf,
  pullOf,
  running,
  sha,
  sourceOf,
  stateOf,
  testedOf,
  unbuilt,
} from '../support/builders.ts';

type Change = Parameters<typeof stateOf>[0];
const told = (before: Change, after: Change): [kind: string, pr: number | null, text: string][] =>
  news(stateOf(before), stateOf(after)).map(({ kind, pr, text }) => [kind, pr, text]);

describe('S3.2 everything that happened is told once', () => {
  const frozen = { reason: 'fire', by: 'alice', since: NOON, until: null };
  const hold = { notBefore: NOON, failures: 1, error: 'no answer' };
  const land = { kind: 'land', landing: landingOf(1) } as const;
  const cancel = { kind: 'cancel_batch', batch: 9, why: 'x' } as const;
  const deploy = { sha: HEAD, batch: 9, attempt: 1, jobs: 1 };
  const begun = { state: 'begun', failures: 0, error: null } as const;

  it.each<[what: string, before: Change, after: Change, happened: ReturnType<typeof told>]>([
    ['nothing', {}, {}, []],
    [
      'the branch moved',
      {},
      { head: sha(3) },
      [['branch.moved', null, 'acme/bakery:main is at 0003000']],
    ],
    [
      'the branch is gone',
      {},
      { head: null },
      [['branch.moved', null, 'acme/bakery:main is at no commit']],
    ],
    ['frozen', {}, { frozen }, [['branch.frozen', null, 'Frozen by alice: fire']]],
    [
      'unfrozen',
      { frozen },
      {},
      [['branch.unfrozen', null, 'Unfrozen; alice had frozen it: fire']],
    ],
    [
      'unfrozen, from a freeze that had an end',
      { frozen: { ...frozen, until: frozen.since + 60 * 60_000 } },
      {},
      [['branch.unfrozen', null, 'Unfrozen; alice had frozen it for 60 minutes: fire']],
    ],
    [
      'a commit was authorized',
      { pulls: [] },
      { authorized: [sourceOf(1)] },
      [['pull.authorized', null, 'Commit 1001100 may be tested']],
    ],
    [
      'a candidate was chosen',
      {},
      { candidate: 1 },
      [['pull.candidate', 1, '#1 is the merge candidate']],
    ],
    ['no candidate any more', { candidate: 1 }, {}, []],
    [
      'landed',
      { pulls: [pullOf(1)], head: HEAD },
      { landings: [landedPull(1, { verified: false })], head: testedOf(1) },
      [
        ['branch.moved', null, 'acme/bakery:main is at 2001200'],
        ['land.landed', 1, '#1 landed as 2001200'],
      ],
    ],
    [
      'read back',
      { landings: [landedPull(1, { verified: false })] },
      { landings: [landedPull(1)] },
      [['land.verified', 1, 'The branch was read back after #1 landed']],
    ],
    [
      'a deploy started',
      {},
      { deploy: { kind: 'running', ...deploy } },
      [['deploy.started', null, 'Deploying aaaaaaa in batch 9']],
    ],
    [
      'it succeeded',
      { deploy: { kind: 'running', ...deploy } },
      { deploy: { kind: 'succeeded', ...deploy } },
      [['deploy.succeeded', null, 'Deployed aaaaaaa in batch 9']],
    ],
    [
      'one that nobody saw starting failed',
      {},
      { deploy: { kind: 'failed', ...deploy, failure: '1 of 1 job failed', failedJobs: [] } },
      [
        ['deploy.started', null, 'Deploying aaaaaaa in batch 9'],
        ['deploy.failed', null, 'Deploy of aaaaaaa in batch 9 failed: 1 of 1 job failed'],
      ],
    ],
    [
      'a commit cannot be deployed',
      {},
      { deploy: { kind: 'unbuildable', sha: HEAD, why: { kind: 'build_yaml', message: 'x' } } },
      [['deploy.failed', null, 'aaaaaaa cannot be deployed: x']],
    ],
    [
      'a landing began',
      {},
      { outbox: outboxOf({ action: land, ...begun }) },
      [['land.started', 1, 'Landing #1']],
    ],
    ['any other call began', {}, { outbox: outboxOf({ action: cancel, ...begun }) }, []],
    [
      'a call failed for the first time',
      { outbox: outboxOf({ action: cancel, ...begun }) },
      { outbox: outboxOf({ action: cancel }) },
      [['call.failed', null, 'cancel 9: no answer']],
    ],
    [
      'it failed again: counted, not told',
      { outbox: outboxOf({ action: cancel }) },
      { outbox: outboxOf({ action: cancel, failures: 2 }) },
      [],
    ],
    [
      'reading failed',
      {},
      { holds: { github: hold, batch: null, kubernetes: null } },
      [['call.failed', null, 'Reading github failed: no answer']],
    ],
    [
      'reading failed again: counted, not told',
      { holds: { github: hold, batch: null, kubernetes: null } },
      { holds: { github: { ...hold, failures: 2 }, batch: null, kubernetes: null } },
      [],
    ],
  ])('%s', (_what, before, after, happened) => {
    expect(told(before, after)).toEqual(happened);
  });
});

describe('S3.2 what happened to a pull request', () => {
  const check = intendedCheck(pullOf(1), [], configOf());
  const source = { ...pullOf(1).facts.source, sha: sha(5) };
  // The state shares what did not change, and so do these.
  const green = pullOf(1);
  const queued = pullOf(1, { build: unbuilt });

  it.each<
    [
      what: string,
      before: PullRequest | null,
      after: PullRequest | null,
      kinds: string[],
      text: string,
    ]
  >([
    ['opened', null, queued, ['pull.opened'], '#1 by alice: Change 1'],
    [
      'opened, its test already passed',
      null,
      pullOf(1),
      ['pull.opened', 'test.started', 'test.passed'],
      '#1 by alice: Change 1',
    ],
    ['closed', pullOf(1), null, ['pull.closed'], '#1 left the queue'],
    [
      'a push',
      pullOf(1),
      pullOf(1, { build: unbuilt, facts: { source } }),
      ['pull.updated', 'test.discarded'],
      '#1 is now at 0005000',
    ],
    [
      'a push before any test',
      queued,
      pullOf(1, { build: unbuilt, facts: { source } }),
      ['pull.updated'],
      '#1 is now at 0005000',
    ],
    [
      'tested',
      queued,
      pullOf(1, { build: running(1) }),
      ['test.started'],
      'Testing #1 on aaaaaaa in batch 101, because its commit is new',
    ],
    [
      'passed',
      pullOf(1, { build: running(1) }),
      pullOf(1),
      ['test.passed'],
      'Passed: #1 on aaaaaaa in batch 101',
    ],
    [
      'failed',
      pullOf(1, { build: running(1) }),
      pullOf(1, { build: failed(1) }),
      ['test.failed'],
      'Failed: #1 on aaaaaaa in batch 101: 1 of 2 jobs failed',
    ],
    [
      'tested again',
      pullOf(1),
      pullOf(1, { build: running(1, { batch: 105, reason: 'target_moved' }) }),
      ['test.started'],
      'Testing #1 on aaaaaaa in batch 105, because the branch has moved since its last test',
    ],
    [
      'its batch is gone',
      pullOf(1, { build: running(1) }),
      pullOf(1, { build: { kind: 'unbuilt', why: 'batch_gone' } }),
      ['test.discarded'],
      'The test of #1 in batch 101 counts no more',
    ],
    [
      'a conflict',
      queued,
      pullOf(1, { build: conflict() }),
      ['test.unbuildable'],
      '#1 cannot be tested: It conflicts with main.',
    ],
    [
      'parked',
      green,
      { ...green, parked: { words: 'no', until: NOON, times: 1 } },
      ['pull.parked'],
      'Landing #1 failed: no',
    ],
    [
      'a check was posted',
      green,
      { ...green, posted: { sha: sourceOf(1), check, at: NOON } },
      ['check.posted'],
      'Check on #1: success, Passed on aaaaaaa in batch 101',
    ],
    ['another title', green, { ...green, facts: { ...green.facts, title: 'x' } }, [], ''],
  ])('%s', (_what, before, after, kinds, text) => {
    const state = (pull: PullRequest | null): BranchState => stateOf({ pulls: pull ? [pull] : [] });
    const live = { live: [] };
    const happened = news({ ...state(before), ...live }, { ...state(after), ...live });
    expect([happened.map(({ kind }) => kind), happened[0]?.text ?? '']).toEqual([kinds, text]);
    expect(happened.filter(({ pr }) => pr !== 1)).toEqual([]);
    for (const item of happened) expect(Event.parse({ seq: 1, at: NOON, ...item })).toBeTruthy();
  });

  it('the fate of a test carries the commits that it is about', () => {
    const [item] = news(
      stateOf({ pulls: [pullOf(1, { build: running(1) })] }),
      stateOf({ pulls: [pullOf(1)] }),
    );
    expect(item?.data).toEqual({
      batch: 101,
      source_sha: sourceOf(1),
      target_sha: HEAD,
      tested_sha: testedOf(1),
      attempt: 1,
      reason: 'new_commit',
    });
  });
});
