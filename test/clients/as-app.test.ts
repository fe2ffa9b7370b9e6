// S6.7 One branch of a Sluice that comes as a GitHub App, at a real forge from the JWT to the button: the pass and the
// clients as they are, webhooks as the App hears them, and a Batch in memory whose tests end when the story says so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebhookEvent, webhookSchemas } from '../../schemas/github-webhook.ts';
import { connectBatch } from '../../scripts/sim/world/batch-api.ts';
import { BatchWorld } from '../../scripts/sim/world/batch-world.ts';
import { BranchObject } from '../../scripts/sim/world/branch-object.ts';
import { toyCompiler } from '../../scripts/sim/world/toy-compiler.ts';
import { Wire } from '../../scripts/sim/world/wire.ts';
import { Connection } from '../../src/clients/github/connection.ts';
import { createGitHub } from '../../src/clients/github/github.ts';
import { installationTokens } from '../../src/clients/github/installation-tokens.ts';
import { PERMISSIONS } from '../../src/core/diagnosis/app-permissions.ts';
import { ok } from '../../src/core/result.ts';
import { routeCommand } from '../../src/core/route-command.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { PageEnds } from '../../src/loop/read-pages.ts';
import { TestApp } from '../support/forge-app.ts';
import { COMMITTER, config, Hands } from './hands.ts';

let hands: Hands;
let app: TestApp;
let batch: BatchWorld;
let branch: BranchObject;
beforeAll(async () => {
  hands = await Hands.start();
  // What Sluice asks for beyond these is refused.
  const permissions = Object.fromEntries(
    Object.entries(PERMISSIONS).map(([name, [level]]) => [name, level]),
  );
  app = await TestApp.start(hands.forge, { permissions });
  await hands.work.push('main', 'build.yaml', 'jobs: 2', 'Two jobs');
  batch = new BatchWorld(now, ({ id }) => branch.mark([{ flag: 'batch', read: id }]));
  branch = watched();
  await settle();
});
afterAll(async () => {
  await app.close();
  await hands.close();
});

const now = (): number => hands.forge.now() * 1_000;

function watched(): BranchObject {
  const settings = { ...config(), app: app.id, developers: ['alice', 'Gate[bot]'] };
  const place = { apiUrl: hands.forge.forge.url, owner: 'acme', repo: 'widget', now };
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
  const credentials = installationTokens({ ...place, fetch, app: { id: app.id, key: app.pem } });
  const github = createGitHub(
    new Connection({ ...place, fetch, credentials }),
    settings,
    COMMITTER,
  );
  return new BranchObject(
    settings,
    now,
    (process, config) => ({
      ...{
        github,
        githubForLandings: github,
        deliveries: null,
        examine: null,
        pageEnds: new PageEnds(),
      },
      batch: connectBatch(batch, new Wire(now), process, config),
      kubernetes: null,
      notifier: { alert: async (_, { text }) => ok(void alerts.push(text)) },
      compiler: toyCompiler({ deploys: false }),
      random: () => 0.5,
    }),
    () => {},
  );
}
const alerts: string[] = [];

const isUsed = (event: string): event is WebhookEvent['name'] =>
  Object.hasOwn(webhookSchemas, event);

/** What the App has heard of reaches the branch, and the branch does what follows, until neither is left. */
async function settle(): Promise<void> {
  for (;;) {
    await hands.forge.forge.idle();
    for (const { event, body } of app.heard.splice(0)) {
      if (!isUsed(event)) continue;
      const parsed = { name: event, body: webhookSchemas[event].parse(body) } as WebhookEvent;
      branch.mark(routeEvent(parsed, [branch.config]).map(({ mark }) => mark));
      for (const { command } of routeCommand(parsed, [branch.config])) branch.command(command);
    }
    if (branch.alarm > now()) return;
    await branch.wake();
  }
}

async function runs(sha: string) {
  const { json } = await app.rest('GET', `/commits/${sha}/check-runs?filter=all`);
  return json.check_runs.toReversed();
}

