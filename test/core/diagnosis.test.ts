// What GitHub's rules and settings do to each way of landing: by mode and method, with what to do about it.
import { describe, expect, it } from 'vitest';
import type { Protection, Repository, Rule, Ruleset } from '../../schemas/github-rights.ts';
import { judgeBranch } from '../../src/core/diagnosis/branch.ts';
import { isAmong, type Seen, app as theApp, user } from '../../src/core/diagnosis/place.ts';
import { ok } from '../../src/core/result.ts';
import { configOf } from '../support/builders.ts';

const WEB = 'https://github.test/acme/bakery';
const BYPASS = `Put root on its bypass list, as “Always allow”`;
const root = user('root', 'https://github.test/settings/tokens');

type Way = `${'exact' | 'github'} ${'squash' | 'merge'}`;
const WAYS: readonly Way[] = ['exact squash', 'exact merge', 'github squash', 'github merge'];

interface There {
  readonly rules?: readonly Rule[];
  readonly scratch?: readonly Rule[];
  readonly bypass?: Ruleset['current_user_can_bypass'];
  readonly protection?: Protection;
  readonly repository?: Partial<Repository>;
  readonly app?: number;
}

const OTHERWISE: Protection = {
  ...{ enforce_admins: { enabled: true }, lock_branch: { enabled: false } },
};

/** What is wrong, in order: `mark text -> todo`. Of the own check only where it is a fault. */
function wrong(way: Way, there: There): string[] {
  const [landing, mergeMethod] = way.split(' ') as ['exact' | 'github', 'squash' | 'merge'];
  const branch = configOf({ landing, mergeMethod, app: there.app ?? null });
  const ruleset: Ruleset = {
    name: 'strict',
    source: 'acme/bakery',
    current_user_can_bypass: there.bypass ?? 'never',
  };
  const protection: Seen<Protection> = there.protection
    ? ok({ ...OTHERWISE, ...there.protection })
    : { ok: false, error: { status: 404, message: 'Branch not protected (404)' } };
  const findings = judgeBranch(
    { holder: root, branch, web: WEB },
    {
      branch: ok({
        commit: { sha: 'a'.repeat(40) },
        protected: true,
        protection: { required_status_checks: there.protection?.required_status_checks },
      }),
      rules: ok((there.rules ?? []).map((rule) => ({ ruleset_id: 7, ...rule }))),
      scratchRules: ok((there.scratch ?? []).map((rule) => ({ ruleset_id: 7, ...rule }))),
      rulesets: new Map([[7, ok(ruleset)]]),
      protection,
    },
    {
      ...{ full_name: 'acme/bakery', default_branch: 'main', archived: false },
      ...{
        permissions: { push: true, admin: true },
        allow_squash_merge: true,
        allow_merge_commit: true,
      },
      ...there.repository,
    },
  );
  return findings
    .filter(({ mark, text }) => mark !== 'ok' && !text.includes('is not required'))
    .map(({ mark, text, todo }) => `${mark} ${text} -> ${todo}`);
}

const checks = (strict: boolean, ...required: [string, number?][]): Rule => ({
  type: 'required_status_checks',
  parameters: {
    strict_required_status_checks_policy: strict,
    required_status_checks: required.map(([context, integration_id]) => ({
      context,
      integration_id,
    })),
  },
});
const methods = (...allowed: string[]): Rule => ({
  type: 'pull_request',
  parameters: { allowed_merge_methods: allowed },
});
const onList = `${BYPASS}: ${WEB}/settings/rules/7`;
const ruled = (mark: string, type: string, words: string, todo = onList) =>
  `${mark} the ruleset “strict”, ${type}: it ${words}; root does not bypass it -> ${todo}`;
const GITHUB_MERGES = `${BYPASS}, or set landing to github, so that GitHub merges: ${WEB}/settings/rules/7`;

