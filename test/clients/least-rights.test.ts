// S4.1 Reading pull requests needs no right but those that Sluice says it needs: of an App its permissions, of a classic token
// the scopes `repo` and `workflow`. What GitHub forbids all the same costs no more than it must.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../src/core/diagnosis/app-permissions.ts';
import { TestApp } from '../support/forge-app.ts';
import { Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
let app: TestApp;
let pull: OpenPull;
beforeAll(async () => {
  hands = await Hands.start();
  const permissions = Object.fromEntries(
    Object.entries(PERMISSIONS).map(([name, [level]]) => [name, level]),
  );
  app = await TestApp.start(hands.forge, { permissions });
  pull = await hands.open('asked');
  await hands.open('other');
  await hands.forge.control('PUT', '/teams/acme/services', { members: ['bob'] });
  const asked = { reviewers: ['eve'], team_reviewers: ['services'] };
  await hands.forge.rest('bob', 'POST', `/pulls/${pull.number}/requested_reviewers`, asked);
});
afterAll(async () => {
  await app.close();
  await hands.close();
});

const classic = async (): Promise<string> => {
  const wanted = { kind: 'classic', login: 'root', scopes: ['repo', 'workflow'] };
  return (await hands.forge.control('POST', '/tokens', wanted)).token;
};

describe('S4.1 a pull request of which a team is asked for review', () => {
  test.each([
    ['an App', async () => ({ token: await app.mint(), app: app.id })],
    ['a classic token', async () => ({ token: await classic() })],
  ])('is read by %s, who does not learn which', async (_whose, credentials) => {
    const github = hands.client(await credentials());
    const facts = { number: pull.number, reviewers: ['eve', 'a team'] };
    const page = unwrap(await github.readPage(null));
    expect(page.unreadable).toEqual([]);
    expect(page.pulls).toMatchObject([facts, { reviewers: [] }]);
    const read = unwrap(await github.readPulls([pull.number]));
    expect(read.pulls).toMatchObject([{ kind: 'open', facts }]);
  });
});

describe('P3 what GitHub forbids', () => {
  /** As GitHub answers where one of these, below the page's first pull request or at its own place, is not for us. */
  const without = (...path: (string | number)[]) =>
    hands.client({
      fetch: async (input, init) => {
        const { data } = await (await globalThis.fetch(input, init)).json();
        const message = 'Resource not accessible by integration';
        const errors = [{ type: 'FORBIDDEN', message, path: ['repository', ...path] }];
        return Response.json({ data, errors });
      },
    });
  const first = ['pullRequests', 'nodes', 0] as const;

  test('of one pull request costs that alone', async () => {
    const page = unwrap(await without(...first, 'headRef').readPage(null));
    expect(page.pulls).toHaveLength(1);
    const why = 'GitHub does not tell headRef: Resource not accessible by integration';
    expect(page.unreadable).toEqual([{ kind: 'unreadable', number: pull.number, why }]);
    const read = await without(`pr${pull.number}`, 'headRef').readPulls([pull.number]);
    expect(unwrap(read).pulls).toEqual(page.unreadable);
  });

  test('of who is asked for review costs nothing', async () => {
    const asked = without(...first, 'reviewRequests', 'nodes', 1, 'requestedReviewer');
    expect(unwrap(await asked.readPage(null))).toMatchObject({ pulls: [{}, {}], unreadable: [] });
  });

  test.each([
    ['checks', [...first, 'commits', 'nodes', 0, 'commit', 'statusCheckRollup']],
    ['all pull requests', ['pullRequests']],
    ['a whole pull request', [...first]],
    ['the branch', ['ref', 'target', 'oid']],
    ['our own refs', ['kept', 'nodes', 0]],
  ])('of %s is a permission of ours, and a fault of the whole', async (_what, path) => {
    expect(await without(...path).readPage(null)).toMatchObject({
      ok: false,
      error: {
        kind: 'misconfigured',
        message: 'GitHub refuses us: Resource not accessible by integration',
      },
    });
  });
});
