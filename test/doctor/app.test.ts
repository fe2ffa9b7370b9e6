// `npm run doctor -- --github` with the key of a GitHub App: what it finds in the App, its webhook and its installations.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { PERMISSIONS, TestApp } from '../support/forge-app.ts';
import { PUBLIC_URL, type Visit, visit } from './settings.ts';

const ALL = { ...PERMISSIONS, workflows: 'write' };
const EVENTS = [
  'pull_request',
  'pull_request_review',
  'push',
  'status',
  'check_run',
  'check_suite',
];

let forge: TestForge;
let app: TestApp;
beforeAll(async () => {
  forge = await TestForge.start();
  app = await TestApp.start(forge, { permissions: ALL, events: EVENTS });
});
afterAll(async () => {
  await app.close();
  await forge.close();
});
beforeEach(async () => {
  await forge.control('PATCH', `/apps/${app.slug}`, { permissions: ALL });
  await app.asApp('PATCH', '//app/hook/config', { url: `${PUBLIC_URL}/github_callback` });
});

const look = async (change: Visit = {}) => {
  const { url } = forge.forge;
  const github = { api_url: url, git_url: url, web_url: url, app_id: app.id };
  return visit(forge, { key: app.pem, settings: { github }, ...change });
};
const page = 'FORGE/organizations/acme/settings/apps/gate';

