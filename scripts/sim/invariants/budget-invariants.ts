// What GitHub's limits ask of whoever shares a credential. Judged by what was told with the answers that arrived.
import type { Resource } from '../../../src/core/github-budget.ts';
import type { Call } from '../world/wire.ts';
import type { CallInvariant } from './call-invariants.ts';

const GRAPHQL = [
  'readPage',
  'readPulls',
  'readHead',
  'readMergeState',
  'readFiles',
  'readAuthors',
  'readComments',
  'land',
  'keepCommit',
];
/** What no landing ever asks. */
const EVERYDAY = [
  'readPage',
  'readRules',
  'readProtection',
  'readFiles',
  'readAuthors',
  'merge',
  'createCommit',
  'assign',
  'requestReview',
];

/** Of a source branch a landing asks what rules there are: they may be why it was refused. */
const isOfSource = (call: Call, branch: string): boolean =>
  isOneOf(['readRules', 'readProtection'], call) && call.args[0] !== branch;

const isOneOf = (names: readonly string[], { name }: Call): boolean =>
  names.some((each) => name === `github.${each}`);
const resourceOf = (call: Call): Resource => (isOneOf(GRAPHQL, call) ? 'graphql' : 'core');

export const budgetInvariants: readonly CallInvariant[] = [
  {
    name: 'GitHub is not asked before its time',
    sentence:
      'Nobody who shares a credential asks anything while it was told to wait, or that nothing is left; what was under way is finished.',
    at: 'sent',
    check: ({ town, call }) =>
      call.name.startsWith('github.') && town.credential.mustWait(resourceOf(call))
        ? `${call.name} was asked`
        : null,
  },
  {
    name: 'what is kept is for landings',
    sentence:
      'While no more of a limit is left than what is kept for landings, nothing is asked that no landing asks.',
    at: 'sent',
    check: ({ town, call }) =>
      isOneOf(EVERYDAY, call) &&
      !isOfSource(call, town.config.branch) &&
      town.credential.isKept(resourceOf(call))
        ? `${call.name} was asked`
        : null,
  },
];
