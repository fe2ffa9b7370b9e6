// What Sluice finds by itself of what GitHub lets it do, with a token and as an App; and how many requests that takes.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../schemas/diagnosis.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import { appTokens } from '../../src/clients/github/app-tokens.ts';
import { Connection } from '../../src/clients/github/connection.ts';
import { createExaminer } from '../../src/clients/github/examiner.ts';
import { installationTokens } from '../../src/clients/github/installation-tokens.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import type { Examine } from '../../src/loop/ports.ts';
import { PERMISSIONS, TestApp } from '../support/forge-app.ts';
import { config, Hands, unwrap } from './hands.ts';

let hands: Hands;
let app: TestApp;
const EVENTS = [
  'pull_request',
  'pull_request_review',
  'push',
  'status',
  'check_run',
  'check_suite',
];
const ALL = { ...PERMISSIONS, workflows: 'write' };
beforeAll(async () => {
  hands = await Hands.start();
  app = await TestApp.start(hands.forge, { permissions: ALL, events: EVENTS });
});
afterAll(async () => {
  await app.close();
  await hands.close();
});
beforeEach(async () => {
  await hands.forge.control('DELETE', '/rules/acme/widget/main');
  await hands.forge.control('DELETE', '/faults');
});

const now = () => hands.forge.now() * 1000;
const place = () => ({
  apiUrl: hands.forge.forge.url,
  ...{ owner: 'acme', repo: 'widget', now },
  fetch: (...asked: Parameters<typeof fetch>) => globalThis.fetch(...asked),
});
const branch = (change: Partial<BranchConfig> = {}): BranchConfig => ({
  ...{ ...config(), webUrl: 'https://github.test' },
  ...change,
});
const byToken = (token = 'root-token', change: Partial<BranchConfig> = {}): Examine =>
  createExaminer(
    { api: new Connection({ ...place(), credentials: fixedToken(token) }), asApp: null },
    branch(change),
  );
const byApp = (change: Partial<BranchConfig> = {}): Examine => {
  const self = { id: app.id, key: app.pem };
  const credentials = installationTokens({ ...place(), app: self });
  return createExaminer(
    {
      api: new Connection({ ...place(), credentials }),
      asApp: new Connection({ ...place(), credentials: appTokens(self, now) }),
    },
    branch({ app: app.id, ...change }),
  );
};
const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ mark }) => mark !== 'ok').map(({ mark, text }) => `${mark} ${text}`);
const rule = (rules: object) => hands.forge.control('PUT', '/rules/acme/widget/main', rules);

