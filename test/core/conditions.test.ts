// S10.2: the conditions of landing as people read them. That they say what the decision says is proven for every
// state in decide-property.test.ts.
import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../src/core/conditions.ts';
import { decide } from '../../src/core/decide.ts';
import {
  approvedBy,
  configOf,
  conflict,
  failed,
  HEAD,
  NOON,
  OLD_HEAD,
  passed,
  pullOf,
  sourceOf,
  stateOf,
  unbuilt,
} from '../support/builders.ts';

const eve = { login: 'eve', name: 'Eve', email: 'e@example.com' };

function conditions(change: Parameters<typeof stateOf>[0], pr = 1) {
  const state = stateOf(change);
  const config = configOf({ deployable: true });
  const plan = decide(state, config, NOON);
  const row = plan.blocked.find((it) => it.pr === pr);
  return row ? conditionsOf(row, plan, state, config) : [];
}

const unmet = (...given: Parameters<typeof conditions>): [name: string, text: string][] =>
  conditions(...given).flatMap(({ name, met, text }) => (met ? [] : [[name, text]]));

describe('S10.2 the conditions of landing', () => {
  it('of one that lands: all are met, and say by what', () => {
    const rules = { checks: ['lint', 'sluice'].map((name) => ({ name, app: null })) };
    const checks = [{ name: 'lint', app: null, state: 'success', required: false } as const];
    const all = conditions({ pulls: [pullOf(1, { facts: { checks } })], rules });
    expect(all.map(({ name, met, text }) => `${met ? '+' : '-'} ${name}: ${text}`)).toEqual([
      '+ authorized: alice is a known developer.',
      '+ ready_for_review: It is not a draft.',
      '+ labels: No label keeps it from being tested or from landing.',
      '+ approved: Approved by bob.',
      '+ check lint: lint succeeded.',
      '+ readable: What GitHub says of it was understood.',
      '+ tested: Batch 101 succeeded.',
      '+ up_to_date: Its newest test is on aaaaaaa.',
      '+ turn: It is the next to land.',
      '+ accepted: Nothing has refused its landing lately.',
      '+ landings_known: Every landing before it was read back.',
      '+ branch_known: main and its batches were read.',
      '+ mergeable: Pull requests land on main.',
      '+ not_frozen: main is not frozen.',
      '+ no_deploy: No deploy that it would have to wait for is running.',
    ]);
  });

  it('a cross says who can change it, and what happens next', () => {
    const [authorized] = conditions({ pulls: [pullOf(1, { facts: { author: eve } })] });
    expect(authorized).toEqual({
      name: 'authorized',
      title: 'Authorization',
      met: false,
      text: 'eve is not a known developer, so this commit is not run.',
      who: 'a maintainer',
      next: expect.stringContaining('authorize exactly this commit'),
    });
  });

  it('an authorized commit of somebody else', () => {
    const pulls = [pullOf(1, { facts: { author: eve } })];
    expect(conditions({ pulls, authorized: [sourceOf(1)] })[0]).toMatchObject({
      met: true,
      text: 'A maintainer has authorized this commit.',
    });
  });

  it('several reasons of one condition are told together', () => {
    const labels = ['WIP', 'do-not-test'];
    expect(unmet({ pulls: [pullOf(1, { facts: { labels } })] })[0]).toEqual([
      'labels',
      'It is labelled WIP. It is labelled do-not-test.',
    ]);
  });

  it('what was never tested has no tick for a test, even where no reason names it', () => {
    const pulls = [pullOf(1, { build: unbuilt, facts: { author: eve } })];
    expect(unmet({ pulls }).slice(1)).toEqual([
      ['tested', 'It has not been tested.'],
      ['up_to_date', 'There is no test yet.'],
      ['turn', 'It is not in the queue while another condition is not met.'],
    ]);
  });

  it('a test that failed on an older commit is neither green nor of the present one', () => {
    const pulls = [pullOf(1, { build: failed(1, { targetSha: OLD_HEAD }) })];
    expect(unmet({ pulls }).map(([name]) => name)).toEqual(['tested', 'up_to_date', 'turn']);
    expect(unmet({ pulls })[1]?.[1]).toBe('Its newest test is on bbbbbbb; main is at aaaaaaa.');
  });

  it('one that waits for its turn', () => {
    const pulls = [pullOf(1), pullOf(2, { build: passed(2, { targetSha: OLD_HEAD }) })];
    expect(unmet({ pulls }, 2).map(([, text]) => text)).toEqual([
      'Its test passed on bbbbbbb, but main is now at aaaaaaa.',
      '#1 goes first.',
    ]);
  });

  it('what its author has to mend comes first, and before it why nothing is run', () => {
    const review = approvedBy();
    const checks = [{ name: 'lint', app: null, state: 'failure', required: true } as const];
    const rules = { checks: [{ name: 'lint', app: null }] };
    const broken = (author: object) =>
      unmet({
        pulls: [pullOf(1, { build: conflict(), facts: { review, checks, ...author } })],
        rules,
      }).map(([name]) => name);
    expect(broken({})).toEqual(['check lint', 'tested', 'approved', 'up_to_date', 'turn']);
    expect(broken({ author: eve })[0]).toBe('authorized');
  });

  it('what keeps the whole branch waiting', () => {
    const deploy = { kind: 'running', sha: HEAD, batch: 9, attempt: 1, jobs: 1 } as const;
    const frozen = { reason: 'fire', by: 'alice', since: NOON, until: NOON + 1 };
    expect(unmet({ pulls: [pullOf(1)], deploy, frozen })).toEqual([
      ['not_frozen', 'The branch is frozen by alice: fire'],
      ['no_deploy', 'A deploy is running in batch 9.'],
    ]);
  });
});
