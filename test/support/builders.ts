// Small values of the core for tests: commits from a counter, pull requests that would land, branches
// that were read. A test says only what differs from that. Knows nothing of GitHub's or Batch's JSON.
import type { ActionOf, LandingCommits } from '../../schemas/action.ts';
import type { Alert } from '../../schemas/alert.ts';
import { BranchName, Sha } from '../../schemas/ids.ts';
import type { Landing } from '../../schemas/landing.ts';
import type { TestNamespace } from '../../schemas/namespace.ts';
import type {
  BranchState,
  Build,
  OutboxRow,
  PullFacts,
  PullRequest,
  Review,
} from '../../schemas/state.ts';
import { actionKey } from '../../src/core/action-key.ts';
import { LOG } from '../../src/core/alert-settings.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { messageDigest } from '../../src/core/commit-message.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import { cleanFlags } from '../../src/core/flags.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import type { BatchPurpose, LiveNamespace, ObservedBatch } from '../../src/core/observation.ts';
import { marksOfTest, pullOfNamespace } from '../../src/core/test-namespace.ts';

export const BRANCH = BranchName.parse('acme/bakery:main');
/** 23 November 2026, noon. */
export const NOON = Date.UTC(2026, 10, 23, 12);

/** The same number, the same commit; its short form is legible: `sha(7)` begins `0007000`. */
export const sha = (number: number): Sha =>
  Sha.parse(number.toString(16).padStart(4, '0').repeat(10));

/** The branch's present commit, and the one before it. */
export const HEAD = sha(0xaaaa);
export const OLD_HEAD = sha(0xbbbb);
/** The commits of pull request `number`. */
export const sourceOf = (number: number): Sha => sha(0x1000 + number);
export const testedOf = (number: number): Sha => sha(0x2000 + number);
export const treeOf = (number: number): Sha => sha(0x3000 + number);

export const configOf = (change: Partial<BranchConfig> = {}): BranchConfig => ({
  name: BRANCH,
  owner: 'acme',
  repo: 'bakery',
  branch: 'main',
  watched: ['main'],
  deployable: false,
  mergeable: true,
  landing: 'exact',
  mergeMethod: 'squash',
  checkName: 'sluice',
  app: null,
  runningTestsMax: 3,
  minimumApprovals: 1,
  mergeWhileDeploying: false,
  deploySteps: null,
  labels: {
    doNotTest: ['do-not-test'],
    doNotMerge: ['WIP'],
    highPriority: ['high-priority'],
    rerunAll: ['rerun-all'],
  },
  developers: ['alice'],
  teams: { bakers: ['alice', 'bob', 'carol'] },
  publicUrl: 'https://sluice.test',
  gitUrl: 'https://git.test',
  webUrl: 'https://github.test',
  batchUrl: 'https://batch.test',
  kubernetesUrl: null,
  namespaces: {
    ciNamespace: 'default',
    label: 'main',
    otherLabels: [],
    expireAfterMs: 24 * 3_600_000,
  },
  pollEveryMs: 60_000,
  commitMessage: '{title} (#{number})\n\n{body}',
  keptForLandings: 0.1,
  alerts: { channels: [{ name: LOG, kinds: null }], standstillMs: null },
  ...change,
});

export const alertOf = (change: Partial<Alert> = {}): Alert => ({
  ...{ cause: 'x', kind: 'credentials', text: 'y', at: NOON, pr: null, batch: null },
  ...change,
});

export const approvedBy = (...logins: string[]): Review => ({
  decision: null,
  approvedBy: logins,
  changesRequestedBy: [],
});

/** By alice, a developer, approved by bob; opened in the order of the numbers. */
export const factsOf = (number: number, change: Partial<PullFacts> = {}): PullFacts => ({
  number,
  title: `Change ${number}`,
  body: '',
  draft: false,
  author: { login: 'alice', name: 'Alice Ash', email: '1+alice@users.noreply.github.com' },
  assignees: [],
  reviewers: [],
  labels: [],
  source: {
    sha: sourceOf(number),
    branch: `change-${number}`,
    repo: 'acme/bakery',
    committedAt: NOON,
    movable: true,
  },
  review: approvedBy('bob'),
  checks: [],
  shown: null,
  testMerge: null,
  createdAt: NOON + number * 1000,
  ...change,
});

export type TestBuild = Extract<Build, { batch: number }>;
type BatchFacts = Omit<Extract<TestBuild, { kind: 'passed' }>, 'kind'>;

/** The batch of pull request `number`, on the branch's present commit. */
export const batchFacts = (number: number, change: Partial<BatchFacts> = {}): BatchFacts => ({
  batch: 100 + number,
  attempt: 1,
  targetSha: HEAD,
  testedSha: testedOf(number),
  testedTree: treeOf(number),
  method: 'squash',
  jobs: 2,
  reason: 'new_commit',
  messageDigest: messageDigest(factsOf(number), configOf()),
  passedBefore: null,
  ...change,
});
export const passed = (number: number, change: Partial<BatchFacts> = {}): Build => ({
  kind: 'passed',
  ...batchFacts(number, change),
});
export const running = (number: number, change: Partial<BatchFacts> = {}): Build => ({
  kind: 'running',
  finished: 0,
  ...batchFacts(number, change),
});
export const failed = (number: number, change: Partial<BatchFacts> = {}): Build => ({
  kind: 'failed',
  failure: '1 of 2 jobs failed',
  failedJobs: [],
  ...batchFacts(number, change),
});
export const unbuilt: Build = { kind: 'unbuilt', why: 'new_commit' };
export const conflict = (targetSha: Sha = HEAD): Build => ({
  kind: 'unbuildable',
  targetSha,
  why: { kind: 'conflict', message: 'It conflicts with main.' },
});

