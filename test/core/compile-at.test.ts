// From a commit to the jobs of its batch: what is asked of GitHub and how often, which steps changed files
// leave, and that asking again makes the same batch. Over a stub of GitHub, with the real compiler.
import { describe, expect, it } from 'vitest';
import { ConfigDocument } from '../../schemas/config.ts';
import { digest } from '../../src/core/digest.ts';
import { err, ok } from '../../src/core/result.ts';
import { marksOfTest, NO_MARKS } from '../../src/core/test-namespace.ts';
import { compileAt, type Wanted } from '../../src/loop/compile-at.ts';
import { createCompiler } from '../../src/loop/compiler.ts';
import type { Loop } from '../../src/loop/loop.ts';
import { ParsedFiles } from '../../src/loop/parsed-files.ts';
import type { FileRead, GitHub, NewBatch } from '../../src/loop/ports.ts';
import { startDeploy } from '../../src/loop/start-deploy.ts';
import { startTest } from '../../src/loop/start-test.ts';
import { render } from '../compile/support.ts';
import {
  configOf,
  factsOf,
  HEAD,
  NOON,
  openPull,
  sha,
  startTestOf,
  stateOf,
  unbuilt,
} from '../support/builders.ts';
import { answer, stubLoop } from '../support/stub-loop.ts';

const settings = ConfigDocument.parse({
  public_url: 'https://sluice.test',
  batch: { url: 'https://batch.test', billing_project: 'ci' },
  developers: [],
  storage_uri: 'gs://bucket',
  docker_prefix: 'registry.test/images',
  global: { greeting: 'hello' },
  accounts: [{ username: 'ada' }],
  branches: [{ branch: 'acme/bakery:main' }],
});

const step = (name: string, more = '') =>
  `- {kind: runImage, name: ${name}, image: x, script: 'echo ${name}'${more}}\n`;
const input = (path: string) => `, inputs: [{from: ${path}, to: /io}]`;
const deployOf = (config: string) =>
  `- {kind: createNamespace, name: ns, namespaceName: default}
- {kind: deploy, name: app, namespace: {valueFrom: ns.name}, config: ${config}, dependsOn: [ns]}\n`;

type Tree = Readonly<Record<string, string | null>>;

/** A repository at one commit, and a compiler; `asked` grows with every call. */
function world(files: Tree, changed: readonly string[] | null = []) {
  const asked: string[] = [];
  const tree = { current: files };
  const github: Partial<GitHub> = {
    readFiles: (_, paths) => {
      asked.push(`read ${paths.join(' ')}`);
      const found = paths.flatMap((path): [string, FileRead][] => {
        const text = tree.current[path];
        return text === undefined ? [] : [[path, { id: digest(String(text)), text }]];
      });
      return answer(new Map(found));
    },
    changedFiles: (base, head) => {
      asked.push(`compare ${base.slice(0, 4)} ${head.slice(0, 4)}`);
      return answer(changed);
    },
  };
  const { loop } = stubLoop(stateOf(), { github });
  return {
    asked,
    tree,
    loop: { ...loop, compiler: createCompiler(settings, render, new ParsedFiles()) },
  };
}

const wanted: Wanted = {
  scope: 'test',
  code: { short_str: 'pr-1' },
  labels: [],
  steps: null,
  passedJobs: new Set(),
  token: 'token',
  namespaceMarks: NO_MARKS,
};

async function names(loop: Loop, change = true, more: Partial<Wanted> = {}) {
  const compiled = await compileAt(
    loop,
    sha(2),
    { ...wanted, ...more },
    change ? { base: sha(1) } : null,
  );
  return compiled.ok
    ? compiled.value.jobs.map(({ attributes }) => attributes['name'])
    : compiled.error;
}

