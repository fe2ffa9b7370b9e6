// The command of `npm run compile` as people and programs call it: what it prints where, and its exit code.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../scripts/compile/command.ts';
import { Shell } from './shell.ts';
import { render } from './support.ts';

const MAIN = join(import.meta.dirname, '../../scripts/compile/main.ts');
let folder: Shell;
beforeEach(() => {
  folder = new Shell();
});
afterEach(() => folder[Symbol.dispose]());

function compile(...args: readonly string[]) {
  const { status, out, err } = runCommand(args, folder.home, () => render);
  return { status, stdout: out, stderr: err };
}

const step = (name: string, more = '') =>
  `  - {kind: runImage, name: ${name}, image: x, script: 'echo {{ global.greeting }}'${more}}\n`;

const config = {
  public_url: 'https://sluice.example.org',
  batch: { url: 'https://batch.example.org', billing_project: 'ci' },
  developers: [],
  storage_uri: 'gs://bucket',
  docker_prefix: 'registry.example/images',
  global: { greeting: 'hello' },
  branches: [{ branch: 'acme/bakery:main' }],
};

describe('S6.4 npm run compile', () => {
  it('shows what would run, as a table, from where the person is', () => {
    folder.write(
      'build.yaml',
      `steps:\n${step('one', ', numSplits: 3')}${step('two', ', dependsOn: [one]')}`,
    );
    const { status, stdout, stderr } = compile('build.yaml');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'JOB      WHAT      CPU  TIMEOUT  ALWAYS  WAITS FOR',
      'one × 3  runImage  1    3600 s',
      'two      runImage  1    3600 s           one_0, one_1, one_2',
      '',
      '4 jobs of 2 steps; nothing is deployed',
      '',
    ]);
  });

  it('takes the settings of a deployment, and refuses names that it does not have', () => {
    folder.write('build.yaml', `steps:\n${step('one')}`);
    folder.write('sluice.json', JSON.stringify(config));
    const { status, stdout } = compile('build.yaml', '--config', 'sluice.json', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      namespace: null,
      deployed_services: [],
      jobs: [{ name: 'one', command: ['bash', '-c', 'echo hello'], parents: [] }],
    });
    folder.write('sluice.json', JSON.stringify({ ...config, global: {} }));
    const failed = compile('build.yaml', '--config', 'sluice.json', '--json');
    expect(failed.status).toBe(2);
    expect(failed.stderr).toBe('build.yaml:2:60: global.greeting is not defined\n');
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { line: 2, column: 60 } });
  });

  it('tells every mistake with its place, and warns when asked to', () => {
    folder.write('build.yaml', `steps:\n${step('one', ', nope: 1')}${step('two', ', tiemout: 1')}`);
    const failed = compile('build.yaml');
    expect([failed.status, failed.stdout]).toEqual([2, '']);
    expect(failed.stderr.split('\n')).toEqual([
      'build.yaml:2:81: unknown field "nope"',
      'build.yaml:3:81: unknown field "tiemout" (did you mean "timeout"?)',
      '',
    ]);
    folder.write('build.yaml', `steps:\n${step('one', ', scopes: []')}${step('two')}`);
    const warned = compile('build.yaml', '--lint', '--graph');
    expect(warned.status).toBe(0);
    expect(warned.stdout).toBe('flowchart LR\n  s_two["two"]\n');
    expect(warned.stderr).toContain('build.yaml:2:89: warning: step "one" never runs');
    expect(warned.stderr).toContain('note: without --config');
  });

  it('chooses steps by changed files, unless build.yaml itself has changed', () => {
    const input = (path: string) => `, inputs: [{from: ${path}, to: /io}]`;
    folder.write(
      'build.yaml',
      `repoPrefix: /repo\nsteps:\n${step('one', input('/repo/a'))}${step('two', input('/repo/b'))}`,
    );
    const names = (...changed: readonly string[]) =>
      compile('build.yaml', '--graph', 'dot', '--changed', ...changed).stdout.match(/label="\w+"/g);
    expect(names('a/x')).toEqual(['label="one"']);
    expect(names('a/x', 'build.yaml')).toEqual(['label="one"', 'label="two"']);
    expect(names('./a/../a/x')).toEqual(['label="one"']);
    expect(names(folder.path('b/x'))).toEqual(['label="two"']);
    const outside = compile('build.yaml', '--changed', '../x');
    expect([outside.status, outside.stdout]).toEqual([2, '']);
    expect(outside.stderr).toMatch(/^--changed ..\/x is outside of .*--root tells\n$/);
    const neither = compile('build.yaml', '--step', 'one', '--changed', 'b/x');
    expect(neither.stderr).toMatch(/nothing to test: none of the requested steps takes a changed/);
    const nothing = compile('build.yaml', '--changed', 'c');
    expect(nothing.status).toBe(2);
    expect(nothing.stderr).toMatch(/^build.yaml: nothing to test: /);
  });

  it('says what a deployment would not do with the file', () => {
    folder.write('build.yaml', `steps:\n${step('one')}#${'x'.repeat(600 * 1024)}\n`);
    const { status, stdout, stderr } = compile('build.yaml', '--changed', 'a');
    expect(status).toBe(0);
    expect(stdout).toContain('\n1 job of 1 step; nothing is deployed\n');
    expect(stderr).toMatch(/^build.yaml: warning: it is larger than the 512 KiB/);
    expect(stderr).toMatch(
      /note: --changed decides nothing, because the file has no repoPrefix\n$/,
    );
  });

  it('takes any region without settings, and those of the settings with them', () => {
    folder.write('build.yaml', `steps:\n${step('one', ', regions: [europe-west4]')}`);
    folder.write('sluice.json', JSON.stringify(config));
    expect(compile('build.yaml').status).toBe(0);
    const refused = compile('build.yaml', '--config', 'sluice.json');
    expect(refused.stderr).toMatch(/unknown region "europe-west4"/);
    folder.write('build.yaml', `steps:\n${step('one', ", regions: ['Europe West']")}`);
    expect(compile('build.yaml').stderr).toMatch(/"Europe West" is no name of a region/);
  });

  it('warns for the cloud of the settings', () => {
    folder.write(
      'build.yaml',
      `steps:\n${step('one', ', clouds: [gcp]')}${step('two', ', dependsOn: [one]')}`,
    );
    folder.write('sluice.json', JSON.stringify({ ...config, cloud: 'azure' }));
    const { stderr } = compile('build.yaml', '--config', 'sluice.json', '--lint');
    expect(stderr).toMatch(/warning: depends on "one", which does not run on azure\n$/);
  });

  it('reads one JSON document, and prints one', () => {
    const request = {
      build_yaml: 'ci/build.yaml',
      scope: 'test',
      cloud: 'gcp',
      code: { short_str: 'pr-1', config: { sha: 'abc' } },
      batch_token: 'token',
      environment: {
        STORAGE_URI: 'gs://b',
        DOCKER_PREFIX: 'r/p',
        CI_UTILS_IMAGE: 'u',
        BUILDKIT_IMAGE: 'b',
        DOMAIN: 'd',
        REGION: 'r',
      },
    };
    folder.write(
      'root/ci/build.yaml',
      `steps:\n  - {kind: runImage, name: a, image: x, script: '{{ code.sha }}'}`,
    );
    folder.write('request.json', JSON.stringify(request));
    const { status, stdout } = compile('--request', 'request.json', '--root', 'root');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).jobs).toMatchObject([{ name: 'a', command: ['bash', '-c', 'abc'] }]);
    folder.write('request.json', JSON.stringify({ ...request, build_yaml: 'nowhere' }));
    const absent = compile('--request', 'request.json', '--root', 'root');
    expect(absent.status).toBe(2);
    expect(JSON.parse(absent.stdout).error.message).toMatch(/^there is no file "nowhere"/);
    folder.write('request.json', '{"scope": "test"}');
    const wrong = compile('--request', 'request.json');
    expect([wrong.status, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/request.json: cloud: /);
  });

  it('chooses steps for the rows of a document', () => {
    const build_yaml_text = `steps:\n${step('a', ', inputs: [{from: /repo/a, to: /io}]')}`;
    const rows = [
      { build_yaml_text, changed_files: ['a/b'], scope: 'test', cloud: null },
      { build_yaml_text: 'steps: {}', changed_files: [], scope: 'test', cloud: 'gcp' },
    ];
    folder.write('rows.json', JSON.stringify({ rows }));
    const { status, stdout } = compile('--select', 'rows.json');
    expect(status).toBe(2);
    expect(JSON.parse(stdout).rows).toMatchObject([
      { requested: ['a'] },
      { requested: null, error: { line: 1, column: 8 } },
    ]);
  });

  it('renders one template as it is', () => {
    folder.write('t.j2', '{% for k, v in d.items() %}{{ k }}={{ v }} {% endfor %}\n');
    folder.write('c.json', '{"d": {"z": 1, "a": true}}');
    expect(compile('--render', 't.j2', '--context', 'c.json')).toEqual({
      status: 0,
      stdout: 'z=1 a=True ',
      stderr: '',
    });
    const failed = compile('--render', 't.j2');
    expect([failed.status, failed.stdout]).toEqual([2, '']);
    expect(failed.stderr).toMatch(/t.j2:1:\d+: d is not defined\n$/);
  });

  it('is a program: it prints, and exits with what there is to say', () => {
    folder.write('build.yaml', 'steps: {}');
    const env = { ...process.env, INIT_CWD: folder.home };
    const ran = spawnSync(process.execPath, [MAIN, 'build.yaml'], { encoding: 'utf8', env });
    expect([ran.status, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toBe('build.yaml:1:8: "steps" must be a list, not a mapping\n');
  });

  it.each([
    [['--help'], 0, /^$/],
    [['--xyzzy'], 2, /^unknown option --xyzzy\n--help lists the options\n$/],
    [['nowhere.yaml'], 2, /^nowhere.yaml: there is no such file, or it is not text\n$/],
    [['--request', 'nowhere.json'], 2, /nowhere.json: there is no such file/],
  ])('%j exits with %i', (args, status, stderr) => {
    const ran = compile(...args);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toMatch(stderr);
    if (status === 0) expect(ran.stdout).toMatch(/^usage: npm run --silent compile/);
  });
});
