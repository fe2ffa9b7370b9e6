// `npm run doctor -- --github` against a forge of the test's own: what it finds in credentials, repositories,
// webhooks and rules, its exit code, and that it changes nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { examineDeliveries } from '../../scripts/doctor/github/webhook.ts';
import type { Look } from '../../src/clients/github/rights.ts';
import { ok } from '../../src/core/result.ts';
import { askRest, TestForge } from '../support/forge.ts';
import { PUBLIC_URL, visit } from './settings.ts';

let forge: TestForge;
beforeAll(async () => {
  forge = await TestForge.start();
});
afterAll(() => forge.close());

const requests = z.array(z.object({ method: z.string(), path: z.string() }));
const EVENTS = [
  'pull_request',
  'pull_request_review',
  'push',
  'status',
  'check_run',
  'check_suite',
];

/** Hooks and rules are each test's own. */
beforeEach(async () => {
  await forge.control('DELETE', '/rules/acme/widget/main');
  for (const { id } of (await forge.rest('root', 'GET', '/rulesets')).json)
    await forge.rest('root', 'DELETE', `/rulesets/${id}`);
  for (const { id, config } of (await forge.rest('root', 'GET', '/hooks')).json)
    if (config.url.startsWith(PUBLIC_URL)) await forge.rest('root', 'DELETE', `/hooks/${id}`);
});

/** A webhook that points at Sluice; what it greets with is lost unless `fail` says how. */
async function hook(change: object = {}, config: object = {}, fail?: number): Promise<number> {
  await forge.fault({
    match: { api: 'webhook', path: 'ping' },
    do: fail === undefined ? { drop: true } : { fail },
  });
  const { json } = await forge.rest('root', 'POST', '/hooks', {
    config: {
      url: `${PUBLIC_URL}/github_callback`,
      content_type: 'json',
      secret: 'a good secret',
      ...config,
    },
    events: EVENTS,
    ...change,
  });
  await forge.forge.idle();
  return json.id;
}

const token = async (wanted: object): Promise<string> =>
  z.object({ token: z.string() }).parse(await forge.control('POST', '/tokens', wanted)).token;

const rule = (rules: object) => forge.control('PUT', '/rules/acme/widget/main', rules);

/** Each rule by itself, as `mark text`. */
const about = (lines: readonly string[], what: string): string[] =>
  lines
    .filter((line) => line.includes(`  ${what} `))
    .map((line) => line.replace(new RegExp(` +${what} +`), ' '));

describe('S4.3 S7.8 npm run doctor -- --github', () => {
  it('says what is well, and only reads', async () => {
    await hook();
    await rule({
      required_status_checks: [{ context: 'sluice' }, { context: 'lint' }],
      bypass: ['root'],
    });
    await forge.rest(null, 'DELETE', '//_forge/requests');
    const { status, lines } = await visit(forge);
    const asked = requests.parse((await forge.rest(null, 'GET', '//_forge/requests')).json);
    // What every poll asks is a query, too.
    const others = asked.filter(({ method }) => method !== 'GET');
    expect(others).toEqual([{ method: 'POST', path: '/graphql' }]);
    const main = (await forge.ref('refs/heads/main'))?.slice(0, 12);
    expect(lines.map((line) => line.replace(/\d\d:\d\d UTC, .*/, 'TIME'))).toEqual([
      'ok     GITHUB_TOKEN      a classic token of root, with the scopes repo, workflow, admin:repo_hook, read:org, delete_repo',
      'ok     acme/widget       root may push to it',
      'ok     acme/widget       GitHub shows root its contents, pull requests, statuses, check runs',
      'ok     acme/widget       webhook: active, JSON, with a secret, for every event',
      '??     acme/widget       webhook: it has sent nothing lately',
      `ok     acme/widget:main  there, at ${main}`,
      'ok     acme/widget:main  the ruleset “rules of main” does not hold for root (deletion, required_status_checks)',
      'ok     acme/widget:main  it has no classic protection',
      'ok     acme/widget:main  no ruleset applies to its scratch branches',
      "ok     acme/widget:main  the check sluice is required, so that GitHub's merge button waits for Sluice",
      'ok     acme/widget       GitHub tells all that Sluice asks of its pull requests',
      'ok     acme/widget       until TIME',
      '',
      '12 checks, 0 faults, 1 could not be looked at; nothing was changed',
      '',
    ]);
    expect(status).toBe(0);
  });

  it('does both when nothing is named, and needs the secrets of both', async () => {
    const { status, err } = await visit(forge, { argv: [] });
    expect([status, err]).toEqual([
      2,
      'neither BATCH_TOKEN nor a good BATCH_KEY is in the environment\n',
    ]);
  });
});

