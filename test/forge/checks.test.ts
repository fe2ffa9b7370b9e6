// Check runs and suites: what an App reports, what people ask of it, who hears of it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { TestApp } from '../support/forge-app.ts';

let forge: TestForge;
let app: TestApp;
let head: string;
beforeAll(async () => {
  forge = await TestForge.start();
  app = await TestApp.start(forge);
  head = await forge.openPull(1);
  await forge.forge.idle();
});
afterAll(async () => {
  await app.close();
  await forge.close();
});

async function heardBy(
  listener: { heard: { length: number }; events(): string[] },
  what: () => Promise<unknown>,
) {
  await forge.forge.idle();
  listener.heard.length = 0;
  await what();
  await forge.forge.idle();
  return listener.events();
}

describe('S6.7 a check run', () => {
  test('goes from queued to completed, and everybody hears of it', async () => {
    let id = 0;
    const patch = (fields: object) => app.rest('PATCH', `/check-runs/${id}`, fields);
    const events = await heardBy(forge, async () => {
      id = await app.check(head, 'gate');
      await patch({ status: 'in_progress', output: { title: '3 of 7', summary: 'Testing' } });
      await patch({ conclusion: 'success', output: { summary: 'Done' } });
    });
    expect(events).toEqual(['check_run.created', 'check_run.completed', 'check_suite.completed']);
    const { json } = await app.rest('GET', `/check-runs/${id}`);
    expect(json).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      output: { title: '3 of 7', summary: 'Done' },
      app: { slug: 'gate' },
      pull_requests: [{ number: 1 }],
    });
    const suites = (await app.rest('GET', `/commits/${head}/check-suites`)).json;
    expect(suites).toMatchObject({
      total_count: 1,
      check_suites: [{ status: 'completed', conclusion: 'success', head_branch: 'topic-1' }],
    });
    const again = await patch({ status: 'in_progress' });
    expect(again.status).toBe(422);
  });

  test('is only for Apps, and only for the App that made it', async () => {
    const own = await app.check(head, 'mine');
    const byPerson = await forge.rest('root', 'POST', '/check-runs', { name: 'x', head_sha: head });
    expect([byPerson.status, byPerson.json.message]).toEqual([
      403,
      'You must authenticate via a GitHub App.',
    ]);
    const other = await TestApp.start(forge, { slug: 'other' });
    const foreign = await other.rest('PATCH', `/check-runs/${own}`, { status: 'in_progress' });
    expect([foreign.status, foreign.json.message]).toEqual([
      403,
      expect.stringContaining('Invalid app_id'),
    ]);
    await other.close();
    await app.rest('PATCH', `/check-runs/${own}`, { conclusion: 'neutral' });
  });

  test('takes 50 annotations at a time, adds them up, and refuses what GitHub refuses', async () => {
    const annotation = (line: number) => ({
      path: 'build.yaml',
      start_line: line,
      end_line: line,
      annotation_level: 'failure',
      message: 'unknown step',
    });
    const many = Array.from({ length: 50 }, (_, line) => annotation(line + 1));
    const id = await app.check(head, 'annotated', {
      output: { title: 't', summary: 's', annotations: many },
    });
    const more = { output: { summary: 's', annotations: [annotation(51)] } };
    await app.rest('PATCH', `/check-runs/${id}`, more);
    const page = await app.rest('GET', `/check-runs/${id}/annotations?per_page=50&page=2`);
    expect(page.json).toMatchObject([{ start_line: 51, path: 'build.yaml' }]);
    const refused = [
      { output: { summary: 's', annotations: [...many, annotation(51)] } },
      { status: 'completed' },
      {
        actions: Array.from({ length: 4 }, () => ({
          label: 'x',
          description: 'x',
          identifier: 'x',
        })),
      },
      { actions: [{ label: 'x'.repeat(21), description: 'x', identifier: 'x' }] },
      { conclusion: 'stale' },
      {
        output: { summary: 's', annotations: [{ ...annotation(1), end_line: 2, start_column: 1 }] },
      },
    ];
    for (const fields of refused) {
      expect((await app.rest('PATCH', `/check-runs/${id}`, fields)).status).toBe(422);
    }
    const body = { name: 'x', head_sha: 'd'.repeat(40) };
    expect((await app.rest('POST', '/check-runs', body)).status).toBe(422);
    await app.rest('PATCH', `/check-runs/${id}`, { conclusion: 'skipped' });
  });

  test('GitHub keeps so many of a name, and lists the newest unless asked for all', async () => {
    await forge.turn({ check_runs_max: 3 });
    const ids: number[] = [];
    for (let n = 0; n < 5; n += 1)
      ids.push(await app.check(head, 'often', { conclusion: 'success' }));
    const list = async (query: string) =>
      (await app.rest('GET', `/commits/${head}/check-runs?check_name=often${query}`)).json;
    expect((await list('')).check_runs.map(({ id }: { id: number }) => id)).toEqual(ids.slice(-1));
    expect((await list('&filter=all')).total_count).toBe(3);
    expect((await list('&status=queued')).total_count).toBe(0);
    expect((await list('&app_id=1')).total_count).toBe(0);
    const suite = (await app.rest('GET', `/check-runs/${ids[4]}`)).json.check_suite.id;
    const ofSuite = await app.rest('GET', `/check-suites/${suite}/check-runs?check_name=often`);
    expect(ofSuite.json.total_count).toBe(1);
    await forge.turn({ check_runs_max: 1000 });
  });
});