describe('S4.2 S7.5 what a token may do', () => {
  test('is told in seven requests and one for each ruleset, all of them GETs', async () => {
    await rule({ required_status_checks: [{ context: 'lint' }] });
    const { answer, requests } = await hands.asked(byToken());
    expect(troubles(unwrap(answer))).toEqual([
      expect.stringMatching(/^warning webhook: none of the repository's points at /),
      expect.stringMatching(
        /^fault the ruleset “rules of main”, required_status_checks: .*; root does not bypass it$/,
      ),
      expect.stringMatching(/^warning the check sluice is not required: /),
    ]);
    expect(requests.filter((line) => !line.startsWith('GET '))).toEqual([]);
    expect(requests).toHaveLength(8);
  });

  test('by the mode of landing: GitHub merges what a pull_request rule would keep us from pushing', async () => {
    await rule({ required_approving_review_count: 1 });
    const faults = async (landing: BranchConfig['landing']) =>
      unwrap(await byToken('root-token', { landing })()).filter(({ mark }) => mark === 'fault');
    expect(await faults('exact')).toHaveLength(1);
    expect(await faults('github')).toEqual([]);
  });

  test('is a finding where GitHub refuses to tell it', async () => {
    const found = unwrap(await byToken('eve-token')());
    expect(found).toContainEqual(
      expect.objectContaining({ mark: 'fault', text: 'eve may not push to it' }),
    );
    expect(troubles(found)[0]).toMatch(/^unknown webhook: GitHub tells only admins/);
  });

  test('is not found where GitHub does not answer: nothing is said to be wrong', async () => {
    await hands.forge.fault({
      match: { api: 'rest', path: '/rules/branches/' },
      do: { status: 502 },
    });
    expect(await byToken()()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });
});

describe('S6.7 what an App may do', () => {
  test('is told by its installation', async () => {
    const { checks: _, ...few } = ALL;
    await hands.forge.control('PATCH', `/apps/${app.slug}`, { permissions: few });
    const { answer, requests } = await hands.asked(byApp());
    const found = unwrap(answer).filter(({ what }) => what === 'GITHUB_APP_KEY');
    await hands.forge.control('PATCH', `/apps/${app.slug}`, { permissions: ALL });
    expect(found).toContainEqual(
      expect.objectContaining({
        text: 'the App lacks the permission checks: write, for its check, and those of others that are required',
        todo: expect.stringMatching(
          /^Give it that, and accept it where the App is installed: http/,
        ),
      }),
    );
    expect(requests.filter((line) => line.startsWith('POST '))).toEqual([
      expect.stringMatching(/^POST \/app\/installations\/\d+\/access_tokens$/),
    ]);
    expect(requests.length).toBeLessThanOrEqual(9);
  });

  test('lacks nothing: no fault', async () => {
    await app.asApp('PATCH', '//app/hook/config', { url: `${config().publicUrl}/github_callback` });
    expect(unwrap(await byApp()()).filter(({ mark }) => mark === 'fault')).toEqual([]);
  });
});

describe('S7.5 P13 what is said to stop a landing is what GitHub refuses', () => {
  const rules = async (...rules: object[]) => {
    await hands.forge.rest('root', 'POST', '/rulesets', {
      ...{ name: 'strict', enforcement: 'active', rules },
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'] } },
    });
  };
  const upToDate = {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: true,
      required_status_checks: [{ context: 'sluice' }],
    },
  };
  const pullRequest = { type: 'pull_request', parameters: { allowed_merge_methods: ['squash'] } };
  const settings = (change: object) => hands.forge.rest('root', 'PATCH', '', change);
  afterEach(async () => {
    for (const { id } of (await hands.forge.rest('root', 'GET', '/rulesets')).json)
      await hands.forge.rest('root', 'DELETE', `/rulesets/${id}`);
    await settings({ allow_merge_commit: true });
  });

  /** A pull request, with our check where Sluice has it before it lands. @returns lands it */
  async function ready(
    name: string,
    mode: BranchConfig['landing'],
    method: BranchConfig['mergeMethod'],
  ) {
    const pull = await hands.open(`${name}-${mode}-${method}`);
    if (name === 'behind') await hands.pushToMain(`${name}-${mode}-${method}-before.txt`);
    const landing = await hands.tested(pull, { mode, method });
    const { sourceSha, testedSha } = landing;
    const check = { state: 'success', description: 'passed', url: 'https://sluice.test/' } as const;
    unwrap(await hands.github.postCheck(mode === 'exact' ? testedSha : sourceSha, check));
    return async () => {
      const { message } = unwrap(await hands.github.readPulls([pull.number], testedSha));
      const source = { branch: pull.branch, movable: true };
      const landed = await hands.github.land(landing, source, message);
      return landed.ok && landed.value.kind === 'landed';
    };
  }

  test.each<[name: string, way: string, set: () => Promise<unknown>, isAllowed: boolean]>([
    ['pulls', 'exact squash', () => rules(pullRequest), false],
    ['pulls', 'github squash', () => rules(pullRequest), true],
    ['pulls', 'github merge', () => rules(pullRequest), false],
    ['linear', 'exact squash', () => rules({ type: 'required_linear_history' }), true],
    ['linear', 'exact merge', () => rules({ type: 'required_linear_history' }), false],
    ['queue', 'github squash', () => rules({ type: 'merge_queue' }), false],
    ['behind', 'exact squash', () => rules(upToDate), true],
    ['behind', 'github squash', () => rules(upToDate), false],
    ['method', 'github merge', () => settings({ allow_merge_commit: false }), false],
  ])(
    '%s, %s',
    async (name, way, set, isAllowed) => {
      const [landing, mergeMethod] = way.split(' ') as [
        BranchConfig['landing'],
        BranchConfig['mergeMethod'],
      ];
      const land = await ready(name, landing, mergeMethod);
      await set();
      const found = unwrap(await byToken('root-token', { landing, mergeMethod })());
      const isSaid = found.every(({ mark }) => mark !== 'fault');
      expect([isSaid, await land()]).toEqual([isAllowed, isAllowed]);
    },
    60_000,
  );
});
