// Mistakes in how GitHub and Batch are asked, and in what their answers are taken for.
import type { PlantedBug } from './planted-bug.ts';

export const clientBugs: readonly PlantedBug[] = [
  {
    name: 'wait for what was skipped',
    file: 'src/clients/github/pull-facts.ts',
    was: "['SUCCESS', 'NEUTRAL', 'SKIPPED']",
    becomes: "['SUCCESS']",
    sentence: 'A required check that was skipped, or is neutral, has failed.',
  },
  {
    name: 'test an old merge of GitHub’s',
    file: 'src/core/tested-commit.ts',
    was: 'parents.join() === [targetSha, sourceSha].join()',
    becomes: 'parents[1] === sourceSha || targetSha === sourceSha',
    sentence: 'GitHub’s own merge of the source commit is tested, whatever it was merged into.',
  },
  {
    name: 'land without the compare',
    file: 'src/clients/github/ref-mover.ts',
    was: '{ name: ref, beforeOid: targetSha, afterOid: testedSha, force: false },',
    becomes: '{ name: ref, afterOid: testedSha, force: true },',
    sentence: 'The leap is from wherever the branch is, not from the commit that was tested on.',
  },
  {
    name: 'overwrite the source branch',
    file: 'src/clients/github/ref-mover.ts',
    was: '        beforeOid: sourceSha,\n',
    becomes: '',
    sentence: 'The source branch is moved from wherever it is, whatever was pushed to it.',
  },
  {
    name: 'move a branch that serves for more',
    file: 'src/clients/github/pull-facts.ts',
    was: 'headRef.associatedPullRequests.totalCount === 1 &&',
    becomes: '',
    sentence: 'A landing moves a source branch that other pull requests come from, too.',
  },
  {
    name: 'take a lost answer for a landing',
    file: 'src/loop/land.ts',
    was: 'if (!landed.ok) return faulted(action, landed.error);',
    becomes:
      "if (!landed.ok) return { kind: 'landed', action, landedSha: action.landing.testedSha };",
    sentence: 'A landing whose answer was lost is taken for one that was done.',
  },
  {
    name: 'count superseded runs',
    file: 'src/clients/github/pull-facts.ts',
    was: 'if (!known || known.order <= order) newest.set(key, { order, check });',
    becomes: 'if (!known) newest.set(key, { order, check });',
    sentence: 'The first run of a check counts, whatever a later one said.',
  },
  {
    name: 'forget classic protection',
    file: 'src/clients/github/reader.ts',
    was: '...checksOfProtection(classic),',
    becomes: '...checksOfProtection(classic).slice(0, 0),',
    sentence: 'Only checks that a ruleset requires are required.',
  },
  {
    name: 'read the first page alone',
    file: 'src/clients/github/pull-reader.ts',
    was: 'next: pullRequests.pageInfo.hasNextPage ? pullRequests.pageInfo.endCursor : null,',
    becomes: 'next: null,',
    sentence: 'Pull requests beyond the first page are not seen when everything is read.',
  },
  {
    name: 'read the first page of batches alone',
    file: 'src/clients/batch/batch.ts',
    was: 'const PAGES_MAX = 20;',
    becomes: 'const PAGES_MAX = 1;',
    sentence: 'After lost storage the batches beyond the first page are not found again.',
  },
  {
    name: 'forget who is missing from the pages',
    file: 'src/loop/observe-github.ts',
    was: 'known.filter((number) => !listed.has(number)),',
    becomes: 'known.filter((number) => !listed.has(number) && number < 0),',
    sentence: 'A pull request that no page had is kept as it was, closed or not.',
  },
  {
    name: 'post on the wrong commit',
    file: 'src/loop/post-check.ts',
    was: 'await post(loop, action.sha, {',
    becomes: 'await post(loop, store.read().head ?? action.sha, {',
    sentence: 'A check is posted on the branch’s commit instead of the pull request’s.',
  },
  {
    name: 'leave out what has failed',
    rare: true,
    file: 'src/clients/batch/passed-jobs.ts',
    was: "new URLSearchParams({ q: 'success' })",
    becomes: "new URLSearchParams({ q: 'bad' })",
    sentence:
      'A tactical retry leaves out the steps that failed before, instead of those that passed.',
  },
];
