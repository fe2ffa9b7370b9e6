// S8.5 A developer's own deploy, from the request to the batch: our routes and clients against a real forge and
// a real local Batch.
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DevDeployAnswer } from '../../schemas/answers.ts';
import { createDevBatches } from '../../src/clients/batch/dev-batches.ts';
import type { Command } from '../../src/core/command.ts';
import { parseConfig, unwatchedBranch } from '../../src/core/config.ts';
import { createCompiler } from '../../src/loop/compiler.ts';
import { ParsedFiles } from '../../src/loop/parsed-files.ts';
import { startDevDeploy } from '../../src/loop/start-dev-deploy.ts';
import type { AppEnv } from '../../src/middleware/app-env.ts';
import { devDeployRoutes } from '../../src/routes/dev-deploys.ts';
import { render } from '../compile/support.ts';
import { testEnvironment } from '../support/environment.ts';
import { type Bench, start } from './batch-bench.ts';
import { Hands } from './hands.ts';

const BUILD = `steps:
  - { kind: createNamespace, name: ns, namespaceName: default }
  - kind: runImage
    name: greet
    image: none
    script: echo '{{ code.user }} {{ code.mood }} {{ ns.name }} {{ code.sha }}'
    dependsOn: [ns]
  - { kind: runImage, name: costly, image: none, script: 'exit 1' }
  - { kind: runImage, name: all, image: none, script: 'true', dependsOn: [greet, costly] }
`;

const parsed = parseConfig({
  ...testEnvironment,
  SLUICE_CONFIG: {
    ...JSON.parse(testEnvironment.SLUICE_CONFIG),
    accounts: [{ username: 'ada' }, { username: 'Not A Name' }, { username: 'default' }],
  },
});
if (!parsed.ok) throw new Error(parsed.error.join('\n'));
const settings = parsed.value;

let hands: Hands;
let bench: Bench;
let app: Hono<AppEnv>;
let noted: Command[];
let keys = 0;

beforeAll(async () => {
  hands = await Hands.start();
  await hands.open('feature', 'build.yaml', BUILD);
  await hands.open('broken', 'build.yaml', 'steps: {}\n');
});
afterAll(() => hands.close());

beforeEach(async () => {
  bench = await start();
  const devBatches = createDevBatches(bench.api(), bench.options);
  const compiler = createCompiler(settings.document, render, new ParsedFiles());
  const deploys = {
    newest: (user: string) => devBatches.newest(user),
    start: (...[name, deploy]: Parameters<Parameters<typeof devDeployRoutes>[1]['start']>) => {
      const config = unwatchedBranch(settings.document, name);
      const github = hands.client({ branch: config.branch });
      return startDevDeploy({ config, github, compiler, devBatches }, deploy);
    },
  };
  noted = [];
  const note = async (_: string, what: Command) => noted.push(what);
  app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('viewer', { login: 'bob', name: 'bob', permissions: ['manage_ci'], csrf: null });
    await next();
  });
  app.route(
    '/',
    devDeployRoutes(settings, deploys, note, () => `key-${keys++}`),
  );
});

const order = {
  branch: 'acme/widget:pr/feature',
  steps: ['all'],
  excluded_steps: ['costly'],
  extra_config: { mood: 'glad', sha: 'of no effect' },
  user: 'ada',
};

async function post(body: object, headers: Record<string, string> = {}): Promise<[number, string]> {
  const answer = await app.request('/api/v1alpha/dev_deploy_branch', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.text()];
}

/** What the API says that it answers. */
const Started = z.strictObject(DevDeployAnswer.shape);
const Listed = z.array(
  z.looseObject({ id: z.number(), attributes: z.record(z.string(), z.string()) }),
);

