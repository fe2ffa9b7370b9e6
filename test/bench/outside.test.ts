// What the bench counts of what a Worker asks: all of it, though nobody is answered yet.
import { expect, it } from 'vitest';
import { BranchAtWork } from '../../scripts/bench/branch-at-work.ts';
import { BATCH_URL, Outside } from '../../scripts/sim/world/outside.ts';

it('S4.4 a request is counted as it comes in, and answered when the silence is over', async () => {
  const { github, batch } = new BranchAtWork({});
  const outside = new Outside(github, batch);
  const { promise, resolve } = Promise.withResolvers<void>();
  outside.silence = promise;
  const answer = outside.answer('GET', new URL('/api/v1alpha/batches/1', BATCH_URL), '');
  expect(outside.asked).toBe(1);
  resolve();
  expect((await answer).status).toBe(404);
});
