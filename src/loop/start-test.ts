// Starting a test: commit, build.yaml, jobs, batch. Each step is the same when it is done again, and the batch's
// token is made from the action's key, so a crash anywhere between only means starting over.
import type { ActionOf } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { PassedBefore, PullFacts } from '../../schemas/state.ts';
import { actionKey } from '../core/action-key.ts';
import { testToken } from '../core/artifacts.ts';
import { checkOwners } from '../core/check-owners.ts';
import { commitMessage, messageDigest } from '../core/commit-message.ts';
import type { Fault } from '../core/fault.ts';
import { foldGithub } from '../core/fold-github.ts';
import { labelsOf } from '../core/judge-pull.ts';
import { faulted, notTried, type Outcome } from '../core/outcome.ts';
import { ok, type Result } from '../core/result.ts';
import { marksOfTest } from '../core/test-namespace.ts';
import { codeOfTest } from './code.ts';
import { type Change, compileAt, expectedPaths, type Failure, type Wanted } from './compile-at.ts';
import type { CompiledJobs } from './compiler.ts';
import type { Loop } from './loop.ts';
import type { PassedJobs } from './ports.ts';
import { submitBatch } from './submit-batch.ts';

type Action = ActionOf<'start_test'>;

const NOT_ANNOUNCED = 'its pending check is not posted yet';
const NOT_SHOWN = 'GitHub does not show its newest commit yet';

export async function startTest(loop: Loop, action: Action): Promise<Outcome> {
  const pull = await withCommitDate(loop, action.pr);
  if (!pull) return notTried(action, { kind: 'unreadable', message: NOT_SHOWN });
  const { facts, date } = pull;
  const asked = expectedPaths(loop);
  const wish = {
    ...action,
    message: commitMessage(facts, loop.config),
    author: facts.author,
    date,
    method: loop.config.mergeMethod,
    testMerge: facts.testMerge,
  };
  const made = await loop.github.makeTestedCommit(wish, asked);
  if (!made.ok) return faulted(action, made.error, 'github');
  if (made.value.kind === 'unbuildable')
    return { kind: 'test_unbuildable', action, why: made.value.why };
  const { sha: testedSha, tree: testedTree, files } = made.value;
  const passed = await passedBefore(loop, action);
  if (!passed.ok) return notTried(action, passed.error, 'batch');
  const wanted = wantedOf(loop, action, { facts, testedSha, passed: passed.value });
  const change = changeOf(loop, facts, action);
  const compiled = await compileAt(loop, testedSha, wanted, change, { asked, files });
  if (!compiled.ok) return failed(action, compiled.error);
  const test = {
    ...{ testedSha, testedTree, method: wish.method },
    messageDigest: messageDigest(facts, loop.config),
    passedBefore: standsOn(compiled.value, passed.value),
  };
  const order = {
    // With the commit in it: a batch that tests another message than the present one is another batch.
    key: `${actionKey(loop.config.name, action)} ${testedSha}`,
    name: `#${action.pr} ${facts.title}`,
    purpose: { ...action, ...test, kind: 'test' },
    sourceBranch: `${facts.source.repo ?? 'deleted fork'}:${facts.source.branch}`,
  } as const;
  if (!isAnnounced(loop, action))
    return notTried(action, { kind: 'unreadable', message: NOT_ANNOUNCED });
  const batch = await submitBatch(loop, order, compiled.value);
  if (!batch.ok) return failed(action, batch.error);
  const { id, jobs } = batch.value;
  return { ...test, kind: 'test_started', action, batch: id, jobs };
}

/**
 * S6.1: its check is posted meanwhile, and stands before there is a batch; unless another pull request's stands on
 * the commit, or GitHub does not take it, for which nobody waits.
 */
function isAnnounced({ store }: Loop, { pr, sourceSha }: Action): boolean {
  const state = store.read();
  const { posted, facts } = state.pulls[pr] ?? {};
  if (posted?.sha === sourceSha || (facts?.shown ?? null) !== null) return true;
  if (checkOwners(state).get(sourceSha) !== pr) return true;
  return Object.values(state.outbox).some(
    ({ action, failures }) =>
      action.kind === 'post_check' && action.sha === sourceSha && failures > 0,
  );
}

const failed = (action: Action, failure: Failure): Outcome =>
  failure.kind === 'unbuildable'
    ? { kind: 'test_unbuildable', action, why: failure.why }
    : faulted(action, failure.fault, failure.api);

/**
 * The tested commit is dated by the source commit. GitHub's list of commits may lag behind a push; then
 * the pull request is read once more. @returns null when it is gone, or its commit still not shown
 */
async function withCommitDate(
  { store, github, clock }: Loop,
  pr: PullNumber,
): Promise<{ facts: PullFacts; date: number } | null> {
  const dated = (): { facts: PullFacts; date: number } | null => {
    const facts = store.read().pulls[pr]?.facts;
    const date = facts?.source.committedAt ?? null;
    return facts && date !== null ? { facts, date } : null;
  };
  const known = dated();
  if (known) return known;
  const read = await github.readPulls([pr]);
  const seen = store.read().flags.github.settled;
  if (read.ok)
    store.update((state) =>
      foldGithub(state, { ...read.value, rules: null, ownRefs: null, seen }, clock.now()),
    );
  return dated();
}

/** S6.10: what a tactical retry need not repeat; nothing for any other test. */
async function passedBefore({ batch }: Loop, action: Action): Promise<Result<PassedJobs, Fault>> {
  return action.reason === 'tactical_retry' ? batch.passedJobs(action) : ok(new Map());
}

function wantedOf(
  { config }: Loop,
  { pr, targetSha, attempt }: Action,
  given: { facts: PullFacts; testedSha: Sha; passed: PassedJobs },
): Wanted {
  const { facts, testedSha, passed } = given;
  return {
    scope: 'test',
    code: codeOfTest(config, facts, targetSha, testedSha),
    labels: facts.labels,
    steps: null,
    passedJobs: new Set(passed.keys()),
    token: testToken(config, pr, testedSha, attempt),
    namespaceMarks: marksOfTest(config, pr),
  };
}

/** S6.5: what may decide which steps run; null: nothing may, everything does. */
const changeOf = ({ config }: Loop, facts: PullFacts, { targetSha }: Action): Change | null =>
  labelsOf(facts, config.labels.rerunAll).length > 0 ? null : { base: targetSha };

/** The steps that were left out, and the batches in which their jobs had passed. */
function standsOn({ leftOut }: CompiledJobs, passed: PassedJobs): PassedBefore | null {
  if (leftOut.size === 0) return null;
  const batches = [...leftOut.values()].flat().flatMap((job) => passed.get(job) ?? []);
  return { steps: leftOut.size, batches: [...new Set(batches)].toSorted((a, b) => a - b) };
}
