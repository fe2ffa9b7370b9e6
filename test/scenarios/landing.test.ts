import { describe } from 'vitest';
import { scenario } from '../support/world/scenario.ts';

describe('S7 landing', () => {
  scenario('S7.1 an approved pull request is tested, lands and is read back', async (ci) => {
    const pr = ci.openPr();
    await ci.settle();
    ci.expect(pr).testing().shows('pending').blockedBy('test_running', 'not_approved');
    ci.batch.succeeds(pr);
    await ci.settle();
    ci.expect(pr).shows('success').blockedBy('not_approved');
    ci.approve(pr);
    await ci.settle();
    ci.expect(pr).landed().testedTimes(1);
    await ci.expectNothingElse();
  });
});
