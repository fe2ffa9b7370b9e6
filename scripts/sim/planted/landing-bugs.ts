// Mistakes in how a landing is done, and in what is taken for one.
import type { PlantedBug } from './planted-bug.ts';

export const landingBugs: readonly PlantedBug[] = [
  {
    name: 'take what GitHub merged for what was tested',
    racing: true,
    file: 'src/clients/github/landings.ts',
    was: 'if (sha === landedSha) return ok(comparison(head.value, landing));',
    becomes: "if (landing.mode === 'github') return ok({ kind: 'as_tested' });",
    sentence: 'What GitHub made of a merge is not read back.',
  },
  {
    name: 'accept any parents',
    racing: true,
    file: 'src/clients/github/landings.ts',
    was: 'if (parents.join() !== expected.join())',
    becomes: 'if (parents.length === 0)',
    sentence: 'A landed commit with the tested tree counts as tested, whatever it was merged onto.',
  },
  {
    name: 'merge wherever the branch is',
    racing: true,
    file: 'src/loop/land.ts',
    was: 'if (!read.ok) return notTried(action, read.error);',
    becomes:
      'if (!read.ok) return notTried(action, read.error);\n  read.value = { ...read.value, head: targetSha };',
    sentence: 'GitHub is asked to merge without a look at where the branch is.',
  },
  {
    name: 'deploy what GitHub merged at once',
    racing: true,
    file: 'src/core/decide.ts',
    was: "mode === 'github' && !verified",
    becomes: "mode === 'github' && !verified && head === null",
    sentence: 'What GitHub made of a merge is deployed before it was read back.',
  },
  {
    name: 'squash what is to be merged',
    file: 'src/core/tested-commit.ts',
    was: "method === 'merge' ? [targetSha, sourceSha] : [targetSha];",
    becomes: '[targetSha];',
    sentence: 'The commit that is tested has one parent, whatever the method is.',
  },
  {
    name: 'leave open what GitHub has missed',
    file: 'src/core/fold-github.ts',
    was: 'isMissed && !landing.toClose',
    becomes: 'false',
    sentence: 'A pull request of which GitHub does not notice that it is merged stays open.',
  },
  {
    name: 'let the check of a merge wait',
    file: 'src/core/decide.ts',
    was: '...unsaid,\n',
    becomes: '',
    sentence: 'A check that a merge by GitHub waits for is posted when everyday calls may be.',
  },
];
