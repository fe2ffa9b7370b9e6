// The facts about GitHub that Sluice counts on and nobody has written down, each tried in a scratch repository by the
// client itself. A fact that is false says what follows for the settings.
import { z } from 'zod';
import type { LandingCommits } from '../../../schemas/action.ts';
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Sha } from '../../../schemas/ids.ts';
import { MADE_OTHERWISE } from '../../../src/clients/github/tested-commits.ts';
import type { Fact } from '../../../src/loop/fact.ts';
import type { GitHub, MadeCommit, TestedCommit } from '../../../src/loop/ports.ts';
import { shaOfCommit } from './commit-bytes.ts';
import { AUTHOR, type OpenedPull, type Scratch } from './scratch.ts';
import { type Sleep, until } from './until.ts';

const FileContent = z.object({ type: z.literal('file') });
const PullState = z.object({ state: z.enum(['open', 'closed']), merged: z.boolean() });

export interface Trial {
  readonly scratch: Scratch;
  readonly sleep: Sleep;
}

/** Longer than anybody has seen GitHub's reads lag. */
const LAG_MAX_MS = 60_000;
/** A lag of more than this costs every landing a pass. */
const LAG_NOTABLE_MS = 5_000;

const finding = (what: string, mark: Finding['mark'], text: string, todo?: string): Finding =>
  todo === undefined ? { mark, what, text } : { mark, what, text, todo };

/** Not of the committer, with letters that are more than a byte, and no newline at the end. */
export const wishFor = ({ pr, sourceSha, targetSha }: OpenedPull): TestedCommit => ({
  pr,
  sourceSha,
  targetSha,
  message: `A live check (#${pr})\n\nLine one, größer\n\n  line two`,
  author: { login: 'ann', ...AUTHOR },
  date: Date.UTC(2026, 4, 6, 7, 8, 9),
  method: 'squash',
  // Whether a scratch merge can be made is one of the questions.
  testMerge: null,
});

/** Once GitHub shows the pull request that was just opened. */
async function testWhenShown(
  { scratch, sleep }: Trial,
  wish: TestedCommit,
  paths: readonly string[],
): ReturnType<Scratch['test']> {
  let made = await scratch.test(wish, paths);
  const isShown = async (): Promise<boolean> => {
    if (made.ok || made.error.kind !== 'unreadable') return true;
    made = await scratch.test(wish, paths);
    return false;
  };
  await until(isShown, { withinMs: LAG_MAX_MS, sleep, now: scratch.site.now });
  return made;
}

/** Merging on a scratch branch by the head's SHA, and the commit whose every byte is ours. */
export async function tryTestedCommit(
  trial: Trial,
  pull: OpenedPull,
): Promise<{ made: Extract<MadeCommit, { kind: 'made' }> | null; findings: Finding[] }> {
  const [merging, bytes] = ['scratch merge', 'reproducible SHA'];
  const { scratch } = trial;
  const wish = wishFor(pull);
  const merged = finding(merging, 'ok', "POST /merges takes a commit's SHA as head");
  const made = await testWhenShown(trial, wish, [scratch.file]);
  if (!made.ok && made.error.kind === 'refused' && made.error.status === MADE_OTHERWISE) {
    const todo = 'Nothing can be tested there: what lands could not be told from what was tested.';
    return { made: null, findings: [merged, finding(bytes, 'fault', made.error.message, todo)] };
  }
  if (!made.ok || made.value.kind !== 'made') {
    const why = made.ok ? 'nothing was made' : made.error.message;
    const todo =
      'Nothing can be tested there: do the rules let the account make branches below sluice-scratch/?';
    const text = `the tested commit was not made: ${why}`;
    return { made: null, findings: [finding(merging, 'fault', text, todo)] };
  }
  const { sha, tree } = made.value;
  const expected = shaOfCommit({
    ...{ tree, parents: [pull.targetSha], author: wish.author, message: wish.message },
    committer: scratch.site.settings.committer,
    seconds: wish.date / 1000,
  });
  const compared =
    sha === expected
      ? finding(bytes, 'ok', `message, people and dates survive to the byte: ${sha}, as computed`)
      : finding(bytes, 'fault', `GitHub and Sluice make ${sha} of what is ${expected}`);
  const again = await scratch.test(wish, []);
  const same = again.ok && again.value.kind === 'made' && again.value.sha === sha;
  const repeated = finding(
    bytes,
    same ? 'ok' : 'fault',
    same ? 'made again, it is the same commit' : 'made again, it is another commit',
  );
  return { made: made.value, findings: [merged, compared, repeated] };
}