describe('S7.5 P13 what stops a landing, by mode and method', () => {
  const none = { 'exact squash': [], 'exact merge': [], 'github squash': [], 'github merge': [] };
  const pull = ruled(
    'fault',
    'pull_request',
    'wants every change to be merged as a pull request',
    GITHUB_MERGES,
  );
  const linear = ruled(
    'fault',
    'required_linear_history',
    'wants a history without merge commits',
    `${BYPASS}, or set merge_method to squash: ${WEB}/settings/rules/7`,
  );
  const queue = ruled('fault', 'merge_queue', 'wants every change to go through the merge queue');
  const unsigned = ruled(
    'fault',
    'required_signatures',
    'wants signed commits, and ours are not signed',
  );
  const signed = ruled(
    'warning',
    'required_signatures',
    'wants signed commits, and GitHub may refuse a pull request with others in it',
  );
  const commit = ruled(
    'fault',
    'required_status_checks',
    'wants checks on the very commit that arrives, and those of a pull request are on its head',
  );
  const strict = ruled(
    'fault',
    'required_status_checks',
    'wants branches to be up to date before they are merged, so that each landing shuts out all other pull requests until somebody updates them',
    `${BYPASS}, or take that away: Sluice tests what would land on the branch as it is: ${WEB}/settings/rules/7`,
  );
  const notBy = (method: string, other: string) =>
    ruled(
      'fault',
      'pull_request',
      `does not allow pull requests to be merged by ${method}, the branch's merge_method`,
      `${BYPASS}, or allow it there, or set merge_method to ${other}: ${WEB}/settings/rules/7`,
    );
  const ofRepository = (words: string, other: string) =>
    `fault its repository does not allow ${words}, which is how GitHub is to land on it -> Allow them, or set merge_method to ${other}: ${WEB}/settings`;

  it.each<[what: string, there: There, found: Partial<Record<Way, string[]>>]>([
    ['nothing', {}, {}],
    [
      'what is in nobody’s way',
      { rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }] },
      {},
    ],
    [
      'pull requests',
      { rules: [{ type: 'pull_request' }] },
      { 'exact squash': [pull], 'exact merge': [pull] },
    ],
    [
      'methods of pull requests: squash',
      { rules: [methods('squash', 'rebase')] },
      { 'exact squash': [pull], 'exact merge': [pull], 'github merge': [notBy('merge', 'squash')] },
    ],
    [
      'methods of pull requests: merge',
      { rules: [methods('merge')], bypass: 'never' },
      {
        'exact squash': [pull],
        'exact merge': [pull],
        'github squash': [notBy('squash', 'merge')],
      },
    ],
    [
      'linear history',
      { rules: [{ type: 'required_linear_history' }] },
      { 'exact merge': [linear], 'github merge': [linear] },
    ],
    [
      'the merge queue',
      { rules: [{ type: 'merge_queue' }] },
      Object.fromEntries(WAYS.map((way) => [way, [queue]])),
    ],
    [
      'signed commits',
      { rules: [{ type: 'required_signatures' }] },
      {
        ...{ 'exact squash': [unsigned], 'exact merge': [unsigned] },
        ...{ 'github squash': [signed], 'github merge': [signed] },
      },
    ],
    [
      'our own check, which we report on the tested commit, too',
      { rules: [checks(false, ['sluice'])] },
      {},
    ],
    ['our own check, of our own App', { app: 5, rules: [checks(false, ['sluice', 5])] }, {}],
    [
      'checks of others',
      { rules: [checks(false, ['sluice'], ['lint'])] },
      { 'exact squash': [commit], 'exact merge': [commit] },
    ],
    [
      'checks, and that branches are up to date',
      { rules: [checks(true, ['sluice'])] },
      { 'github squash': [strict], 'github merge': [strict] },
    ],
    [
      'the repository’s methods: squash',
      { repository: { allow_merge_commit: false } },
      { 'github merge': [ofRepository('merge commits', 'squash')] },
    ],
    [
      'the repository’s methods: merge',
      { repository: { allow_squash_merge: false } },
      { 'github squash': [ofRepository('squash merges', 'merge')] },
    ],
    [
      'all of it, to who is above it',
      { bypass: 'always', rules: [methods('rebase'), { type: 'merge_queue' }] },
      {},
    ],
  ])('%s', (_, there, found) => {
    const expected = { ...none, ...found };
    expect(Object.fromEntries(WAYS.map((way) => [way, wrong(way, there)]))).toEqual(expected);
  });

  it('a bypass for pull requests only is enough where GitHub merges, but not for scratch branches', () => {
    const rules = [{ type: 'merge_queue' }];
    const there: There = { bypass: 'pull_requests_only', rules };
    expect(wrong('github squash', there)).toEqual([]);
    expect(wrong('exact squash', there)).toHaveLength(1);
    expect(wrong('github squash', { ...there, rules: [], scratch: rules })).toHaveLength(1);
  });

  it('of a repository that does not tell its methods, that is said', () => {
    const repository = { allow_squash_merge: undefined };
    expect(wrong('github squash', { repository })).toEqual([
      'unknown GitHub does not tell whether it allows squash merges -> undefined',
    ]);
  });
});

