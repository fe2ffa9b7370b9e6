// Mistakes in how our check is posted and repeated where we are a GitHub App.
import type { PlantedBug } from './planted-bug.ts';

export const appBugs: readonly PlantedBug[] = [
  {
    name: 'make a check run each time',
    file: 'src/clients/github/check-runs.ts',
    was: 'canBecome(known, run) ? known.id : null',
    becomes: 'canBecome(known, run) && known.id < 0 ? known.id : null',
    sentence:
      'Whatever is said is said by another check run, and those before are left as they are.',
  },
  {
    name: 'ask for no check run that may be there',
    file: 'src/clients/github/check-runs.ts',
    was: 'if (known === undefined && isFirst) return ok(null);',
    becomes: 'if (!known) return ok(null);',
    sentence: 'After a start of the program, or a lost answer, the run that is there is forgotten.',
  },
  {
    name: 'begin an ended check run again',
    file: 'src/clients/github/check-runs.ts',
    was: '  (known.conclusion === null ||\n',
    becomes: '  (known.id > 0 ||\n',
    sentence: 'A run that has ended is to become one that waits, which GitHub does not let it.',
  },
  {
    name: 'press a button of an earlier test',
    file: 'src/core/command.ts',
    was: 'if (words !== null && pull.facts.shown?.words !== words)',
    becomes: 'if (words !== null && words.length === 0)',
    sentence: 'A press that is told twice repeats the test twice.',
  },
  {
    name: 'compare the sentence of a check alone',
    file: 'src/clients/github/pull-facts.ts',
    was: "    words: own.externalId ?? '',\n",
    becomes: '',
    sentence:
      'What a check run says is never taken for what it should say, and is looked up for ever.',
  },
];