describe('S6.7 asking for it again', () => {
  test('one run, all of them, a button: the App alone hears of it', async () => {
    const button = { label: 'Tactical', description: 'Only what failed', identifier: 'tactical' };
    const id = await app.check(head, 'asked', { conclusion: 'failure', actions: [button] });
    const suite = (await app.rest('GET', `/check-runs/${id}`)).json.check_suite.id;
    const press = (identifier: string) =>
      forge.control('POST', `/check-runs/acme/widget/${id}/actions`, { as: 'bob', identifier });
    let others: string[] = [];
    const events = await heardBy(app, async () => {
      others = await heardBy(forge, async () => {
        await forge.rest('bob', 'POST', `/check-runs/${id}/rerequest`);
        await forge.rest('bob', 'POST', `/check-suites/${suite}/rerequest`);
        await press('tactical');
      });
    });
    expect(events).toEqual([
      'check_run.rerequested',
      'check_suite.rerequested',
      'check_run.requested_action',
    ]);
    expect(others).toEqual([]);
    expect(app.heard[0]?.body).toMatchObject({
      check_run: { id, status: 'completed', check_suite: { status: 'queued', conclusion: null } },
      installation: { id: app.installation },
      sender: { login: 'bob' },
    });
    expect(app.heard[2]?.body).toMatchObject({ requested_action: { identifier: 'tactical' } });
    await expect(press('other')).rejects.toThrow(/has no action other/);
    // A new run answers; then the suite says how that one went.
    await app.check(head, 'asked', { conclusion: 'success' });
    expect((await app.rest('GET', `/check-suites/${suite}`)).json.status).toBe('completed');
  });
});

describe('S6.7 a check suite', () => {
  test('is requested of the App on every push, and says the worst of its runs', async () => {
    const events = await heardBy(app, () => forge.commit('alice', 'suited', 'suited.txt', '1\n'));
    expect(events.filter((event) => event.startsWith('check_suite'))).toEqual([
      'check_suite.requested',
      'check_suite.requested',
    ]);
    const sha = await forge.ref('refs/heads/suited');
    if (sha === null) throw new Error('no branch');
    const made = await app.rest('POST', '/check-suites', { head_sha: sha });
    expect([made.status, made.json.status]).toEqual([200, 'queued']);
    const state = async () => {
      const { status, conclusion } = (await app.rest('GET', `/check-suites/${made.json.id}`)).json;
      return [status, conclusion];
    };
    const slow = await app.check(sha, 'slow', { status: 'in_progress' });
    await app.check(sha, 'bad', { conclusion: 'failure' });
    await app.check(sha, 'good', { conclusion: 'success' });
    expect(await state()).toEqual(['in_progress', null]);
    await app.rest('PATCH', `/check-runs/${slow}`, { conclusion: 'timed_out' });
    expect(await state()).toEqual(['completed', 'timed_out']);
  });
});

describe('S7.8 in GraphQL', () => {
  test('runs stand beside statuses, with their App and whether they are required', async () => {
    const sha = await forge.openPull(2);
    const rules = {
      required_status_checks: [{ context: 'lint', integration_id: app.id }, { context: 'docs' }],
    };
    await forge.control('PUT', '/rules/acme/widget/main', rules);
    await app.check(sha, 'lint', { conclusion: 'failure' });
    await app.check(sha, 'lint', { status: 'in_progress' });
    await forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'success', context: 'lint' });
    await forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'success', context: 'docs' });
    const query = `{ repository(owner: "acme", name: "widget") { pullRequest(number: 2) {
      mergeStateStatus statusCheckRollup { state contexts(first: 10) { checkRunCount nodes { __typename
        ... on CheckRun { name status conclusion isRequired(pullRequestNumber: 2) checkSuite { app { databaseId slug } } }
        ... on StatusContext { context isRequired(pullRequestNumber: 2) } } } }
      commits(last: 1) { nodes { commit { checkSuites(first: 5) { nodes { status checkRuns(first: 5) { totalCount } } } } } } } } }`;
    const { data, errors } = await forge.graphql('bob', query);
    expect(errors).toBeUndefined();
    const { pullRequest } = data.repository;
    const checkSuite = { app: { databaseId: app.id, slug: 'gate' } };
    expect(pullRequest.statusCheckRollup).toEqual({
      state: 'FAILURE',
      contexts: {
        checkRunCount: 2,
        nodes: [
          {
            __typename: 'CheckRun',
            name: 'lint',
            status: 'COMPLETED',
            conclusion: 'FAILURE',
            isRequired: true,
            checkSuite,
          },
          {
            __typename: 'CheckRun',
            name: 'lint',
            status: 'IN_PROGRESS',
            conclusion: null,
            isRequired: true,
            checkSuite,
          },
          { __typename: 'StatusContext', context: 'lint', isRequired: false },
          { __typename: 'StatusContext', context: 'docs', isRequired: true },
        ],
      },
    });
    // The other App that is installed here has a suite, too, and nothing in it.
    expect(pullRequest.commits.nodes[0].commit.checkSuites.nodes).toEqual([
      { status: 'IN_PROGRESS', checkRuns: { totalCount: 2 } },
      { status: 'QUEUED', checkRuns: { totalCount: 0 } },
    ]);
    await forge.control('DELETE', '/rules/acme/widget/main');
  });
});