/** A fork's head is a commit of the same network, and no branch of this repository leads to it. */
export async function tryFork({ scratch }: Trial, fork: OpenedPull | null): Promise<Finding> {
  const what = "fork's head";
  if (fork === null)
    return finding(
      what,
      'unknown',
      'no pull request of a fork is open in the repository, so this cannot be tried',
      'Open one from a fork, and check again.',
    );
  const made = await scratch.test(wishFor(fork), []);
  if (made.ok) return finding(what, 'ok', `POST /merges takes the head of a fork (#${fork.pr})`);
  const text = `POST /merges does not take the head of a fork (#${fork.pr}): ${made.error.message}`;
  return finding(
    what,
    'fault',
    text,
    'Pull requests of forks cannot be tested: push them to a branch.',
  );
}

/** By REST, as the reference has it, and by GraphQL, as our client reads. */
export async function tryUnreferenced({ scratch }: Trial, parent: Sha): Promise<Finding> {
  const what = 'unreferenced commit';
  const sha = await scratch.commit(parent, 'No ref leads here.\n');
  const read = await scratch.reader().readFiles(sha, [scratch.file]);
  const rest = await scratch
    .api()
    .rest(
      'GET /repos/{owner}/{repo}/contents/{path}',
      { path: scratch.file, ref: sha },
      FileContent,
    );
  const [graphql, contents] = [read.ok && read.value.has(scratch.file), rest.ok];
  if (graphql && contents)
    return finding(what, 'ok', 'its files can be read, by GraphQL and by contents?ref=');
  if (graphql)
    return finding(
      what,
      'ok',
      'its files can be read by GraphQL, as Sluice does; not by contents?ref=',
    );
  const text = `its files cannot be read${contents ? ' by GraphQL, only by contents?ref=' : ''}`;
  return finding(what, 'warning', text, 'Sluice reads them while its scratch branch is there.');
}

/** With a wrong idea of where the branch is, nothing may move. */
export async function tryWrongExpectation(
  { scratch, sleep }: Trial,
  landing: LandingCommits,
): Promise<Finding> {
  const what = 'compare and swap';
  const wrong = { ...landing, targetSha: landing.sourceSha };
  const source = { branch: scratch.head, movable: true };
  const moved = await scratch.client().land(wrong, source);
  if (moved.ok && moved.value.kind === 'landed') return blindMove;
  const reader = scratch.reader();
  const isAt = async (branch: string, sha: Sha): Promise<boolean> => {
    const read = await reader.readRef(`heads/${branch}`);
    return read.ok && read.value === sha;
  };
  // A read that lags may not know of the branches at all.
  const stayed = await until(
    async () =>
      (await isAt(scratch.base, landing.targetSha)) &&
      (await isAt(scratch.head, landing.sourceSha)),
    { withinMs: LAG_MAX_MS, sleep, now: scratch.site.now },
  );
  if (stayed === null) return blindMove;
  return moved.ok
    ? finding(what, 'ok', 'with a wrong beforeOid updateRefs moves nothing')
    : finding(what, 'unknown', `updateRefs with a wrong beforeOid: ${moved.error.message}`);
}

const blindMove = finding(
  'compare and swap',
  'fault',
  'updateRefs moves a branch that is not where it was expected',
  'Do not let Sluice land there: set mergeable to false.',
);

