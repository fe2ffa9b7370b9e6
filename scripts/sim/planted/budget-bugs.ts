// Mistakes in what is made of GitHub's limits.
import type { PlantedBug } from './planted-bug.ts';

export const budgetBugs: readonly PlantedBug[] = [
  {
    name: 'forget that GitHub wants us to wait',
    file: 'src/core/github-budget.ts',
    was: '  if (forbidden && forbidden.until > now)\n',
    becomes: '  if (forbidden && forbidden.until < 0)\n',
    sentence: 'A secondary limit that one action met is not told to the others.',
  },
  {
    name: 'keep nothing for landings',
    file: 'src/core/github-budget.ts',
    was: "purpose === 'everyday' && remaining <= keptOf(limit, reserve)",
    becomes: "purpose === 'everyday' && remaining < -keptOf(limit, reserve)",
    sentence: 'Polls and tests use the last request of the hour.',
  },
  {
    name: 'let landings wait, too',
    file: 'src/core/fold-hold.ts',
    was: '(hold.landingsNotBefore ?? hold.notBefore)',
    becomes: 'hold.notBefore',
    sentence: 'What is kept for landings is used by nobody.',
  },
  {
    name: 'believe an answer that was overtaken',
    file: 'src/core/github-budget.ts',
    was: 'return told.remaining < known.remaining ? told : known;',
    becomes: 'return told;',
    sentence: 'What is left is what the last answer said, though a later one had come before it.',
  },
];