describe('S6.7 as a GitHub App', () => {
  test('a test fails, is asked for again by the button, passes, and what it tested lands', async () => {
    const pull = await hands.open('whole');
    await settle();
    expect(await runs(pull.sha)).toMatchObject([
      {
        name: 'sluice',
        status: 'in_progress',
        output: { title: expect.stringMatching(/^Testing on /) },
      },
    ]);
    batch.fails(pull.number);
    await settle();
    const [failed] = await runs(pull.sha);
    expect(failed).toMatchObject({
      ...{ status: 'completed', conclusion: 'failure' },
      output: {
        title: 'Failed in batch 1: 1 of 2 jobs failed: job-1',
        text: expect.stringContaining('it went wrong'),
      },
    });
    const press = { as: 'bob', identifier: 'retry' };
    await hands.forge.control('POST', `/check-runs/acme/widget/${failed.id}/actions`, press);
    await settle();
    batch.succeeds(pull.number);
    await hands.forge.rest('bob', 'POST', `/pulls/${pull.number}/reviews`, { event: 'APPROVE' });
    branch.command({ kind: 'update', by: 'alice' });
    await settle();
    expect(await runs(pull.sha)).toMatchObject([
      { conclusion: 'failure' },
      {
        conclusion: 'success',
        output: { title: expect.stringMatching(/^Passed on .* in batch 2$/) },
      },
    ]);
    expect(await hands.isMerged(pull.number)).toBe(true);
    expect(await runs(await hands.main())).toMatchObject([{ conclusion: 'success' }]);
    expect(alerts).toEqual([]);
  });

  test('S7.5 a source branch under classic protection stays, and its pull request lands and is closed', async () => {
    const pull = await hands.open('guarded');
    const checks = [{ context: 'lint' }];
    await hands.rules({ kind: 'protection', required_status_checks: checks }, pull.branch);
    await settle();
    batch.succeeds(pull.number);
    await hands.forge.rest('bob', 'POST', `/pulls/${pull.number}/reviews`, { event: 'APPROVE' });
    branch.command({ kind: 'update', by: 'alice' });
    await settle();
    await hands.forge.advance(60);
    branch.command({ kind: 'update', by: 'alice' });
    await settle();
    expect((await hands.forge.rest(null, 'GET', `/pulls/${pull.number}`)).json).toMatchObject({
      ...{ state: 'closed', merged: false, comments: 1 },
      head: { sha: pull.sha },
    });
    expect(alerts).toEqual([]);
  });

  test('S5.1 a bot is one developer by its name as people know it, and the author of what it wrote', async () => {
    const { databaseId: id } = (await app.graphql('{ viewer { databaseId } }')).data.viewer;
    const address = `${id}+gate[bot]@users.noreply.github.com`;
    await app.rest('POST', '/git/refs', { ref: 'refs/heads/bump', sha: await hands.main() });
    const file = { message: 'Bump', content: '', branch: 'bump' };
    const { json } = await app.rest('PUT', '/contents/bump.txt', file);
    expect(json.commit.author).toMatchObject({ name: 'gate[bot]', email: address });
    const wanted = { title: 'Bump', head: 'bump', base: 'main' };
    const pull = (await app.rest('POST', '/pulls', wanted)).json;
    expect(pull.user.login).toBe('gate[bot]');
    await settle();
    batch.succeeds(pull.number);
    await hands.forge.rest('bob', 'POST', `/pulls/${pull.number}/reviews`, { event: 'APPROVE' });
    branch.command({ kind: 'update', by: 'alice' });
    await settle();
    expect(await hands.isMerged(pull.number)).toBe(true);
    const { json: landed } = await app.rest('GET', `/git/commits/${await hands.main()}`);
    expect(landed).toMatchObject({
      author: { name: 'gate[bot]', email: address },
      message: `Bump (#${pull.number})`,
    });
  });

  test('a mistake in build.yaml is told where it is', async () => {
    const pull = await hands.open('wrong', 'build.yaml', 'jobs: many');
    await settle();
    const [run] = await runs(pull.sha);
    expect(run).toMatchObject({ conclusion: 'failure', output: { annotations_count: 1 } });
    const { json } = await app.rest('GET', `/check-runs/${run.id}/annotations`);
    expect(json).toMatchObject([
      {
        path: 'build.yaml',
        start_line: 1,
        start_column: 1,
        message: expect.stringContaining('many'),
      },
    ]);
  });
});
