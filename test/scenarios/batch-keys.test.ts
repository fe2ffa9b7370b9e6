// S6.9: what Batch's idempotency tokens are made from. A newer program must make the same: a batch that the one before it has
// asked for, and that is not there yet when it looks, would be made a second time.
import { describe, expect } from 'vitest';
import { digest } from '../../src/core/digest.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const askedFor = (ci: Scenario): unknown[] =>
  ci.callsOf('batch.create').map(({ args: [wish] }) => (wish as { readonly token: string }).token);

describe('S6.9 an upgrade finds what was on its way', () => {
  scenario(
    'since the keys of tests and deploys stay as they are',
    async (ci) => {
      const bare = ci.main;
      const pr = ci.openPr();
      await ci.settle();
      const { sha: source } = ci.github.pull(pr).source;
      const tested = ci.github.testRef('main', pr);
      const branch = 'acme/bakery:main';
      const keys = [
        `deploy ${branch} ${bare} attempt 1 with 2`,
        `test ${branch} #${pr} ${source} on ${bare} attempt 1 ${tested} with 2`,
      ];
      expect(askedFor(ci).toSorted()).toEqual(keys.map(digest).toSorted());
      await ci.letBatchesPass();
    },
    { deployable: true },
  );
});