type PullChange = Partial<Omit<PullRequest, 'facts'>> & { readonly facts?: Partial<PullFacts> };

/** Passed on the present commit and approved: it would land. */
export const pullOf = (number: number, { facts, ...change }: PullChange = {}): PullRequest => ({
  facts: factsOf(number, facts),
  attempt: 1,
  build: passed(number),
  posted: null,
  vouched: null,
  parked: null,
  retriedBy: null,
  maybeLanded: null,
  reviewer: null,
  comment: null,
  ...change,
});

/** GitHub shows the check that it should show, so nothing is to be posted. */
export function withCheckShown(pull: PullRequest, config = configOf()): PullRequest {
  const shown = intendedCheck(pull, [], config);
  return { ...pull, facts: { ...pull.facts, shown } };
}

/** The same as `pullOf`, with nothing to be posted on it. */
export const openPull = (number: number, change: PullChange = {}): PullRequest =>
  withCheckShown(pullOf(number, change));

type StateChange = Partial<Omit<BranchState, 'pulls'>> & {
  readonly pulls?: readonly PullRequest[];
};

/** A branch that was read, with nothing dirty. Batches that run are live. */
export function stateOf({ pulls = [], ...change }: StateChange = {}): BranchState {
  const live = pulls.flatMap(({ facts, build }) =>
    build.kind === 'running' ? [liveTest(facts.number, build.batch)] : [],
  );
  return {
    ...newBranch(BRANCH),
    flags: cleanFlags,
    head: HEAD,
    rules: { checks: [] },
    batchesReadTo: 0,
    polledAt: NOON,
    live,
    ...change,
    pulls: Object.fromEntries(pulls.map((pull) => [pull.facts.number, pull])),
  };
}

export const liveTest = (pr: number, id: number): BranchState['live'][number] => ({
  id,
  pr,
  sha: sourceOf(pr),
  cancelRequestedAt: null,
});

export const startTestOf = (pr: number, change: Partial<ActionOf<'start_test'>> = {}) =>
  ({
    kind: 'start_test',
    pr,
    sourceSha: sourceOf(pr),
    targetSha: HEAD,
    attempt: 1,
    reason: 'new_commit',
    ...change,
  }) satisfies ActionOf<'start_test'>;

/** The namespace of pull request `number`'s test; one of its own for each letter. */
export const namespaceOf = (number: number, letter = 'a'): string =>
  `pr-${number}-default-${letter.repeat(12)}`;

/** Its batch runs; registered at noon, for a day. */
export const testNamespace = (
  number: number,
  change: Partial<TestNamespace> = {},
): TestNamespace => ({
  kind: 'test',
  pr: number,
  batch: 100 + number,
  createdAt: NOON,
  expiresAt: NOON + 24 * 3_600_000,
  overSince: null,
  seen: null,
  stray: false,
  fate: null,
  services: {},
  ...change,
});

/** The same as the cluster has it. */
export const liveNamespace = (
  name: string,
  change: Partial<LiveNamespace> = {},
): LiveNamespace => ({
  name,
  uid: `uid of ${name}`,
  version: '1',
  labels: marksOfTest(configOf(), pullOfNamespace(name) || 1).labels,
  createdAt: NOON,
  isEnding: false,
  ...change,
});

/** What the landing of pull request `number` is about. */
export const landingOf = (number: number): LandingCommits => ({
  pr: number,
  sourceSha: sourceOf(number),
  targetSha: HEAD,
  testedSha: testedOf(number),
  testedTree: treeOf(number),
  batch: 100 + number,
  method: 'squash',
  mode: 'exact',
});

export const landedPull = (number: number, change: Partial<Landing> = {}): Landing => ({
  ...landingOf(number),
  title: `Change ${number}`,
  author: 'alice',
  labels: [],
  landedSha: testedOf(number),
  at: NOON,
  verified: true,
  toClose: false,
  closedAt: null,
  ...change,
});

/** An outbox with the given rows, each under its action's key. */
export function outboxOf(
  ...rows: (Pick<OutboxRow, 'action'> & Partial<OutboxRow>)[]
): BranchState['outbox'] {
  const whole = rows.map(
    (row): OutboxRow => ({
      state: 'failed',
      since: NOON,
      failures: 1,
      notBefore: 0,
      error: 'no answer',
      ...row,
    }),
  );
  return Object.fromEntries(whole.map((row) => [actionKey(BRANCH, row.action), row]));
}

export const testPurpose = (
  number: number,
  change: Partial<Extract<BatchPurpose, { kind: 'test' }>> = {},
): BatchPurpose => {
  const { batch: _, jobs: __, ...test } = batchFacts(number);
  return {
    kind: 'test',
    pr: number,
    sourceSha: sourceOf(number),
    ...test,
    ...change,
  };
};

/** A batch that tests pull request `number` on the present commit, as Batch shows it. */
export const observedTest = (
  number: number,
  id: number,
  status: ObservedBatch['status'],
  change: Parameters<typeof testPurpose>[1] = {},
): ObservedBatch => ({
  id,
  purpose: testPurpose(number, change),
  jobs: 2,
  status,
  finished: 0,
  over: status.kind !== 'running',
  deployed: null,
});

export const observedDeploy = (
  id: number,
  status: ObservedBatch['status'],
  { of = HEAD, attempt = 1 } = {},
): ObservedBatch => ({
  id,
  purpose: { kind: 'deploy', sha: of, attempt },
  jobs: 1,
  status,
  finished: 0,
  over: status.kind !== 'running',
  deployed: null,
});