/** The landing itself. @returns whether the branch moved */
export async function tryLanding(
  { scratch }: Trial,
  landing: LandingCommits,
  rules: readonly string[],
): Promise<{ landed: boolean; finding: Finding }> {
  const what = 'updateRefs';
  const source = { branch: scratch.head, movable: true };
  const moved = await scratch.client().land(landing, source);
  const under = rules.length === 0 ? '' : ` under the rules ${rules.join(', ')}`;
  if (!moved.ok || moved.value.kind !== 'landed') {
    const words = moved.ok && moved.value.kind === 'refused' ? moved.value.words : null;
    const why = moved.ok ? (words ?? 'a ref was elsewhere') : moved.error.message;
    const text = `it does not land${under}: ${why}`;
    const todo = `Put the account on the bypass list of the rules, as “Always allow”; the branches that Sluice watches need the same: ${scratch.site.settings.github.web_url}/${scratch.site.repository}/settings/rules`;
    return { landed: false, finding: finding(what, 'fault', text, todo) };
  }
  if (rules.length > 0) return { landed: true, finding: finding(what, 'ok', `it lands${under}`) };
  const text = 'it lands; no rules apply there, so whether it lands under rules was not tried';
  const todo = `To try it, give ${scratch.site.repository} the ruleset of your branch, for sluice-live/**/*.`;
  return { landed: true, finding: finding(what, 'ok', text, todo) };
}

/** What the branch, its commit and the pull request look like afterwards, and how soon. */
export async function tryReading(
  { scratch, sleep }: Trial,
  landing: LandingCommits,
): Promise<Finding[]> {
  const { now } = scratch.site;
  const patience = { withinMs: LAG_MAX_MS, sleep, now };
  const [client, reader] = [scratch.client(), scratch.reader()];
  const refMs = await until(async () => {
    const read = await client.readBack(landing);
    return read.ok && read.value.kind === 'landed';
  }, patience);
  const headMs = await until(async () => {
    const read = await reader.readHead();
    return read.ok && read.value?.sha === landing.testedSha;
  }, patience);
  const verified = await client.verify(landing, landing.testedSha);
  const wrong = verified.ok ? differenceIn(verified.value) : verified.error.message;
  return [
    lagOf(refMs, 'by REST'),
    lagOf(headMs, 'by GraphQL'),
    wrong === null
      ? finding('landed commit', 'ok', 'the branch has the tree and the parent that were tested')
      : finding('landed commit', 'fault', wrong),
  ];
}

const differenceIn = (found: Fact<GitHub['verify']>): string | null =>
  found.kind === 'as_tested' ? null : found.words;

function lagOf(ms: number | null, how: string): Finding {
  const what = 'lag of reads';
  if (ms === null)
    return finding(what, 'fault', `${how}, the branch has not moved after ${LAG_MAX_MS / 1000} s`);
  const text = `${how}, the move is seen after ${(ms / 1000).toFixed(1)} s`;
  return ms < LAG_NOTABLE_MS
    ? finding(what, 'ok', text)
    : finding(what, 'warning', text, 'Sluice waits for it; landings are as much slower.');
}

export async function tryMerged({ scratch, sleep }: Trial, pr: number): Promise<Finding> {
  const what = 'head moved, too';
  const { now } = scratch.site;
  let state = 'open';
  // That it is closed may be a step on the way to merged, so only merged ends the wait early.
  const ms = await until(
    async () => {
      const read = await scratch
        .api()
        .rest('GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: pr }, PullState);
      if (read.ok) state = read.value.merged ? 'merged' : read.value.state;
      return state === 'merged';
    },
    { withinMs: LAG_MAX_MS, sleep, now },
  );
  if (ms !== null)
    return finding(
      what,
      'ok',
      `GitHub shows the pull request as merged, after ${(ms / 1000).toFixed(1)} s`,
    );
  return finding(
    what,
    'warning',
    `GitHub shows the pull request as ${state}, not as merged`,
    'What lands is right; people see it as closed, and the commit of the branch tells.',
  );
}
