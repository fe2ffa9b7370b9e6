// S6.7 The buttons on our check: webhook -> commands.
import { describe, expect, it } from 'vitest';
import { type WebhookEvent, webhookSchemas } from '../../schemas/github-webhook.ts';
import { BranchName } from '../../schemas/ids.ts';
import { routeCommand } from '../../src/core/route-command.ts';
import { configOf, sha } from '../support/builders.ts';

const MAIN = BranchName.parse('acme/bakery:main');
const STABLE = BranchName.parse('acme/bakery:stable');
const branches = [
  configOf({ name: MAIN, app: 7 }),
  configOf({ name: STABLE, branch: 'stable', checkName: 'sluice-stable', app: 7 }),
  configOf({ name: BranchName.parse('acme/shop:main'), repo: 'shop', app: 7 }),
];

/** Through the schema, as a webhook comes in. */
const parse = (name: keyof typeof webhookSchemas, body: object): WebhookEvent => {
  const common = { repository: { full_name: 'acme/bakery' }, sender: { login: 'bob' } };
  return { name, body: webhookSchemas[name].parse({ ...common, ...body }) } as WebhookEvent;
};
const run = { head_sha: sha(1), name: 'sluice', external_id: 'words', app: { id: 7 } };
const runEvent = (action: string, change: object = {}, button?: string) =>
  parse('check_run', {
    action,
    check_run: { ...run, ...change },
    ...(button === undefined ? {} : { requested_action: { identifier: button } }),
  });
const suiteEvent = (action: string, app = 7) =>
  parse('check_suite', { action, check_suite: { head_sha: sha(1), app: { id: app } } });

const retry = (branch: BranchName, change: object = {}) => ({
  branch,
  command: {
    ...{ kind: 'retry_commit', sha: sha(1), words: 'words', tactical: false, by: 'bob' },
    ...change,
  },
});

describe('S6.7 what is asked for on our check is a command', () => {
  it.each<[string, WebhookEvent, object[]]>([
    ['one check again', runEvent('rerequested'), [retry(MAIN)]],
    ['our button', runEvent('requested_action', {}, 'retry'), [retry(MAIN)]],
    [
      'our other button',
      runEvent('requested_action', {}, 'tactical_retry'),
      [retry(MAIN, { tactical: true })],
    ],
    ['of the other branch', runEvent('rerequested', { name: 'sluice-stable' }), [retry(STABLE)]],
    [
      'all checks of a commit again',
      suiteEvent('rerequested'),
      [retry(MAIN, { words: null }), retry(STABLE, { words: null })],
    ],
  ])('%s', (_, event, commands) => {
    expect(routeCommand(event, branches)).toEqual(commands);
  });

  it.each<[string, WebhookEvent]>([
    ['a button that is none of ours', runEvent('requested_action', {}, 'merge')],
    ['no button at all', runEvent('requested_action')],
    ['what is only told', runEvent('completed')],
    ['another App’s check of our name', runEvent('rerequested', { app: { id: 8 } })],
    ['a check of no App', runEvent('rerequested', { app: null })],
    ['a check of ours with another name', runEvent('rerequested', { name: 'lint' })],
    ['another App’s suite', suiteEvent('rerequested', 8)],
    ['a suite that is only told of', suiteEvent('completed')],
    ['a push', parse('push', { ref: 'refs/heads/main' })],
  ])('not %s', (_, event) => {
    expect(routeCommand(event, branches)).toEqual([]);
  });

  it('and nothing at all where we come with a token', () => {
    const plain = branches.map((config) => ({ ...config, app: null }));
    expect(routeCommand(runEvent('rerequested', { app: null }), plain)).toEqual([]);
    expect(routeCommand(suiteEvent('rerequested'), plain)).toEqual([]);
  });
});