describe('S6.7 the credentials', () => {
  it('that GitHub does not know are told with the way to new ones, and nothing else is asked', async () => {
    const { status, lines } = await visit(forge, { token: 'ghp_wrong' });
    expect(lines.slice(0, 2)).toEqual([
      'FAULT  GITHUB_TOKEN  FORGE does not take it: Bad credentials (401)',
      `${' '.repeat(21)}Make a classic token with repo and workflow: FORGE/settings/tokens/new?description=Sluice&scopes=repo,workflow`,
    ]);
    expect(lines).not.toContain('acme/widget');
    expect(status).toBe(1);
  });

  it('are never printed', async () => {
    for (const secret of ['root-token', 'ghp_wrong'])
      expect((await visit(forge, { token: secret })).out).not.toContain(secret);
  });

  it('of an address that does not answer', async () => {
    const settings = { github: { api_url: 'http://127.0.0.1:1' } };
    const { status, lines } = await visit(forge, { settings });
    expect(lines[0]).toMatch(/^FAULT {2}github\.api_url {2}http:\/\/127\.0\.0\.1:1: /);
    expect(status).toBe(1);
  });

  it.each<[string, string[], string[]]>([
    [
      'workflow',
      ['repo'],
      ['lacks the scope workflow: what changes .github/workflows cannot land'],
    ],
    [
      'repo',
      ['workflow'],
      ['lacks the scope repo: it cannot write commits, statuses and branches'],
    ],
  ])('lack a scope: %s', async (scope, scopes, words) => {
    const own = await token({ kind: 'classic', login: 'root', scopes });
    const { status, lines } = await visit(forge, { token: own });
    expect(about(lines, 'GITHUB_TOKEN')).toEqual([
      `ok a classic token of root, with the scopes ${scopes.join(', ')}`,
      ...words.map((text) => `FAULT ${text}`),
    ]);
    expect(lines[2]?.trim()).toBe(`Give it ${scope}: FORGE/settings/tokens`);
    expect(status).toBe(1);
  });

  it('are a fine-grained token: what it cannot do, and what is not told (P3)', async () => {
    const own = await token({
      kind: 'fine_grained',
      login: 'root',
      permissions: { contents: 'write', pull_requests: 'write', statuses: 'write' },
    });
    const { status, lines } = await visit(forge, { token: own });
    expect(about(lines, 'GITHUB_TOKEN').map((line) => line.slice(0, 60))).toEqual([
      'warn a fine-grained token of root: GitHub gives such tokens ',
      '?? what it may write is not told beforehand; Sluice writes c',
    ]);
    expect(about(lines, 'acme/widget').slice(0, 4)).toEqual([
      'ok root may push to it',
      'ok GitHub shows root its contents, pull requests, statuses',
      'FAULT GitHub does not show root its check runs: Resource not accessible by personal access token (403); it asks for checks=read',
      '?? webhook: GitHub tells only admins of the repository about its webhooks, not root: Resource not accessible by personal access token (403); it asks for repository_hooks=read',
    ]);
    expect(lines.join('\n')).toContain(
      'Change what the credentials may do: FORGE/settings/personal-access-tokens',
    );
    expect(status).toBe(1);
  });

  it('of somebody who may read alone', async () => {
    const { status, lines } = await visit(forge, { token: 'eve-token' });
    expect(about(lines, 'acme/widget')[0]).toBe('FAULT eve may not push to it');
    expect(lines.join('\n')).toContain(
      'Give eve the role Write: FORGE/acme/widget/settings/access',
    );
    expect(status).toBe(1);
  });

  it('have few requests left', async () => {
    const spent = { limit: 1000, remaining: 10, reset: 1_800_000_000 };
    await forge.fault({
      match: { api: 'rest', path: '/rate_limit' },
      do: {
        status: 200,
        body: { resources: { core: spent, graphql: spent, search: spent }, rate: spent },
      },
    });
    const { lines } = await visit(forge);
    expect(lines.join('\n')).toContain(
      'warn   acme/widget       until 08:00 UTC, 10 of 1000 requests and 10 of 1000 points of GraphQL are left',
    );
  });
});

