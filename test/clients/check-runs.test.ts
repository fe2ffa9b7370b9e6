// S6.7 Our check as a check run at a real forge: what becomes of one run and when it takes another, and that GitHub
// shows what we have posted.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WebhookEvent, webhookSchemas } from '../../schemas/github-webhook.ts';
import type { Sha } from '../../schemas/ids.ts';
import type { Build } from '../../schemas/state.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { type CheckRun, runOf } from '../../src/core/check-run.ts';
import { routeCommand } from '../../src/core/route-command.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import type { GitHub } from '../../src/loop/ports.ts';
import { failed, HEAD, passed, pullOf, running, unbuilt } from '../support/builders.ts';
import { TestApp } from '../support/forge-app.ts';
import { config, Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
let app: TestApp;
let token: string;
beforeAll(async () => {
  hands = await Hands.start();
  app = await TestApp.start(hands.forge);
  token = await app.mint();
});
afterAll(async () => {
  await app.close();
  await hands.close();
});

let pull: OpenPull;
let github: GitHub;
let count = 0;
beforeEach(async () => {
  count += 1;
  pull = await hands.open(`run-${count}`);
  github = client();
});

const client = (change = {}): GitHub =>
  hands.client({ credentials: fixedToken(token), app: app.id, ...change });

const wrong: Build = {
  ...{ kind: 'unbuildable', targetSha: HEAD },
  why: {
    ...{ kind: 'build_yaml', message: 'build.yaml:3:5: no such step' },
    mistakes: Array.from({ length: 60 }, (_, line) => ({
      ...{ message: `mistake ${line}`, file: 'build.yaml', line: line + 1, column: 5 },
    })),
  },
};
const appConfig = () => ({ ...config(), app: app.id });
const runFor = (build: Build): CheckRun =>
  runOf(intendedCheck(pullOf(1, { build }), [], appConfig()), build, [], appConfig());

const post = async (build: Build, isFirst = false): Promise<void> =>
  unwrap(await github.postRun(pull.sha, runFor(build), isFirst));

/** Every run of ours on the commit, the oldest first. */
async function runs(sha: Sha = pull.sha) {
  const path = `/commits/${sha}/check-runs?filter=all&check_name=sluice`;
  const { json } = await app.rest('GET', path);
  return json.check_runs
    .toReversed()
    .map(({ status, conclusion }: { status: string; conclusion: string | null }) =>
      [status, conclusion].filter(Boolean).join(' '),
    );
}

describe('S6.7 a check run', () => {
  test('is one from the first word to the result, with one request each', async () => {
    const asked = async (build: Build, isFirst = false) =>
      (await hands.asked(() => post(build, isFirst))).requests.map((line) => line.split('/')[0]);
    expect(await asked(unbuilt, true)).toEqual(['POST ']);
    expect(await asked(running(1))).toEqual(['PATCH ']);
    expect(await asked({ ...running(1), finished: 1 } as Build)).toEqual(['PATCH ']);
    expect(await asked(passed(1))).toEqual(['PATCH ']);
    expect(await runs()).toEqual(['completed success']);
  });

  test('of a call that came late is found when the same is to be said again', async () => {
    await post(passed(1), true);
    await app.check(pull.sha, 'sluice');
    await post(passed(1));
    await post(passed(1));
    expect(await runs()).toEqual(['completed success', 'completed success']);
  });

  test('that has ended is followed by another when the test is repeated', async () => {
    await post(unbuilt, true);
    await post(failed(1));
    await post(unbuilt);
    await post(running(1, { batch: 102 }));
    await post(passed(1, { batch: 102 }));
    expect(await runs()).toEqual(['completed failure', 'completed success']);
  });

  test('is found again by a program that knows of none', async () => {
    await post(unbuilt, true);
    github = client();
    await post(running(1));
    github = client();
    await post(running(1));
    github = client();
    await post(failed(1));
    expect(await runs()).toEqual(['completed failure']);
  });

  test.each([
    ['making', unbuilt, 'POST', ['queued']],
    ['changing', running(1), 'PATCH', ['in_progress']],
    ['ending', wrong, 'PATCH', ['completed failure']],
  ] as const)('is one, too, after the answer to %s it was lost', async (_, build, method, left) => {
    if (method === 'PATCH') await post(unbuilt, true);
    await hands.fault({
      match: { api: 'rest', method, path: '/check-runs' },
      when: 'after',
      do: { status: 502 },
    });
    const lost = await github.postRun(pull.sha, runFor(build), method === 'POST');
    expect(lost).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    await post(build);
    expect(await runs()).toEqual(left);
    expect(await annotations()).toBe(build === wrong ? 50 : 0);
  });

  test('of somebody else’s is left alone, whatever its name', async () => {
    const other = await TestApp.start(hands.forge, { slug: `other-${count}` });
    await other.check(pull.sha, 'sluice', { conclusion: 'failure' });
    await post(unbuilt);
    await other.close();
    expect((await hands.pull(pull.number)).checks).toMatchObject([
      { name: 'sluice', app: other.id, state: 'failure' },
      { name: 'sluice', app: app.id, state: 'pending' },
    ]);
    expect((await shown())?.state).toBe('pending');
  });

  test('tells the mistakes where they are, at most fifty, and of each only once', async () => {
    await post(unbuilt, true);
    await post(wrong);
    const { json } = await app.rest('GET', `/check-runs/${await newest()}/annotations`);
    expect(json[0]).toMatchObject({
      ...{ path: 'build.yaml', start_line: 1, end_line: 1, start_column: 5, end_column: 5 },
      ...{ annotation_level: 'failure', message: 'mistake 0' },
    });
    const { why } = wrong as Extract<Build, { kind: 'unbuildable' }>;
    const fewer = { ...wrong, why: { ...why, mistakes: why.mistakes?.slice(0, 1) ?? [] } } as Build;
    await post(fewer);
    expect(await annotations()).toBe(1);
    expect(await runs()).toEqual(['completed failure', 'completed failure']);
  });
});

describe('S9.2 what GitHub shows', () => {
  test.each([
    ['waiting', unbuilt],
    ['running', running(1)],
    ['passed', passed(1)],
    ['failed', failed(1)],
    ['wrong', wrong],
  ] as const)('is what was posted: %s', async (_, build) => {
    await post(unbuilt, true);
    await post(build);
    expect(await shown()).toEqual(runFor(build).check);
  });

  test('is the newest run, however many other checks there are', async () => {
    await post(failed(1), true);
    await post(unbuilt);
    for (let other = 0; other < 110; other += 1) await app.check(pull.sha, `other ${other}`);
    expect(await shown()).toEqual(runFor(unbuilt).check);
    const page = unwrap(await github.readPage(null));
    const facts = page.pulls.find(({ number }) => number === pull.number);
    expect(facts?.shown).toEqual(runFor(unbuilt).check);
  });

  test('is nothing before we have posted anything', async () => {
    await app.check(pull.sha, 'other');
    expect(await shown()).toBeNull();
  });
});

describe('S6.7 P23 a button is told to our App', () => {
  const pressed = async (ask: (id: number) => Promise<unknown>) => {
    await hands.forge.forge.idle();
    app.heard.length = 0;
    await ask(await newest());
    await hands.forge.forge.idle();
    return app.heard.map(({ event, body }) => {
      if (event !== 'check_run' && event !== 'check_suite') throw new Error(event);
      const parsed = { name: event, body: webhookSchemas[event].parse(body) } as WebhookEvent;
      const configs = [appConfig()];
      return { commands: routeCommand(parsed, configs), marks: routeEvent(parsed, configs) };
    });
  };
  const told = (change: object) => [
    {
      marks: [],
      commands: [
        {
          branch: 'acme/widget:main',
          command: {
            ...{ kind: 'retry_commit', sha: pull.sha, words: runFor(failed(1)).check.words },
            ...{ tactical: false, by: 'bob', ...change },
          },
        },
      ],
    },
  ];
  const press = (identifier: string) => (id: number) =>
    hands.forge.control('POST', `/check-runs/acme/widget/${id}/actions`, { as: 'bob', identifier });

  test('each of ours, and GitHub’s two', async () => {
    await post(failed(1), true);
    expect(await pressed(press('retry'))).toEqual(told({}));
    expect(await pressed(press('tactical_retry'))).toEqual(told({ tactical: true }));
    const one = (id: number) => hands.forge.rest('bob', 'POST', `/check-runs/${id}/rerequest`);
    expect(await pressed(one)).toEqual(told({}));
    const { json } = await app.rest('GET', `/check-runs/${await newest()}`);
    const all = `/check-suites/${json.check_suite.id}/rerequest`;
    expect(await pressed(() => hands.forge.rest('bob', 'POST', all))).toEqual(
      told({ words: null }),
    );
  });
});

async function shown() {
  const [read] = unwrap(await github.readPulls([pull.number])).pulls;
  return read?.kind === 'open' ? read.facts.shown : null;
}

async function newest(): Promise<number> {
  const { json } = await app.rest('GET', `/commits/${pull.sha}/check-runs?check_name=sluice`);
  return json.check_runs[0].id;
}

async function annotations(): Promise<number> {
  const path = `/check-runs/${await newest()}/annotations?per_page=100`;
  return (await app.rest('GET', path)).json.length;
}