describe('S8.5 a deploy of a developer', () => {
  it('is a batch of the chosen steps without the excluded ones, in the namespace of the developer', async () => {
    const [status, text] = await post(order);
    expect(status, text).toBe(200);
    const { sha, batch_id: batch } = Started.parse(JSON.parse(text));
    expect(noted).toEqual([
      { kind: 'note_dev_deploy', branch: order.branch, user: 'ada', batch, by: 'bob' },
    ]);
    expect(sha).toBe(await hands.ref('refs/heads/pr/feature'));
    const { jobs } = z
      .object({
        jobs: z.array(z.object({ name: z.string() })),
      })
      .parse(await bench.batch.read(`/api/v1alpha/batches/${batch}/jobs`));
    expect(jobs.map(({ name }) => name)).toEqual(['ns', 'greet', 'all']);
    const greet = await bench.batch.read(`/api/v1alpha/batches/${batch}/jobs/2`);
    expect(JSON.stringify(greet)).toContain(`ada glad ada ${sha}`);
    const found = await app.request('/api/v1alpha/developers/ada/dev_deploys');
    const [newest] = Listed.parse(await found.json());
    expect(newest).toMatchObject({
      id: batch,
      attributes: {
        ...{ dev_deploy: '1', user: 'ada', sha, target_branch: order.branch },
        batch_type: 'hailctl/dev_deploy/deploy_batch',
      },
    });
  });

  it('that never got its jobs is not shown, though Batch calls it a success', async () => {
    await bench.fault({ match: { path: 'create-fast' }, when: 'midway', do: { status: 500 } });
    expect((await post(order))[0]).toBe(502);
    const found = await app.request('/api/v1alpha/developers/ada/dev_deploys');
    expect(Listed.parse(await found.json())).toEqual([]);
  });

  it('is another one when it is asked for again, and the same one with the same key', async () => {
    const batch = async (headers?: Record<string, string>) =>
      Started.parse(JSON.parse((await post(order, headers))[1])).batch_id;
    const again = { 'idempotency-key': 'mine' };
    const [first, second, same] = [await batch(), await batch(again), await batch(again)];
    expect(second).not.toBe(first);
    expect(same).toBe(second);
  });

  it.each<[string, object, string]>([
    [
      'a branch that is not there',
      { branch: 'acme/widget:nowhere' },
      'branch: there is no acme/widget:nowhere at GitHub',
    ],
    ['a branch by half its name', { branch: 'main' }, 'expected owner/repo:branch'],
    ['a step that is not there', { steps: ['al'] }, 'there is no step "al" (did you mean "all"?)'],
    ['no steps', { steps: [] }, 'expected the names of steps'],
    ['no word about excluded steps', { excluded_steps: undefined }, 'excluded_steps'],
    [
      'a build.yaml with a mistake',
      { branch: 'acme/widget:pr/broken' },
      'starting the deploy failed: build.yaml:1:8: "steps" must be a list, not a mapping',
    ],
    ['somebody without an account', { user: 'eve' }, '"eve" is none of the accounts'],
    ['who has no namespace', { user: 'Not A Name' }, "cannot be the name of a developer's own"],
    ['the namespace of all', { user: 'default' }, "cannot be the name of a developer's own"],
    ['something else', { step: [] }, 'Unrecognized key: "step"'],
  ])('is refused for %s', async (_, change, words) => {
    const [status, text] = await post({ ...order, ...change });
    expect([status, text]).toEqual([400, expect.stringContaining(words)]);
  });

  it('is refused when Batch does not answer, and nothing is noted', async () => {
    await bench.fault({ do: { status: 503 } });
    const [status, text] = await post(order);
    expect([status, text]).toEqual([502, expect.stringContaining('starting the deploy failed')]);
    expect(noted).toEqual([]);
  });

  it('is listed only for who has an account', async () => {
    const answer = await app.request('/api/v1alpha/developers/eve/dev_deploys');
    expect([answer.status, await answer.text()]).toEqual([
      404,
      '404: user: "eve" is none of the accounts in the settings',
    ]);
  });
});