describe('S7.5 P13 classic protection, by mode and method', () => {
  const enabled = { enabled: true };
  const classic = (mark: string, words: string, todo: string) =>
    `${mark} its classic protection ${words} -> ${todo}: ${WEB}/settings/branches`;
  const away = 'Take that away, or require it by a ruleset with a bypass list';
  it.each<[what: string, protection: Protection, found: Partial<Record<Way, string[]>>]>([
    [
      'pull requests',
      { required_pull_request_reviews: {} },
      Object.fromEntries(
        (['exact squash', 'exact merge'] as const).map((way) => [
          way,
          [
            classic(
              'fault',
              'wants every change to be merged as a pull request',
              'Allow root to bypass required pull requests, or set landing to github, so that GitHub merges',
            ),
          ],
        ]),
      ),
    ],
    ['our own check', { required_status_checks: { strict: false, contexts: ['sluice'] } }, {}],
    [
      'that branches are up to date',
      { required_status_checks: { strict: true, contexts: ['sluice'] } },
      Object.fromEntries(
        (['github squash', 'github merge'] as const).map((way) => [
          way,
          [
            classic(
              'fault',
              'wants branches to be up to date before they are merged, so that each landing shuts out all other pull requests until somebody updates them',
              away,
            ),
          ],
        ]),
      ),
    ],
    [
      'linear history',
      { required_linear_history: enabled },
      Object.fromEntries(
        (['exact merge', 'github merge'] as const).map((way) => [
          way,
          [
            classic(
              'fault',
              'wants a history without merge commits',
              'Take that away, or set merge_method to squash',
            ),
          ],
        ]),
      ),
    ],
    [
      'who may push',
      { restrictions: { users: [{ login: 'alice' }] } },
      Object.fromEntries(
        WAYS.map((way) => [
          way,
          [classic('fault', 'lets only those push who are named', 'Name root there')],
        ]),
      ),
    ],
    [
      'none of it, to admins on whom it is not enforced',
      { enforce_admins: { enabled: false }, lock_branch: enabled },
      {},
    ],
  ])('%s', (_, protection, found) => {
    const all = Object.fromEntries(WAYS.map((way) => [way, wrong(way, { protection })]));
    const expected = Object.fromEntries(WAYS.map((way) => [way, found[way] ?? []]));
    expect(all).toEqual(expected);
  });
});

describe('S7.8 our own check', () => {
  it.each<[what: string, app: number | undefined, pinned: number | undefined, faults: number]>([
    ['of anybody', undefined, undefined, 0],
    ['of our own App', 5, 5, 0],
    ['of any App', 5, -1, 0],
    ['of another App', 5, 6, 1],
    ['of an App, and we are none', undefined, 6, 1],
  ])('required %s', (_, app, pinned, faults) => {
    const rules = [checks(false, pinned === undefined ? ['sluice'] : ['sluice', pinned])];
    const there: There = { bypass: 'always', rules, ...(app === undefined ? {} : { app }) };
    for (const way of WAYS) {
      const found = wrong(way, there);
      expect(found).toHaveLength(faults);
      for (const line of found)
        expect(line).toMatch(
          /^fault the check sluice is required of the App 6 alone.* -> Let any source/,
        );
    }
  });
});

describe('P13 who is named', () => {
  it.each([
    [root, { users: [{ login: 'Root' }] }, true],
    [root, { users: [], teams: [{ slug: 'bakers' }] }, null],
    [root, { apps: [{ slug: 'root' }] }, false],
    [theApp('gate', WEB), { apps: [{ slug: 'gate' }] }, true],
    [theApp('gate', WEB), { users: [{ login: 'gate' }], teams: [{ slug: 'gate' }] }, false],
  ])('%j among %j', (holder, people, among) => {
    expect(isAmong(holder, people)).toBe(among);
  });
});