describe('S4.2 S4.3 S4.6 the webhook', () => {
  it('is missing: Sluice works by its poll', async () => {
    const { lines, status } = await visit(forge);
    expect(about(lines, 'acme/widget')[2]).toBe(
      `warn webhook: none of the repository's points at ${PUBLIC_URL}/github_callback, so Sluice notices changes only by its poll, every 60 s`,
    );
    expect(lines.join('\n')).toContain('check_suite: FORGE/acme/widget/settings/hooks/new');
    expect(status).toBe(0);
  });

  it.each<[string, object, object, string]>([
    ['is switched off', { active: false }, {}, 'it is switched off'],
    ['sends forms', {}, { content_type: 'form' }, 'it sends forms, and Sluice reads JSON'],
    [
      'has no secret',
      {},
      { secret: undefined },
      'it has no secret, so that Sluice refuses what it sends',
    ],
    [
      'does not send every event',
      { events: ['push', 'pull_request', 'status'] },
      {},
      'it does not send pull_request_review, check_run, check_suite',
    ],
  ])('%s', async (_, change, config, words) => {
    const id = await hook(change, config);
    const { lines, status } = await visit(forge);
    expect(about(lines, 'acme/widget')).toContain(`FAULT webhook: ${words}`);
    expect(lines.join('\n')).toContain(`: FORGE/acme/widget/settings/hooks/${id}`);
    expect(status).toBe(1);
  });

  it('sends everything, which is every event', async () => {
    await hook({ events: ['*'] });
    expect(about((await visit(forge)).lines, 'acme/widget')).toContain(
      'ok webhook: active, JSON, with a secret, for every event',
    );
  });

  it('was not answered well', async () => {
    const id = await hook({}, {}, 401);
    const { lines, status } = await visit(forge);
    expect(about(lines, 'acme/widget')[3]).toMatch(
      /^FAULT webhook: its one delivery failed: .*\(401\)$/,
    );
    expect(lines.join('\n')).toContain(
      `Is its secret GITHUB_WEBHOOK_SECRET? See what was answered: FORGE/acme/widget/settings/hooks/${id}`,
    );
    expect(status).toBe(1);
  });

  it.each([
    [[200], 'ok its one delivery arrived'],
    [[200, 202], 'ok its last 2 deliveries all arrived'],
    [[0], 'fault its one delivery failed: words'],
    [[503, 200, 0], 'fault 2 of its last 3 deliveries failed, the newest among them: words (503)'],
    [[200, 401], 'warning 1 of its last 2 deliveries failed, not the newest: words (401)'],
  ])('was answered %j', async (codes, expected) => {
    const sent = codes.map((code) => ({ status: 'words', status_code: code }));
    const look: Look = async (_, answer) => ok(answer.parse(sent));
    const { mark, text } = await examineDeliveries(look, { what: 'w', hook: '/h', link: 'l' });
    expect(`${mark} ${text}`).toBe(expected.replace(' ', ' webhook: '));
  });

  it('is told to admins alone', async () => {
    const { lines, status } = await visit(forge, { token: 'alice-token' });
    expect(about(lines, 'acme/widget')[2]).toBe(
      '?? webhook: GitHub tells only admins of the repository about its webhooks, not alice: Not Found (404)',
    );
    expect(status).toBe(0);
  });
});

