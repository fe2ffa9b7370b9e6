// What the simulator once found in the program, with the mend taken out again.
import type { PlantedBug } from './planted-bug.ts';

export const oldBugs: readonly PlantedBug[] = [
  {
    name: 'count attempts from one again',
    file: 'src/core/fold-batches.ts',
    was: 'attempts: attemptsOfOthers(state, tests),',
    becomes: 'attempts: state.attempts,',
    sentence: 'A pull request that is read after its batches waits for a batch of an old attempt.',
  },
  {
    name: 'forget a creation in doubt',
    file: 'src/loop/pass.ts',
    was: '    ...startsInDoubt(state),\n',
    becomes: '',
    sentence: 'A batch whose creation was not answered is forgotten when the branch moves.',
  },
  {
    name: 'choose another candidate after lost storage',
    file: 'src/core/serial.ts',
    was: 'eligible.find(({ current }) => current) ?? ',
    becomes: '',
    sentence: 'The test on the present commit that another has passed already is wasted.',
  },
  {
    name: 'lose sight of a batch without jobs',
    file: 'src/loop/observe-batches.ts',
    was: '!batch.over || mayBeRevived(batch, state)',
    becomes: '!batch.over',
    sentence: 'A batch without jobs that gets them later is not listed any more.',
  },
  {
    name: 'follow the youngest deploy',
    file: 'src/core/fold-deploys.ts',
    was: "deploys.find((batch) => deploy.kind === 'none' || isLater(batch));",
    becomes: 'deploys[0];',
    sentence: 'A deploy that was asked for again is replaced by a younger one that is over.',
  },
  {
    name: 'believe a landing was not done',
    file: 'src/loop/land.ts',
    was: 'if (clock.now() - triedAt < READ_LAG_MS)',
    becomes: 'if (clock.now() < triedAt)',
    sentence: 'A landing is believed not to have happened while reads may lag.',
  },
  {
    name: 'take a late merge for nothing to land',
    file: 'src/clients/github/tested-commits.ts',
    was: 'const within = await this.#reader.contains(targetSha, sourceSha);',
    becomes: 'const within = ok(true);',
    sentence:
      'A call that was given up has merged already, and it is said that it changes nothing.',
  },
  {
    name: 'forget that it may have landed',
    file: 'src/core/fold-landing.ts',
    was: 'maybeLanded: isSurelyShown(landing, pull.facts.source) ? null : { landing, since: now },',
    becomes: 'maybeLanded: null,',
    sentence:
      'A landing that was lost to somebody is not looked for, though it may have been ours.',
  },
  {
    name: 'forget what lost storage knew of a landing',
    file: 'src/core/fold-batches.ts',
    was: 'return { landing, since: now };',
    becomes: 'return maybeLanded;',
    sentence: 'A result that is found after lost storage is not suspected to have landed.',
  },
  {
    name: 'land again and again without its ref',
    file: 'src/clients/github/ref-mover.ts',
    was: 'return kept.ok ? ok(true) : kept;',
    becomes: 'return ok(false);',
    sentence: 'GitHub’s refusal of a landing whose ref is gone is taken for good.',
  },
  {
    name: 'forget a comment that was begun',
    file: 'src/core/fold-outcome.ts',
    was: "action.kind === 'comment' ? commentBegun(state, action.pr) : state;",
    becomes: 'state;',
    sentence: 'A comment whose answer was lost says for ever that nothing is tested.',
  },
  {
    name: 'forget what was said on one that left',
    file: 'src/core/fold-github.ts',
    was: '...(state.said[facts.number] ?? { reviewer: null, comment: null }),',
    becomes: 'reviewer: null, comment: null,',
    sentence: 'What was said on a pull request is forgotten when it is closed and opened again.',
  },
  {
    name: 'forget a deploy in doubt',
    file: 'src/core/fold-deploys.ts',
    was: '    deploys.find((batch) => isAwaited(batch, state)) ??\n',
    becomes: '',
    sentence:
      'A deploy whose creation was not answered is over when it is found, and is not told when the branch has moved.',
  },
  {
    name: 'forget the results of others after lost storage',
    file: 'src/core/fold-batches.ts',
    was: 'state.batchesReadTo === null ? resultsOfOthers(state, tests) : state.left',
    becomes: 'state.left',
    sentence:
      'What came of the test of one that was closed as the storage was lost is not known when it comes back.',
  },
  {
    name: 'trust GitHub to notice a merge that is forgotten',
    file: 'src/core/judge-branch.ts',
    was: "(method === 'squash' && source.movable)",
    becomes: "method === 'merge' || source.movable",
    sentence:
      'A merge that GitHub has missed is not looked for after lost storage, or when it was lost to somebody.',
  },
  {
    name: 'show a check on one pull request alone',
    file: 'src/core/fold-outcome.ts',
    was: 'const isOn = pull.facts.source.sha === sha;',
    becomes: 'const isOn = pull.facts.source.sha === sha && pull.facts.number === pr;',
    sentence:
      'A pull request that takes over a commit from another does not know of the check run that was made for that one.',
  },
  {
    name: 'find the younger test of what was set back',
    file: 'src/core/fold-batches.ts',
    was: 'Number(b.isOnHead) - Number(a.isOnHead) || ',
    becomes: '',
    sentence:
      'After lost storage the youngest test counts, though the branch was set back and an older one is of its present commit.',
  },
  {
    name: 'forget the rules when the pages cannot be read',
    file: 'src/loop/observe-github.ts',
    was: 'store.update((now) => foldRules(now, rules.value));',
    becomes: '',
    sentence: 'What the rules ask for is forgotten when the pages after them cannot be read.',
  },
  {
    name: 'let a younger test of what was left take over',
    file: 'src/core/fold-batches.ts',
    was: 'build.targetSha === head || (isAtHand && !isAwaited)',
    becomes: 'build.targetSha === head',
    sentence:
      'A younger test of a commit that is gone takes the place of one that is waited for, when the branch has moved on.',
  },
  {
    name: 'take an older deploy for the latest',
    file: 'src/core/fold-deploys.ts',
    was: "deploy.kind === 'gone' ? 1 : 0",
    becomes: '0',
    sentence: 'After a deploy that is gone an older one counts as the latest.',
  },
  {
    name: 'forget which test was asked for last',
    file: 'src/core/fold-batches.ts',
    was: '(isAtHand && !isAwaited)',
    becomes: 'isAtHand',
    sentence:
      'A test whose creation was not answered does not take the place of the one before it, when both are over by the time they are found.',
  },
];