describe('S6.1 build.yaml is read with the files that it names', () => {
  it('in two requests at first, then in one', async () => {
    const { asked, loop } = world({
      'build.yaml': `steps:\n${deployOf('app.yaml')}`,
      'app.yaml': 'kind: Pod',
    });
    await names(loop);
    await names(loop);
    expect(asked).toEqual(['read build.yaml', 'read app.yaml', 'read build.yaml app.yaml']);
  });

  it('in a second only for what the last build.yaml did not name', async () => {
    const { asked, tree, loop } = world({ 'build.yaml': `steps:\n${deployOf('a')}`, a: 'x: 1' });
    await names(loop);
    tree.current = { 'build.yaml': `steps:\n${deployOf('b')}`, b: 'x: 1' };
    expect(await names(loop)).toEqual(['ns', 'app', 'cleanup_ns']);
    tree.current = { 'build.yaml': `steps:\n${step('one')}` };
    expect(await names(loop)).toEqual(['one']);
    expect(await names(loop)).toEqual(['one']);
    expect(asked.slice(2)).toEqual([
      'read build.yaml a',
      'read b',
      'read build.yaml b',
      'read build.yaml',
    ]);
  });

  it('and is not understood anew while it is the same file', async () => {
    const compiler = createCompiler(settings, render, new ParsedFiles());
    // Were it parsed again, the second would be refused.
    expect(compiler.read({ id: 'same', text: `steps:\n${step('one')}` }).ok).toBe(true);
    expect(compiler.read({ id: 'same', text: 'steps: {}' }).ok).toBe(true);
    expect(compiler.read({ id: 'other', text: 'steps: {}' }).ok).toBe(false);
  });

  it('as long as there is room for it', () => {
    const parsed = new ParsedFiles();
    const big = `steps: []\n#${'x'.repeat(400_000)}`;
    const first = parsed.read('0', big);
    parsed.read('1', big);
    expect(parsed.read('0', big)).toBe(first);
    const second = parsed.read('1', big);
    for (const id of ['2', '3']) parsed.read(id, big);
    expect(parsed.read('1', big)).toBe(second);
    expect(parsed.read('0', big)).not.toBe(first);
  });

  it.each<[string, Tree, string]>([
    ['absent', {}, 'There is no build.yaml in the top folder.'],
    [
      'not text',
      { 'build.yaml': null },
      'build.yaml: it is not text, or larger than the 512 KiB that GitHub shows.',
    ],
    [
      'wrong',
      { 'build.yaml': 'steps: {}' },
      'build.yaml:1:8: "steps" must be a list, not a mapping',
    ],
    [
      'naming what is not there',
      { 'build.yaml': `steps:\n${deployOf('nowhere')}` },
      'build.yaml:3:70: there is no file "nowhere" in the repository, or it is not text',
    ],
    [
      'naming what is not text',
      { 'build.yaml': `steps:\n${deployOf('app')}`, app: null },
      'build.yaml:3:70: there is no file "app" in the repository, or it is not text',
    ],
    [
      'naming a template with a mistake',
      { 'build.yaml': `steps:\n${deployOf('app')}`, app: 'a\n{{ nope }}' },
      'app:2:4: nope is not defined: there is no "nope"',
    ],
    [
      'wrong in many places',
      { 'build.yaml': `steps:\n${'- {kind: x, name: a}\n'.repeat(5)}` },
      [2, 3, 4, 5, 6].map((line) => `build.yaml:${line}:10: unknown kind of step "x"`).join('\n'),
    ],
  ])('S6.3 %s: the author is told', async (_, tree, message) => {
    expect(await names(world(tree).loop)).toMatchObject({
      kind: 'unbuildable',
      why: { kind: 'build_yaml', message },
    });
  });

  it('S6.7 wrong: each mistake is told with its place', async () => {
    const many = `steps:\n${'- {kind: x, name: a}\n'.repeat(5)}`;
    const mistakes = async (tree: Tree) => {
      const refused = await names(world(tree).loop);
      return 'why' in refused ? refused.why.mistakes : null;
    };
    expect(await mistakes({ 'build.yaml': many })).toEqual(
      [2, 3, 4, 5, 6].map((line) => ({
        ...{ file: 'build.yaml', line, column: 10 },
        message: 'unknown kind of step "x"',
      })),
    );
    const template = { 'build.yaml': `steps:\n${deployOf('app')}`, app: 'a\n{{ nope }}' };
    expect(await mistakes(template)).toMatchObject([{ file: 'app', line: 2, column: 4 }]);
    expect(await mistakes({})).toBeUndefined();
  });

  it.each(['readFiles', 'changedFiles'] as const)(
    'S3.3 a fault of %s is passed on',
    async (call) => {
      const { loop } = world({ 'build.yaml': `repoPrefix: /repo\nsteps:\n${step('one')}` });
      const fault = { kind: 'unknown', message: 'cut' } as const;
      const github = { ...loop.github, [call]: async () => err(fault) };
      expect(await names({ ...loop, github })).toEqual({ kind: 'fault', fault, api: 'github' });
    },
  );
});

describe('S6.5 the steps that a pull request can affect', () => {
  const steps = step('one', input('/repo/a')) + step('two', input('/repo/b'));
  const file = (head: string) => ({ 'build.yaml': `${head}\nsteps:\n${steps}` });

  it('are chosen by what its commit changes', async () => {
    const { asked, loop } = world(file('repoPrefix: /repo'), ['a/x']);
    expect(await names(loop)).toEqual(['one']);
    expect(asked.at(-1)).toBe('compare 0001 0002');
  });

  it.each<[string, string, readonly string[] | null, boolean]>([
    ['build.yaml itself has changed', 'repoPrefix: /repo', ['a/x', 'build.yaml'], true],
    ['more has changed than GitHub lists', 'repoPrefix: /repo', null, true],
    ['the file does not say where the repository lies', '', ['a/x'], true],
    ['everything is asked for', 'repoPrefix: /repo', ['a/x'], false],
  ])('are all of them when %s', async (_, head, changed, asks) => {
    expect(await names(world(file(head), changed).loop, asks)).toEqual(['one', 'two']);
  });

  it('are none when nothing is affected, which is told and is no batch', async () => {
    expect(await names(world(file('repoPrefix: /repo'), ['c']).loop)).toMatchObject({
      kind: 'unbuildable',
      why: { message: expect.stringMatching(/^build.yaml: nothing to test: no step takes/) },
    });
    const always = file('repoPrefix: /repo\nalwaysRunSteps: [two]');
    expect(await names(world(always, ['c']).loop)).toEqual(['two']);
  });
});

