// Every bug that is planted to see whether it is found, in the order in which they are told.
import { appBugs } from './app-bugs.ts';
import { budgetBugs } from './budget-bugs.ts';
import { clientBugs } from './client-bugs.ts';
import { clusterBugs } from './cluster-bugs.ts';
import { coreBugs } from './core-bugs.ts';
import { landingBugs } from './landing-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { wakingBugs } from './waking-bugs.ts';
import { wordBugs } from './word-bugs.ts';

export const plantedBugs: readonly PlantedBug[] = [
  ...coreBugs,
  ...wakingBugs,
  ...clientBugs,
  ...landingBugs,
  ...clusterBugs,
  ...budgetBugs,
  ...appBugs,
  ...wordBugs,
];
