// Mistakes in what is decided and remembered.
import type { PlantedBug } from './planted-bug.ts';

export const coreBugs: readonly PlantedBug[] = [
  // What may land.
  {
    name: 'skip the target check',
    file: 'src/core/decide.ts',
    was: "const current = 'targetSha' in pull.build && pull.build.targetSha === state.head;",
    becomes: "const current = 'targetSha' in pull.build;",
    sentence: 'A result on any older commit of the branch is taken for one on the present commit.',
  },
  {
    name: 'land without the last look',
    file: 'src/loop/land.ts',
    was: 'const last = await lookOnceMore(loop, action);',
    becomes: "const last = { kind: 'still_wanted', message: 'unseen' };",
    sentence: 'A landing does not read the pull request once more before the leap.',
  },
  {
    name: 'ignore authorization',
    file: 'src/core/judge-pull.ts',
    was: 'authorized.includes(facts.source.sha);',
    becomes: 'facts.author.login.length > 0;',
    sentence: 'Everybody who has a name is a known developer.',
  },
  {
    name: 'ignore labels',
    file: 'src/core/judge-pull.ts',
    was: 'labelsOf(facts, config.labels.doNotMerge)',
    becomes: 'labelsOf(facts, [])',
    sentence: 'A do-not-merge label keeps nothing from landing.',
  },
  {
    name: 'ignore requested changes',
    file: 'src/core/judge-pull.ts',
    was: "if (changesRequestedBy.length > 0 || decision === 'changes_requested')",
    becomes: "if (decision === 'changes_requested')",
    sentence: 'Changes that a reviewer asked for count only when GitHub decides on reviews.',
  },
  {
    name: 'count withdrawn reviews',
    file: 'src/core/fold-github.ts',
    was: 'return { ...known, facts };',
    becomes: `const review = known.facts.review.approvedBy.length > 0 ? known.facts.review : facts.review;
  return { ...known, facts: { ...facts, review } };`,
    sentence: 'An approval counts for ever once it was read.',
  },
  {
    name: 'ignore required checks',
    file: 'src/core/judge-pull.ts',
    was: "if (matching.length === 0) return 'pending';",
    becomes: "if (matching.length === 0) return 'success';",
    sentence: 'A required check that never reported is taken for a success.',
  },
  {
    name: 'ignore a freeze',
    file: 'src/core/judge-branch.ts',
    was: 'if (frozen)',
    becomes: "if (frozen?.by === 'sluice')",
    sentence: 'Only its own freezes keep it from landing.',
  },
  // What a batch proves.
  {
    name: 'trust a batch without jobs',
    file: 'src/core/judge-batch.ts',
    was: "if (batch.n_jobs === 0) return { kind: 'hollow' };",
    becomes: "if (batch.n_jobs === 0) return { kind: 'passed' };",
    sentence: 'What Batch says of a batch without jobs is believed: complete and successful.',
  },
  {
    name: 'take the result of another commit',
    file: 'src/core/fold-batches.ts',
    was: 'purpose.sourceSha === pull.facts.source.sha &&\n',
    becomes: '',
    sentence: 'A test of an older commit of the pull request tells what came of the present one.',
  },
  {
    // Not where a result is chosen: what is over is hardly listed again, so an old attempt's is rarely there
    // to be taken, and no seed of the first thousand has one.
    name: 'forget the attempt number',
    file: 'src/core/fold-batches.ts',
    was: 'attempt: pull.attempt + 1,',
    becomes: 'attempt: pull.attempt,',
    sentence: 'A test whose batch is gone is asked for again under the number of the old one.',
  },
  {
    name: 'keep the result over a push',
    file: 'src/core/fold-github.ts',
    was: 'const sameSource = known.facts.source.sha === facts.source.sha;',
    becomes: 'const sameSource = known.facts.source.branch === facts.source.branch;',
    sentence: 'What was tested before a push counts for what was pushed.',
  },
  // What is done once.
  {
    name: 'drop the idempotency key',
    file: 'src/loop/submit-batch.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    was: 'key: `${key} with ${jobs.length}`,',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    becomes: 'key: `${Math.random()}`,',
    sentence: 'A batch that is asked for again is another batch.',
  },
  {
    name: 'drop the commit from the key',
    file: 'src/loop/start-test.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    was: 'key: `${actionKey(loop.config.name, action)} ${testedSha}`,',
    becomes: 'key: actionKey(loop.config.name, action),',
    sentence: 'After an edited title the batch of another commit is found by its key.',
  },
  {
    name: 'drop the attempt from the key',
    file: 'src/core/action-key.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    was: 'on ${action.targetSha} attempt ${action.attempt}`;',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    becomes: 'on ${action.targetSha}`;',
    sentence: 'A test that is asked for again finds the batch that is over or gone.',
  },
  {
    name: 'ignore the limit',
    file: 'src/core/serial.ts',
    was: 'Math.max(0, view.runningTestsMax - taken)',
    becomes: 'view.runningTestsMax',
    sentence: 'Tests that run already do not count against the limit.',
  },
  {
    name: 'wait for a deleted batch',
    file: 'src/loop/observe-batches.ts',
    was: 'else missing.push(id);',
    becomes: '',
    sentence: 'A batch that somebody has deleted is waited for.',
  },
  {
    name: 'post without recording',
    file: 'src/core/fold-outcome.ts',
    was: 'return { ...pull, posted, facts: isOn ? { ...pull.facts, shown: check } : pull.facts };',
    becomes: 'return pull;',
    sentence: 'What was posted is not remembered until it is read.',
  },
  {
    name: 'alert at every poll',
    file: 'src/core/alert.ts',
    was: 'sent: [...alert.sent, channel]',
    becomes: 'sent: alert.sent',
    sentence: 'An alert that was sent is still to be sent.',
  },
  {
    name: 'cancel by list position',
    file: 'src/core/decide.ts',
    was: ".map((batch) => ({\n      kind: 'cancel_batch',\n      batch: batch.id,",
    becomes:
      ".map((batch, place) => ({\n      kind: 'cancel_batch',\n      batch: state.live[place]?.id ?? batch.id,",
    sentence: 'The place among the superseded tests is taken for that among all batches.',
  },
  {
    name: 'let superseded tests run',
    file: 'src/core/decide.ts',
    was: '...orphans(context),',
    becomes: '',
    sentence: 'A test that nobody stands behind any more is left alone.',
  },
  {
    name: 'quarrel over a shared commit',
    file: 'src/core/decide.ts',
    was: 'if (checkOwners.get(pull.facts.source.sha) !== pull.facts.number) return [];',
    becomes: '',
    sentence: 'Two pull requests of one commit both post their check on it.',
  },
  // What is remembered.
  {
    name: 'clear a flag before the work',
    file: 'src/loop/observe-github.ts',
    was: 'const seen = state.flags.github.marked;',
    becomes: `const seen = state.flags.github.marked;
  const github0 = { ...state.flags.github, settled: seen, single: {} };
  store.update((now) => ({ ...now, flags: { ...now.flags, github: github0 } }));`,
    sentence: 'The flag is settled before GitHub is read, so a read that fails is never repeated.',
  },
  {
    name: 'settle more than was seen',
    file: 'src/core/flags.ts',
    was: 'settled: Math.max(flag.settled, seen),',
    becomes: 'settled: flag.marked,',
    sentence: 'A mark that arrives while the world is read is settled with those before it.',
  },
  {
    // Not the outbox row alone: a branch that shows the landed commit is enough to know of the landing.
    name: 'forget the landing intent',
    file: 'src/core/decide.ts',
    was: 'doubt: landingInDoubt(state),',
    becomes: 'doubt: null,',
    sentence: 'A landing whose answer was lost is not read back.',
  },
  {
    name: 'forget to close what landed',
    file: 'src/core/decide.ts',
    was: 'state.landings.filter((landing) => landing.verified && landing.toClose);',
    becomes: 'state.landings.slice(0, 0);',
    sentence: 'A fork’s pull request is left open after it landed.',
  },
  {
    name: 'leave refs behind',
    file: 'src/core/fold-github.ts',
    was: 'const left = ownRefs.filter(isLeft);',
    becomes: 'const left: string[] = [];',
    sentence: 'What a call that was cut off has left behind stays for ever.',
  },
  // What is believed, when it is done, and to whom.
  {
    name: 'believe a lagging head',
    file: 'src/core/fold-github.ts',
    was: 'return stale ? state.head : observed;',
    becomes: 'return observed;',
    sentence: 'GitHub’s old answer is taken for a reset of the branch after a landing.',
  },
  {
    name: 'believe a lagging read-back',
    file: 'src/loop/land.ts',
    was: "if (kind === 'not_in_branch' && clock.now() - at < READ_LAG_MS)",
    becomes: 'if (clock.now() < at)',
    sentence: 'A landing that GitHub does not show yet freezes the branch.',
  },
  {
    name: 'deploy an older commit',
    file: 'src/core/decide.ts',
    was: "return [{ kind: 'start_deploy', sha: head,",
    becomes: "return [{ kind: 'start_deploy', sha: state.landings[0]?.testedSha ?? head,",
    sentence: 'What landed last is deployed, whatever was pushed onto it.',
  },
  {
    name: 'let a failed candidate wait',
    file: 'src/core/serial.ts',
    was: "case 'failed':\n      return false;",
    becomes: "case 'failed':\n      return true;",
    sentence: 'A candidate whose test failed stays the candidate, and everybody waits behind it.',
  },
];
