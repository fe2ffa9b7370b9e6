// The same work done by the service that Sluice replaces: Hail's CI at fd91ae342ffc, its own code against stand-ins of
// GitHub and Batch that counted its requests, all of them one after the other. What is not here was not measured.
import type { Deploy, Start } from './landings.ts';

type BySize = Readonly<Record<number, number>>;

export const PREDECESSOR_REQUESTS: Readonly<Record<string, BySize>> = {
  'poll, nothing changed': { 1: 6, 10: 24, 50: 105, 100: 207, 300: 615 },
  'webhook, nothing changed for CI': { 1: 3, 10: 3, 50: 4, 100: 6, 300: 14 },
  'webhook, a review: changes requested': { 1: 4, 10: 4, 50: 5, 100: 7, 300: 15 },
  'webhook, new commit (its test starts)': { 1: 7, 10: 25, 50: 106, 100: 208, 300: 616 },
  'batch callback (a test passed)': { 1: 4, 10: 22, 50: 102, 100: 202, 300: 602 },
  'webhook, pull request opened (its test starts)': { 1: 9, 10: 27, 50: 108, 100: 211, 300: 620 },
  'first pass after the storage was lost': { 1: 9, 10: 27, 50: 108, 100: 210, 300: 618 },
};

type Landings = Readonly<Record<'batches' | 'at once' | 'time' | 'requests', BySize>>;
const NOT_MEASURED: Landings = { batches: {}, 'at once': {}, time: {}, requests: {} };

/** By how long its deploys took, in minutes. Time is in lengths of a test. */
export const PREDECESSOR_LANDINGS: Readonly<Record<Deploy, Readonly<Record<Start, Landings>>>> = {
  45: {
    untested: {
      batches: { 1: 1, 2: 3, 5: 14, 10: 34 },
      'at once': { 1: 1, 2: 2, 5: 4, 10: 4 },
      time: { 1: 1, 2: 2, 5: 5, 10: 10 },
      requests: { 1: 86, 2: 220, 5: 838, 10: 2_239 },
    },
    'tested green': {
      batches: { 2: 1, 5: 10, 10: 45, 20: 183 },
      'at once': { 2: 1, 5: 4, 10: 9, 20: 18 },
      time: { 2: 1, 5: 4, 10: 9, 20: 19 },
      requests: { 2: 113, 5: 651, 10: 2_561, 20: 11_696 },
    },
  },
  90: {
    untested: NOT_MEASURED,
    'tested green': {
      batches: { 10: 45 },
      'at once': { 10: 9 },
      time: { 10: 13.5 },
      requests: { 10: 3_489 },
    },
  },
};
