// Starting a test or a deploy: commit, build.yaml, jobs, batch. Each step is the same when it is done
// again, and the batch's token is made from the action's key, so a crash anywhere between only
// means starting over.
import type { ActionOf } from '../../schemas/action.ts';
import type { BatchId, PullNumber, Sha } from '../../schemas/ids.ts';
import type { PullFacts, Unbuildable } from '../../schemas/state.ts';
import { BUILD_YAML } from '../compile/select-steps.ts';
import { actionKey } from '../core/action-key.ts';
import { attributesOf } from '../core/batch-attributes.ts';
import { commitMessage, messageDigest } from '../core/commit-message.ts';
import { type Deployed, deployedAttributes } from '../core/deployed-attributes.ts';
import { digest } from '../core/digest.ts';
import type { Fault } from '../core/fault.ts';
import { foldGithub } from '../core/fold-github.ts';
import { labelsOf } from '../core/judge-pull.ts';
import type { BatchPurpose } from '../core/observation.ts';
import { faulted, notTried, type Outcome } from '../core/outcome.ts';
import {
  beginRollout,
  claimTest,
  registerDeploy,
  registerTest,
} from '../core/register-namespace.ts';
import { err, ok, type Result } from '../core/result.ts';
import { marksOfTest, NO_MARKS } from '../core/test-namespace.ts';
import { codeOfDeploy, codeOfTest } from './code.ts';
import { type Change, compileAt, type Failure, type Wanted } from './compile-at.ts';
import type { Loop } from './loop.ts';

const NOT_SHOWN = 'GitHub does not show its newest commit yet';

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

export async function startTest(loop: Loop, action: ActionOf<'start_test'>): Promise<Outcome> {
  const pull = await withCommitDate(loop, action.pr);
  const given = (reason: Unbuildable): Outcome => ({
    kind: 'test_unbuildable',
    action,
    why: reason,
  });
  const failed = (fault: Fault): Outcome => faulted(action, fault);
  if (!pull) return notTried(action, { kind: 'unreadable', message: NOT_SHOWN });
  const { facts, date } = pull;
  const made = await loop.github.makeTestedCommit({
    ...action,
    message: commitMessage(facts),
    author: facts.author,
    date,
  });
  if (!made.ok) return failed(made.error);
  if (made.value.kind === 'unbuildable') return given(made.value.why);
  const { sha, tree } = made.value;
  const purpose: BatchPurpose = {
    ...action,
    kind: 'test',
    testedSha: sha,
    testedTree: tree,
    messageDigest: messageDigest(facts),
  };
  const batch = await createBatch(loop, sha, {
    // With the commit in it: a batch that tests another message than the present one is another batch.
    key: `${actionKey(loop.config.name, action)} ${sha}`,
    name: `#${action.pr} ${facts.title}`,
    purpose,
    sourceBranch: sourceBranch(facts),
    change: changeOf(loop, facts, action.targetSha),
    wanted: {
      scope: 'test',
      code: codeOfTest(loop.config, facts, action.targetSha, sha),
      labels: facts.labels,
      steps: null,
      // Two branches may test one commit of one pull request: each in a place of its own.
      token: `pr-${action.pr}-${digest(loop.config.name)}-${sha}-${action.attempt}`,
      namespaceMarks: marksOfTest(loop.config, action.pr),
    },
  });
  if (!batch.ok)
    return batch.error.kind === 'unbuildable' ? given(batch.error.why) : failed(batch.error.fault);
  return {
    kind: 'test_started',
    action,
    batch: batch.value.id,
    testedSha: sha,
    testedTree: tree,
    jobs: batch.value.jobs,
    messageDigest: purpose.messageDigest,
  };
}

/** S6.5: what may decide which steps run; null: nothing may, everything does. */
const changeOf = ({ config }: Loop, facts: PullFacts, base: Sha): Change | null =>
  labelsOf(facts, config.labels.rerunAll).length > 0 ? null : { base };

const sourceBranch = ({ source }: PullFacts): string =>
  `${source.repo ?? 'deleted fork'}:${source.branch}`;

export async function startDeploy(loop: Loop, action: ActionOf<'start_deploy'>): Promise<Outcome> {
  const { sha, attempt } = action;
  const batch = await createBatch(loop, sha, {
    key: actionKey(loop.config.name, action),
    name: `deploy ${loop.config.name} ${sha.slice(0, 7)}`,
    purpose: { kind: 'deploy', sha, attempt },
    sourceBranch: null,
    change: null,
    wanted: {
      scope: 'deploy',
      code: codeOfDeploy(loop.config, sha),
      labels: [],
      steps: loop.config.deploySteps,
      token: `deploy-${digest(loop.config.name)}-${sha}-${attempt}`,
      namespaceMarks: NO_MARKS,
    },
  });
  if (batch.ok)
    return { kind: 'deploy_started', action, batch: batch.value.id, jobs: batch.value.jobs };
  return batch.error.kind === 'unbuildable'
    ? { kind: 'deploy_unbuildable', action, why: batch.error.why }
    : faulted(action, batch.error.fault);
}

interface Wish {
  readonly key: string;
  readonly name: string;
  readonly purpose: BatchPurpose;
  readonly sourceBranch: string | null;
  readonly change: Change | null;
  readonly wanted: Wanted;
}

async function createBatch(
  loop: Loop,
  sha: Sha,
  wish: Wish,
): Promise<Result<{ id: number; jobs: number }, Failure>> {
  const compiled = await compileAt(loop, sha, wish.wanted, wish.change);
  if (!compiled.ok) return compiled;
  const { jobs, deployed } = compiled.value;
  register(loop, wish.purpose, deployed);
  const created = await loop.batch.create({
    key: wish.key,
    name: wish.name,
    purpose: wish.purpose,
    attributes: {
      ...attributesOf(wish.purpose, {
        targetBranch: loop.config.name,
        sourceBranch: wish.sourceBranch,
        jobs: jobs.length,
      }),
      ...deployedAttributes(deployed),
    },
    jobs,
  });
  if (created.ok) {
    follow(loop, wish.purpose, created.value, deployed);
    return ok({ id: created.value, jobs: jobs.length });
  }
  const fault = created.error;
  // Batch has read the jobs and will not take them: the author's to mend, in Batch's words.
  if (fault.kind === 'refused' && (fault.status === 400 || fault.status === 413))
    return err({
      kind: 'unbuildable',
      why: {
        kind: 'batch_refused',
        message: `Batch refused the jobs of ${BUILD_YAML}: ${fault.message}`,
      },
    });
  return err({ kind: 'fault', fault });
}

/** S6.6: before there is a batch that could make it. */
function register(
  { store, clock, config }: Loop,
  purpose: BatchPurpose,
  deployed: Deployed | null,
): void {
  if (deployed === null) return;
  const now = clock.now();
  const { expireAfterMs } = config.namespaces;
  store.update((state) =>
    purpose.kind === 'test'
      ? registerTest(state, { pr: purpose.pr, deployed, now, expireAfterMs })
      : registerDeploy(state, deployed, now),
  );
}

/** What a crash leaves undone here, the next look at Batch makes up for. */
function follow(
  { store }: Loop,
  purpose: BatchPurpose,
  batch: BatchId,
  deployed: Deployed | null,
): void {
  if (purpose.kind === 'deploy') {
    // What was deployed before is no news of this one.
    if (deployed !== null || store.read().rollout !== null)
      store.update((state) => beginRollout(state, batch, deployed));
  } else if (deployed !== null)
    store.update((state) => claimTest(state, deployed.namespace, batch));
}