describe('S7.5 S7.8 the repository and its branches', () => {
  it('are not there', async () => {
    const branches = [{ branch: 'acme/nothing:main' }, { branch: 'acme/widget:nowhere' }];
    const { lines, status } = await visit(forge, { branches });
    expect(about(lines, 'acme/nothing')[0]).toBe(
      'FAULT it is not there, or GitHub does not show it to root: Not Found (404)',
    );
    expect(about(lines, 'acme/widget:nowhere')).toEqual([
      'FAULT GitHub does not show the branch nowhere: Branch not found (404)',
    ]);
    expect(status).toBe(1);
  });

  it('have another name now', async () => {
    await forge.forge.createRepository({ owner: 'acme', name: 'gadget' });
    await askRest(forge.forge.url, 'Bearer root-token', 'PATCH', '//repos/acme/gadget', {
      name: 'gizmo',
    });
    const { lines } = await visit(forge, { branches: [{ branch: 'acme/gadget:main' }] });
    expect(about(lines, 'acme/gadget')).toContain(
      'FAULT it is called acme/gizmo now, and its webhooks say so',
    );
  });

  it('a branch that nothing lands on needs no way past its rules', async () => {
    await rule({ merge_queue: true });
    const { lines } = await visit(forge, {
      branches: [{ branch: 'acme/widget:main', mergeable: false }],
    });
    expect(about(lines, 'acme/widget:main')[1]).toBe(
      'ok Sluice does not land on it, as the settings say',
    );
  });

  it('P13: each rule that stops a landing, with its link and what to do', async () => {
    const { json } = await forge.rest('root', 'POST', '/rulesets', {
      name: 'strict',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'] } },
      rules: [
        ...['required_linear_history', 'required_signatures', 'update', 'merge_queue'].map(
          (type) => ({ type }),
        ),
        { type: 'pull_request', parameters: {} },
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: [{ context: 'lint' }] },
        },
      ],
    });
    const { lines, status } = await visit(forge);
    const not = 'root does not bypass it';
    expect(about(lines, 'acme/widget:main').slice(1)).toEqual([
      `FAULT the ruleset “strict”, required_signatures: it wants signed commits, and ours are not signed; ${not}`,
      `FAULT the ruleset “strict”, update: it lets nobody move the branch; ${not}`,
      `FAULT the ruleset “strict”, merge_queue: it wants every change to go through the merge queue; ${not}`,
      `FAULT the ruleset “strict”, pull_request: it wants every change to be merged as a pull request; ${not}`,
      `FAULT the ruleset “strict”, required_status_checks: it wants checks on the very commit that arrives, and those of a pull request are on its head; ${not}`,
      'ok it has no classic protection',
      'ok no ruleset applies to its scratch branches',
      "warn the check sluice is not required: Sluice lands without, but anybody who may can press GitHub's merge button before the tests are done",
    ]);
    expect(lines.map((line) => line.trim())).toContain(
      `Put root on its bypass list, as “Always allow”: FORGE/acme/widget/settings/rules/${json.id}`,
    );
    expect(status).toBe(1);
  });

  it('a bypass for pull requests only is none', async () => {
    await rule({
      required_approving_review_count: 1,
      bypass: ['root'],
      bypass_mode: 'pull_request',
    });
    const { lines } = await visit(forge);
    expect(about(lines, 'acme/widget:main')[1]).toBe(
      'FAULT the ruleset “rules of main”, pull_request: it wants every change to be merged as a pull request; root bypasses it for pull requests only',
    );
  });

  it('rules that are in nobody’s way', async () => {
    await rule({ non_fast_forward: true });
    const { lines, status } = await visit(forge);
    expect(about(lines, 'acme/widget:main')[1]).toBe(
      'ok the ruleset “rules of main” is not in the way (deletion, non_fast_forward)',
    );
    expect(status).toBe(0);
  });

  it('S6.2 rules for all branches, which are for scratch branches, too', async () => {
    await forge.rest('root', 'POST', '/rulesets', {
      name: 'tidy',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~ALL'] } },
      rules: [{ type: 'required_linear_history' }, { type: 'creation' }],
    });
    const { lines, status } = await visit(forge);
    expect(about(lines, 'acme/widget:main').slice(1, -1)).toEqual([
      'ok the ruleset “tidy” is not in the way (required_linear_history, creation)',
      'ok it has no classic protection',
      'FAULT scratch branches: the ruleset “tidy”, required_linear_history: it wants a history without merge commits; root does not bypass it',
      'FAULT scratch branches: the ruleset “tidy”, creation: it lets nobody make such branches; root does not bypass it',
    ]);
    expect(status).toBe(1);
  });

  it('rules that the forge does not have, and one that nobody knows', async () => {
    const types = ['required_deployments', 'committer_email_pattern', 'of_tomorrow'];
    const answers: [RegExp, object][] = [
      [/rules\/branches\/main/, types.map((type) => ({ type, ruleset_id: 7 }))],
      [
        /rulesets\/7$/,
        {
          ...{ name: 'all of acme', source_type: 'Organization', source: 'acme' },
          current_user_can_bypass: 'never',
        },
      ],
    ];
    const { lines } = await visit(forge, {
      fetch: async (input, init) => {
        const answer = answers.find(([pattern]) => pattern.test(String(input)));
        return answer ? Response.json(answer[1]) : fetch(input, init);
      },
    });
    const not = 'root does not bypass it';
    expect(about(lines, 'acme/widget:main').slice(1, 4)).toEqual([
      `FAULT the ruleset “all of acme”, required_deployments: it wants the commit that arrives to be deployed before; ${not}`,
      `warn the ruleset “all of acme”, committer_email_pattern: it restricts committers' addresses; ours is \`committer\` in the settings; ${not}`,
      `warn the ruleset “all of acme”, of_tomorrow: it is not known to Sluice; ${not}`,
    ]);
    expect(lines.map((line) => line.trim())).toContain(
      'Put root on its bypass list, as “Always allow”: FORGE/organizations/acme/settings/rules/7',
    );
  });

  it('a ruleset that is not shown', async () => {
    await rule({ merge_queue: true });
    await forge.fault({
      match: { api: 'rest', path: '/rulesets/' },
      do: { answer: 'not_accessible_by_token' },
    });
    const { lines, status } = await visit(forge);
    expect(about(lines, 'acme/widget:main')[1]).toMatch(
      /^\?\? the ruleset \d+, merge_queue: it .*; GitHub does not tell whether root bypasses it: Resource not accessible by personal access token \(403\)$/,
    );
    expect(status).toBe(0);
  });

  it('Sluice’s own check, required of one App alone', async () => {
    await rule({
      required_status_checks: [{ context: 'sluice', integration_id: 7 }],
      bypass: ['root'],
    });
    const { lines } = await visit(forge);
    expect(about(lines, 'acme/widget:main').at(-1)).toMatch(
      /^FAULT the check sluice is required of the App 7 alone, and root is another: /,
    );
  });

  it.each<[string, object, string[]]>([
    [
      'checks, enforced on admins',
      { required_status_checks: { strict: false, contexts: ['lint'] }, enforce_admins: true },
      [
        'FAULT its classic protection wants checks on the very commit that lands, and they are on the head of the pull request',
      ],
    ],
    [
      'checks, not enforced on admins',
      { required_status_checks: { strict: false, contexts: ['lint'] }, enforce_admins: false },
      ['ok its classic protection does not hold for admins, and root is one'],
    ],
    [
      'who may push',
      { restrictions: { users: ['alice'], teams: [] }, enforce_admins: true },
      ['FAULT its classic protection lets only those push who are named'],
    ],
    [
      'who may push, us among them',
      { restrictions: { users: ['root'], teams: [] }, enforce_admins: true },
      ['ok its classic protection lets landings be'],
    ],
    [
      'pull requests',
      { required_pull_request_reviews: {}, enforce_admins: true },
      ['FAULT its classic protection wants every change to be merged as a pull request'],
    ],
  ])('classic protection: %s', async (_, change, found) => {
    const { status } = await forge.rest('root', 'PUT', '/branches/main/protection', {
      ...{ required_status_checks: null, required_pull_request_reviews: null, restrictions: null },
      ...change,
    });
    expect(status).toBe(200);
    const { lines } = await visit(forge);
    expect(about(lines, 'acme/widget:main').slice(2, -2)).toEqual(found);
  });

  it('classic protection that is shown to admins alone', async () => {
    await rule({ kind: 'protection', required_status_checks: [{ context: 'lint' }] });
    const { lines } = await visit(forge, { token: 'alice-token' });
    expect(about(lines, 'acme/widget:main')[2]).toBe(
      '?? it has a classic protection, which GitHub shows only to admins, not to alice: Not Found (404)',
    );
    expect(lines.map((line) => line.trim())).toContain(
      'Have an admin look whether alice may push past it: FORGE/acme/widget/settings/branches',
    );
  });
});
