// The same work done by the service that Sluice replaces: Hail's CI at fd91ae342ffc, its own code against stand-ins of
// GitHub and Batch that counted its requests, all of them one after the other.

export const PREDECESSOR_REQUESTS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'poll, nothing changed': { 1: 6, 10: 24, 50: 105, 100: 207, 300: 615 },
  'webhook, nothing changed for CI': { 1: 3, 10: 3, 50: 4, 100: 6, 300: 14 },
  'webhook, a review: changes requested': { 1: 4, 10: 4, 50: 5, 100: 7, 300: 15 },
  'webhook, new commit (its test starts)': { 1: 7, 10: 25, 50: 106, 100: 208, 300: 616 },
  'batch callback (a test passed)': { 1: 4, 10: 22, 50: 102, 100: 202, 300: 602 },
  'webhook, pull request opened (its test starts)': { 1: 9, 10: 27, 50: 108, 100: 211, 300: 620 },
  'first pass after the storage was lost': { 1: 9, 10: 27, 50: 108, 100: 210, 300: 618 },
};

interface Landings {
  readonly batches: Readonly<Record<number, number>>;
  /** In lengths of a test. */
  readonly time: Readonly<Record<number, number>>;
}

export const PREDECESSOR_LANDINGS: Readonly<Record<'untested' | 'tested green', Landings>> = {
  untested: { batches: { 1: 1, 2: 3, 5: 14, 10: 34 }, time: { 1: 1, 2: 2, 5: 5, 10: 10 } },
  'tested green': {
    batches: { 2: 1, 5: 10, 10: 45, 20: 183 },
    time: { 2: 1, 5: 4, 10: 9, 20: 19 },
  },
};

/** What cannot be beaten: all are tested together, and pass. */
export const FLOOR = { batches: 1, time: 1 };
