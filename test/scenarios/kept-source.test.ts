// S7.2: rules keep a pull request's own branch where it is, so that it lands alone, and GitHub does not show it as merged.
import { describe, expect } from 'vitest';
import type { RefUpdate } from '../../scripts/sim/world/graphql-requests.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** GitHub refuses the whole call when one of its moves is against the rules. */
const keepSources = (ci: Scenario): void => {
  const moves = (args: readonly unknown[]): boolean =>
    (args[0] as readonly RefUpdate[]).some(({ name }) => name.startsWith('refs/heads/change-'));
  const message = 'Repository rule violations found';
  ci.failWhen(({ name, args }) => name === 'github.land' && moves(args), {
    when: 'before',
    with: { kind: 'refused', status: 200, message },
  });
  const answer = { protected: true };
  ci.failWhen(
    ({ name, args }) => name === 'github.readProtection' && String(args[0]).startsWith('change-'),
    { when: 'before', with: { kind: 'lie', answer } },
  );
};

describe('S7.2 a source branch that may not be moved', () => {
  scenario('its pull request lands, and is closed with a word', async (ci) => {
    keepSources(ci);
    const pr = ci.openPr({ approved: true });
    await ci.letBatchesPass();
    await ci.poll();
    ci.expect(pr).landed().testedTimes(1);
    expect(ci.github.pull(pr)).toMatchObject({ state: 'closed', comments: [{}] });
    await ci.expectNothingElse();
  });

  scenario(
    'S2.4 it is closed, too, when everything was forgotten and somebody has pushed on top',
    async (ci) => {
      keepSources(ci);
      const pr = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      ci.github.push('main', { 'menu.txt': 'cake' });
      ci.object.loseStorage();
      await ci.settle();
      await ci.poll();
      await ci.poll();
      ci.expect(pr).landed().testedTimes(1);
      expect(ci.github.pull(pr)).toMatchObject({ state: 'closed', comments: [{}] });
      await ci.expectNothingElse();
    },
  );

  scenario('but not one that a person has opened again', async (ci) => {
    keepSources(ci);
    const pr = ci.openPr({ approved: true });
    await ci.letBatchesPass();
    await ci.poll();
    ci.expect(pr).landed();
    await ci.advance(2);
    ci.github.changePull(pr, { state: 'open' }, 'reopened');
    await ci.poll();
    await ci.poll();
    expect(ci.github.pull(pr).state).toBe('open');
    ci.expect(pr).shows('failure', 'It changes nothing').blockedBy('unbuildable');
    await ci.expectNothingElse();
  });
});
