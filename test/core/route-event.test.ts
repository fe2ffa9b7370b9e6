// Webhook -> marks, by hand-made events and by GitHub's own examples.
import examples from '@octokit/webhooks-examples';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type WebhookEvent, webhookSchemas } from '../../schemas/github-webhook.ts';
import { BranchName } from '../../schemas/ids.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { configOf, sha } from '../support/builders.ts';

const MAIN = BranchName.parse('acme/bakery:main');
const STABLE = BranchName.parse('acme/bakery:stable');
const SHOP = BranchName.parse('acme/shop:main');
const branches = [
  configOf({ name: MAIN, app: 7 }),
  configOf({ name: STABLE, branch: 'stable', checkName: 'sluice-stable', app: 7 }),
  configOf({ name: SHOP, repo: 'shop' }),
];

/** Through the schema, as a webhook comes in. */
const parse = (name: keyof typeof webhookSchemas, body: unknown): WebhookEvent =>
  ({ name, body: webhookSchemas[name].parse(body) }) as WebhookEvent;

const repository = { full_name: 'acme/bakery' };
const sender = { login: 'bob' };
const pull = (number: number, ref: string) => ({ number, base: { ref } });
const ofPull = (number: number) => ({ flag: 'github', read: number });
const ofSha = { flag: 'github', read: { sha: sha(1) } };

describe('S4.3 an event sets just the flags it concerns on just the branches it concerns', () => {
  it.each<[event: string, name: keyof typeof webhookSchemas, body: object, marks: object[]]>([
    [
      'a new pull request',
      'pull_request',
      { action: 'opened', pull_request: pull(7, 'main') },
      [{ branch: MAIN, mark: ofPull(7) }],
    ],
    [
      'a pull request onto a branch that nobody watches',
      'pull_request',
      { action: 'opened', pull_request: pull(7, 'wild') },
      [],
    ],
    [
      'a pull request retargeted from one watched branch to another',
      'pull_request',
      {
        action: 'edited',
        pull_request: pull(7, 'stable'),
        changes: { base: { ref: { from: 'main' }, sha: { from: 'x' } } },
      },
      [
        { branch: MAIN, mark: ofPull(7) },
        { branch: STABLE, mark: ofPull(7) },
      ],
    ],
    [
      'a pull request retargeted to a branch that nobody watches',
      'pull_request',
      {
        action: 'edited',
        pull_request: pull(7, 'wild'),
        changes: { base: { ref: { from: 'main' } } },
      },
      [{ branch: MAIN, mark: ofPull(7) }],
    ],
    [
      'a title edited',
      'pull_request',
      { action: 'edited', pull_request: pull(7, 'main'), changes: { title: { from: 'x' } } },
      [{ branch: MAIN, mark: ofPull(7) }],
    ],
    [
      'a review',
      'pull_request_review',
      { action: 'submitted', pull_request: pull(7, 'stable') },
      [{ branch: STABLE, mark: ofPull(7) }],
    ],
    [
      'a push to a watched branch',
      'push',
      { ref: 'refs/heads/main' },
      [{ branch: MAIN, mark: { flag: 'github', read: 'branch' } }],
    ],
    ['a push to another branch', 'push', { ref: 'refs/heads/feature/main' }, []],
    ['a tag with the name of a watched branch', 'push', { ref: 'refs/tags/main' }, []],
    [
      'a status that somebody else reports',
      'status',
      { sha: sha(1), context: 'lint' },
      [
        { branch: MAIN, mark: ofSha },
        { branch: STABLE, mark: ofSha },
      ],
    ],
    [
      'our own status: ignored where it is ours, not by the other branch',
      'status',
      { sha: sha(1), context: 'sluice' },
      [{ branch: STABLE, mark: ofSha }],
    ],
    [
      'a check run',
      'check_run',
      { action: 'completed', check_run: { head_sha: sha(1), name: 'lint', app: { id: 9 } } },
      [
        { branch: MAIN, mark: ofSha },
        { branch: STABLE, mark: ofSha },
      ],
    ],
    [
      'a check suite',
      'check_suite',
      { action: 'completed', check_suite: { head_sha: sha(1), app: { id: 9 } } },
      [
        { branch: MAIN, mark: ofSha },
        { branch: STABLE, mark: ofSha },
      ],
    ],
    [
      'a check run of our name and another App',
      'check_run',
      { action: 'completed', check_run: { head_sha: sha(1), name: 'sluice', app: null } },
      [
        { branch: MAIN, mark: ofSha },
        { branch: STABLE, mark: ofSha },
      ],
    ],
    [
      'our own check run: ignored where it is ours, not by the other branch',
      'check_run',
      { action: 'completed', check_run: { head_sha: sha(1), name: 'sluice', app: { id: 7 } } },
      [{ branch: STABLE, mark: ofSha }],
    ],
    [
      'our own check suite, in which there is nothing else',
      'check_suite',
      { action: 'completed', check_suite: { head_sha: sha(1), app: { id: 7 } } },
      [],
    ],
  ])('%s', (_event, name, body, marks) => {
    expect(routeEvent(parse(name, { repository, sender, ...body }), branches)).toEqual(marks);
  });

  it('a repository is the same whatever the case it is written in', () => {
    const event = parse('push', {
      repository: { full_name: 'Acme/Bakery' },
      ref: 'refs/heads/main',
    });
    expect(routeEvent(event, branches).map(({ branch }) => branch)).toEqual([MAIN]);
  });

  it('an event of a repository that nobody watches marks nothing', () => {
    const event = parse('status', {
      repository: { full_name: 'acme/other' },
      sha: sha(1),
      context: 'lint',
    });
    expect(routeEvent(event, branches)).toEqual([]);
  });
});

const Example = z.looseObject({ repository: z.object({ full_name: z.string() }) });

describe("S4.3 GitHub's own examples", () => {
  const used = examples.filter(({ name }) => Object.hasOwn(webhookSchemas, name));

  it('cover every event that is used', () => {
    expect(used.map(({ name }) => name).toSorted()).toEqual(Object.keys(webhookSchemas).toSorted());
  });

  it.each(used)(
    'every $name is read, and marks a branch that it is about',
    ({ name, examples }) => {
      const event = z
        .enum(Object.keys(webhookSchemas) as [keyof typeof webhookSchemas])
        .parse(name);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const { full_name } = Example.parse(example).repository;
        const [owner = '', repo = ''] = full_name.split('/');
        const body = parse(event, example);
        const base = baseOf(body);
        const watched = configOf({
          name: BranchName.parse(`${full_name}:${base}`),
          owner,
          repo,
          branch: base,
        });
        const marks = routeEvent(body, [watched]);
        const isBranch = body.name !== 'push' || body.body.ref.startsWith('refs/heads/');
        expect(marks.map(({ branch }) => branch)).toEqual(isBranch ? [watched.name] : []);
      }
    },
  );
});

/** The branch that an event names; any will do for one about a commit. */
function baseOf(event: WebhookEvent): string {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_review':
      return event.body.pull_request.base.ref;
    case 'push':
      return event.body.ref.replace('refs/heads/', '');
    default:
      return 'main';
  }
}
