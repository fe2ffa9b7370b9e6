// S5.1, S5.5 What was said and done on a pull request is known, or known to be in doubt, whatever becomes of calls and of
// the pull request meanwhile.
import { describe, expect, it } from 'vitest';
import type { Action, ActionOf } from '../../schemas/action.ts';
import type { BranchState, PullFacts } from '../../schemas/state.ts';
import { actionKey } from '../../src/core/action-key.ts';
import { decide } from '../../src/core/decide.ts';
import { foldGithub } from '../../src/core/fold-github.ts';
import { beginAction, foldOutcome } from '../../src/core/fold-outcome.ts';
import { news } from '../../src/core/news.ts';
import type { PullRead } from '../../src/core/observation.ts';
import { faulted } from '../../src/core/outcome.ts';
import { READ_LAG_MS } from '../../src/core/read-lag.ts';
import { wordsInDoubt } from '../../src/core/word.ts';
import {
  BRANCH,
  configOf,
  factsOf,
  HEAD,
  NOON,
  pullOf,
  sourceOf,
  stateOf,
} from '../support/builders.ts';

const mallory = { login: 'mallory', name: 'Mallory', email: 'mallory@example.com' };
const byMallory: Partial<PullFacts> = { author: mallory };
const config = configOf();
const opened = stateOf({ pulls: [pullOf(1, { facts: byMallory })] });
const lost = { kind: 'unknown', message: '502' } as const;

/** What is to be said on #1, whether or not it is time for it. */
function wish(state: BranchState, among = config): ActionOf<'comment'> | null {
  const { actions, waiting } = decide(state, among, NOON);
  const isComment = (action: Action) => action.kind === 'comment';
  return [...actions, ...waiting].find(isComment) ?? null;
}
function wanted(state: BranchState): ActionOf<'comment'> {
  const action = wish(state);
  if (!action) throw new Error('there is nothing to be said');
  return action;
}
const look = (state: BranchState, read: PullRead): BranchState =>
  foldGithub(state, { head: HEAD, rules: null, pulls: [read], ownRefs: null, seen: 0 }, NOON);
const leave = (state: BranchState) => look(state, { kind: 'gone', number: 1, how: 'closed' });
const comeBack = (state: BranchState, facts: Partial<PullFacts> = byMallory) =>
  look(state, { kind: 'open', facts: factsOf(1, facts) });

const begin = (state: BranchState) => beginAction(state, wanted(state), NOON);
const answered = (state: BranchState, action = wanted(state)): BranchState =>
  foldOutcome(beginAction(state, action, NOON), { kind: 'commented', action, id: 7 }, NOON, 0);
const authorized = (state: BranchState) => ({ ...state, authorized: [sourceOf(1)] });

describe('S5.1 the comment about an authorization', () => {
  it('that is answered is not said again', () => {
    expect(wish(answered(opened))).toBeNull();
  });

  it('is not there where no commit needed it', () => {
    expect(wish(authorized(opened))).toBeNull();
  });

  it('whose answer was lost is corrected when the commit was authorized meanwhile', () => {
    const begun = begin(opened);
    const unanswered = foldOutcome(begun, faulted(wanted(opened), lost), NOON, 0);
    for (const state of [begun, unanswered])
      expect(wanted(authorized(state)).text).toContain('is authorized by a maintainer');
  });

  it('whose change was not answered is said again, though it is what was said before', () => {
    const said = answered(opened);
    const inDoubt = begin(authorized(said));
    expect(inDoubt.pulls[1]?.comment).toEqual({ id: 7, words: null });
    expect(wanted({ ...inDoubt, authorized: [] }).text).toBe(wanted(opened).text);
  });

  it('is known still of a pull request that comes back, and is no news', () => {
    const left = leave(answered(opened));
    const back = comeBack(left);
    expect(wish(back)).toBeNull();
    expect(news(left, back).map(({ kind }) => kind)).not.toContain('pull.commented');
    const developers = configOf({ developers: ['mallory'] });
    expect(wish(back, developers)?.text).toContain('is a known developer now');
  });

  it('whose answer came when the pull request had left is known when it is back', () => {
    const action = wanted(opened);
    const left = leave(begin(opened));
    const back = comeBack(foldOutcome(left, { kind: 'commented', action, id: 7 }, NOON, 0));
    expect(back.pulls[1]?.comment?.id).toBe(7);
    expect(wish(back)).toBeNull();
  });

  it('in doubt is not looked for while reads may lag, whoever wants it meanwhile', () => {
    const key = actionKey(BRANCH, wanted(opened));
    const left = leave(begin(opened));
    expect(wordsInDoubt(left, NOON)).toEqual([key]);
    expect(wordsInDoubt(left, NOON + READ_LAG_MS)).toEqual([]);
    const refused = faulted(wanted(opened), { kind: 'refused', status: 422, message: 'No.' });
    expect(wordsInDoubt(foldOutcome(begin(opened), refused, NOON, 0), NOON)).toEqual([]);
  });
});

describe('S5.5 the wish for a reviewer', () => {
  const wishing = { body: '#assign bakers' };
  const reviewer = { team: 'bakers', login: 'carol', state: 'chosen', words: null } as const;
  const assign = { kind: 'assign', pr: 1, team: 'bakers' } as const;
  const half = stateOf({ pulls: [pullOf(1, { facts: wishing, reviewer })] });
  const shown = { ...wishing, assignees: ['carol'] };

  it('that was half granted is granted to the same person when the pull request is back', () => {
    const back = comeBack(leave(half), shown);
    expect(back.pulls[1]?.reviewer).toEqual(reviewer);
    expect(decide(back, config, NOON).actions).toContainEqual(assign);
  });

  it('that another branch has half granted is left to people', () => {
    const { actions } = decide(comeBack(stateOf(), shown), config, NOON);
    expect(actions).not.toContainEqual(assign);
  });

  it('that was granted is not granted again when the pull request is back, and is no news', () => {
    const left = leave(foldOutcome(half, { kind: 'assigned', action: assign }, NOON, 0));
    const back = comeBack(left, wishing);
    expect(decide(back, config, NOON).actions).not.toContainEqual(assign);
    expect(news(left, back).map(({ kind }) => kind)).not.toContain('pull.assigned');
  });

  it('that was granted as the pull request left counts as granted', () => {
    const left = foldOutcome(leave(half), { kind: 'assigned', action: assign }, NOON, 0);
    expect(comeBack(left, wishing).pulls[1]?.reviewer?.state).toBe('asked');
  });
});