describe('S6.4 what templates see of a deployment', () => {
  it('its names, and who has an account', async () => {
    const script =
      '{{ global.greeting }} {{ global.cloud }} {{ global.default_namespace }} {{ global.docker_prefix }} {% for d in code.get("developers", []) %}{{ d.username }}{% endfor %}';
    const { loop } = world({
      'build.yaml': `steps:\n- {kind: runImage, name: a, image: x, script: '${script}'}`,
    });
    const compiled = await compileAt(loop, sha(2), wanted, null);
    expect(compiled.ok && compiled.value.jobs[0]?.process.command[2]).toBe(
      'hello gcp default registry.test/images ada',
    );
  });
});

describe('S6.6 S6.9 the batch of a test', () => {
  const build = `repoPrefix: /repo\nalwaysRunSteps: [ns, app]\nsteps:\n${deployOf('app.yaml')}${step('one', input('/repo/a'))}`;
  const tree = { 'build.yaml': build, 'app.yaml': 'kind: Pod' };

  async function start(labels: readonly string[], attempt = 1): Promise<NewBatch> {
    const { loop } = world(tree, ['b']);
    const batches: NewBatch[] = [];
    const facts = { labels, source: { ...factsOf(7).source, committedAt: NOON } };
    const pull = openPull(7, { build: unbuilt, facts });
    const { loop: stub } = stubLoop(stateOf({ pulls: [pull] }), {
      github: {
        ...loop.github,
        async makeTestedCommit(_, paths) {
          const files = await loop.github.readFiles(sha(2), paths);
          return files.ok
            ? answer({ kind: 'made', sha: sha(2), tree: sha(3), files: files.value })
            : files;
        },
      },
      batch: {
        create: (batch) => {
          batches.push(batch);
          return answer(1);
        },
      },
    });
    const action = { ...startTestOf(7), attempt };
    await startTest({ ...stub, compiler: loop.compiler }, action);
    const [batch] = batches;
    if (!batch) throw new Error('no batch was made');
    return batch;
  }

  it('S6.6 has a namespace of its own, named and marked for the pull request, and says so', async () => {
    const { attributes, jobs } = await start([]);
    expect(attributes['namespace']).toMatch(/^pr-7-default-[0-9a-f]{12}$/);
    const script = jobs.find((job) => job.attributes['name'] === 'ns')?.process.command.at(-1);
    const [, made = ''] =
      /printf '%s\\n' '(.*)' \| kubectl .* create -f -/.exec(script ?? '') ?? [];
    expect(JSON.parse(made).metadata).toEqual({
      name: attributes['namespace'],
      ...marksOfTest(configOf(), 7),
    });
  });

  it('is the same when it is asked for again, and another for another attempt', async () => {
    const first = await start([]);
    expect(await start([])).toEqual(first);
    const second = await start([], 2);
    expect(second.key).not.toBe(first.key);
    expect(second.attributes['namespace']).not.toBe(first.attributes['namespace']);
  });

  it('S6.5 runs all steps for a pull request with the label', async () => {
    expect((await start([])).jobs.map(({ attributes }) => attributes['name'])).not.toContain('one');
    const all = await start(['Rerun-All']);
    expect(all.jobs.map(({ attributes }) => attributes['name'])).toContain('one');
  });
});

describe('S8.1 the batch of a deploy', () => {
  it('deploys into the namespace itself, whatever has changed', async () => {
    const { asked, loop } = world({
      'build.yaml': `repoPrefix: /repo\nsteps:\n${deployOf('app.yaml')}`,
      'app.yaml': '{% if deploy %}kind: Pod{% endif %}',
    });
    const jobs: string[] = [];
    const batch = {
      ...loop.batch,
      create: async (created: NewBatch) => {
        jobs.push(...created.jobs.map((job) => job.attributes['name'] ?? ''));
        expect(created.jobs[1]?.process.command[2]).toContain("'kind: Pod' | kubectl");
        return ok(1);
      },
    };
    const outcome = await startDeploy(
      { ...loop, batch },
      { kind: 'start_deploy', sha: HEAD, attempt: 1 },
    );
    expect(outcome).toMatchObject({ kind: 'deploy_started', jobs: 2 });
    expect(jobs).toEqual(['ns', 'app']);
    expect(asked.some((call) => call.startsWith('compare'))).toBe(false);
  });
});