describe('S6.7 npm run doctor -- --github as an App', () => {
  it('needs the settings and the key alone, and says what is well', async () => {
    const { status, lines } = await look();
    const main = (await forge.ref('refs/heads/main'))?.slice(0, 12);
    expect(lines.map((line) => line.replace(/\d\d:\d\d UTC, .*/, 'TIME')).slice(0, 9)).toEqual([
      'ok     GITHUB_APP_KEY    the App gate of acme',
      'ok     GITHUB_APP_KEY    the App may do all that Sluice does',
      'ok     GITHUB_APP_KEY    the App hears of every event that Sluice listens to',
      'ok     GITHUB_APP_KEY    webhook: points here, sends JSON, has a secret',
      expect.stringMatching(/^(ok {5}|\?\? {5}|warn {3}|FAULT {2})GITHUB_APP_KEY {4}webhook: /),
      'ok     acme/widget       gate[bot] may push to it',
      'ok     acme/widget       GitHub shows gate[bot] its contents, pull requests, statuses, check runs',
      `ok     acme/widget:main  there, at ${main}`,
      'ok     acme/widget:main  no ruleset applies to it',
    ]);
    expect(lines.at(-2)).toContain('nothing was changed');
    expect(status).toBe(0);
  });

  it('finds its own check required of itself alone to be right (S7.8)', async () => {
    await forge.control('PUT', '/rules/acme/widget/main', {
      required_status_checks: [{ context: 'sluice', integration_id: app.id }],
    });
    const { lines, status } = await look();
    await forge.control('DELETE', '/rules/acme/widget/main');
    const ofMain = lines.filter((line) => line.includes(' acme/widget:main '));
    expect(
      ofMain.map((line) => line.slice(25)).filter((line) => /rules of|sluice/.test(line)),
    ).toEqual([
      'the ruleset “rules of main” is not in the way (deletion, required_status_checks)',
      "the check sluice is required, so that GitHub's merge button waits for Sluice",
    ]);
    expect(status).toBe(0);
  });

  it('says which permission is missing, for what, and where to give it', async () => {
    const { contents: _, workflows: __, ...few } = ALL;
    await forge.control('PATCH', `/apps/${app.slug}`, { permissions: { ...few, checks: 'read' } });
    const { status, lines } = await look();
    expect(lines.filter((line) => line.includes('lacks the permission'))).toEqual([
      'FAULT  GITHUB_APP_KEY    the App lacks the permission checks: write, for its check, and those of others that are required',
      'FAULT  GITHUB_APP_KEY    the App lacks the permission contents: write, for the tested commits, and the branch itself',
      'FAULT  GITHUB_APP_KEY    the App lacks the permission workflows: write, for landing what changes .github/workflows',
    ]);
    expect(lines.join()).toContain(
      `Give it that, and accept it where the App is installed: ${page}/permissions`,
    );
    expect(status).toBe(1);
  });

  it('asks what every poll asks, and tells what is forbidden of it, in the whole and of one', async () => {
    const sha = await forge.commit('alice', 'pr/one', 'one.txt', '1\n');
    await app.check(sha, 'lint', { conclusion: 'success' });
    const forbid = (forbidField: string) =>
      forge.fault({ match: { api: 'graphql' }, do: { forbidField } });
    const told = async () =>
      (await look()).lines.flatMap((line, index, lines) =>
        /^FAULT {2}acme\/widget {2,}/.test(line) ? [line.slice(25), lines[index + 1]?.trim()] : [],
      );
    const words = 'Resource not accessible by personal access token';
    const todo = 'Change what the credentials may do: FORGE/apps/gate/installations/new';
    expect(await told()).toEqual([]);
    await forbid('statusCheckRollup');
    expect(await told()).toEqual([
      `its pull requests cannot be read as Sluice reads them: GitHub refuses us: ${words}`,
      todo,
    ]);
    await forbid('headRef');
    expect(await told()).toEqual([
      `#1 cannot be read: GitHub does not tell headRef: ${words}`,
      todo,
    ]);
  });

  it('says where its webhook points', async () => {
    await app.asApp('PATCH', '//app/hook/config', { url: 'https://elsewhere.example.org/hook' });
    const { lines } = await look();
    expect(lines).toContain(
      'FAULT  GITHUB_APP_KEY    webhook: it points at https://elsewhere.example.org/hook, not here',
    );
    expect(lines.join('\n')).toContain(`Set its URL to ${PUBLIC_URL}/github_callback: ${page}`);
  });

  it('says on which repository it is not installed, with the link', async () => {
    await forge.forge.createRepository({ owner: 'other', name: 'thing' });
    const { status, lines } = await look({ branches: [{ branch: 'other/thing:main' }] });
    const at = lines.findIndex((line) => line.startsWith('FAULT  other/thing'));
    expect(lines.slice(at, at + 2)).toEqual([
      'FAULT  other/thing     the App gate is not installed on other/thing, or not for this repository',
      `${' '.repeat(23)}See to its installation: FORGE/apps/gate/installations/new`,
    ]);
    expect(status).toBe(1);
  });

  it('of a key that GitHub does not know, or that is none, says which number and where keys are made', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const wrong = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const { lines } = await look({ key: wrong });
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^FAULT {2}GITHUB_APP_KEY {2}FORGE does not take it for a key of App ${app.id}: .* \\(401\\)$`,
        ),
      ),
      `${' '.repeat(23)}Compare the number in github.app_id, and make a key: FORGE/settings/apps`,
    ]);
    const none = await look({ key: '-----BEGIN PRIVATE KEY-----' });
    expect(none.lines[0]).toContain('is no private RSA key in PEM');
    for (const { out } of [await look(), none]) expect(out).not.toContain('PRIVATE KEY');
  });

  it('with an App in the settings and a token, or with neither, asks for what is right', async () => {
    const { url } = forge.forge;
    const github = { api_url: url, git_url: url, web_url: url };
    expect((await visit(forge, { settings: { github: { ...github, app_id: 7 } } })).err).toBe(
      'GITHUB_APP_KEY is missing; expected the private key of GitHub App 7 in PEM.\n',
    );
    expect((await visit(forge, { key: app.pem, settings: { github } })).err).toMatch(
      /^SLUICE_CONFIG\.github\.app_id is missing/,
    );
  });

  it('lands in a scratch repository as the App, too', async () => {
    await forge.forge.createRepository({
      ...{ owner: 'acme', name: 'scratch' },
      first: { files: { 'hello.txt': 'hello\n' }, message: 'first' },
    });
    const { status, lines } = await look({ argv: ['--live', 'acme/scratch', '--yes'] });
    expect(lines.filter((line) => line.startsWith('FAULT'))).toEqual([]);
    expect(lines.length).toBeGreaterThan(8);
    expect(status).toBe(0);
  });
});
