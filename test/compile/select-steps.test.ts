// Which steps changed files select: by their inputs, everything downstream, and those that always run.
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../src/compile/choose-steps.ts';
import { parseBuildYaml } from '../../src/compile/parse.ts';
import {
  inputsAsWritten,
  requestedSteps,
  selectSteps,
  sourcesOf,
} from '../../src/compile/select-steps.ts';

const step = (name: string, from: string | null, more = '') =>
  `- {kind: runImage, name: ${name}, image: x, script: y${from === null ? '' : `, inputs: [{from: ${from}, to: /io}]`}${more}}\n`;

const steps = [
  step('whole', '/src/code'),
  step('a', '/src/code/a'),
  step('slash', '/src/code/a/'),
  step('below', '/src/code/a/b/c'),
  step('elsewhere', '/out/a'),
  step('beside', '/src/code-too/a'),
  step('after', null, ', dependsOn: [a]'),
  step('asked', null, ', dependsOn: [a], runIfRequested: true'),
  step('afterAsked', null, ', dependsOn: [asked]'),
  step('live', '/src/code/a', ', scopes: [deploy]'),
  step('afterLive', null, ', dependsOn: [live]'),
  step('azure', '/src/code/a', ', clouds: [azure]'),
].join('');

function fileOf(head: string, text = steps) {
  const file = parseBuildYaml(`${head}\nsteps:\n${text}`);
  if (!file.ok) throw new Error(file.error[0].message);
  return file.value;
}

const test: Placement = { scope: 'test', cloud: 'gcp' };
const file = fileOf('repoPrefix: /src/code/');
const selected = (changed: readonly string[], placement: Placement = test) =>
  selectSteps(file, changed, placement, inputsAsWritten);

describe('S6.5 changed files', () => {
  it.each<[string, string[], string[]]>([
    ['nothing changed', [], []],
    ['a file in an input', ['a/x'], ['whole', 'a', 'after']],
    ['the input itself', ['a'], ['whole', 'a', 'after']],
    ['a file beside an input', ['ab'], ['whole']],
    ['a file far below', ['a/b/c/d/e'], ['whole', 'a', 'below', 'after']],
    ['a file above an input is not in it', ['a/b'], ['whole', 'a', 'after']],
    ['several files', ['zzz', 'a/b/c'], ['whole', 'a', 'below', 'after']],
  ])('%s', (_, changed, names) => {
    expect(selected(changed).toSorted()).toEqual(names.toSorted());
  });

  it('in another scope or cloud, other steps; in any cloud, those of all', () => {
    const deploy = selected(['a/x'], { scope: 'deploy', cloud: 'gcp' });
    expect(deploy).toEqual(expect.arrayContaining(['live', 'afterLive']));
    expect(selected(['a/x'], { scope: 'test', cloud: 'azure' })).toContain('azure');
    expect(selected(['a/x'], { scope: 'test', cloud: null })).toContain('azure');
  });

  it('a step that does not run is no bridge to others', () => {
    expect(selected(['a/x'])).not.toContain('afterAsked');
    expect(selected(['a/x'])).not.toContain('afterLive');
  });

  it('what always runs does, and brings nothing with it', () => {
    const always = fileOf('repoPrefix: /src/code\nalwaysRunSteps: [a, nobody]');
    expect(selectSteps(always, [], test, inputsAsWritten)).toEqual(['a', 'nobody']);
  });

  it('the repository lies in /repo unless the file says', () => {
    const plain = fileOf('', step('one', '/repo/x'));
    expect(selectSteps(plain, ['x/y'], test, inputsAsWritten)).toEqual(['one']);
  });
});

describe('S6.5 what a step is made from', () => {
  const deploys = fileOf(
    'repoPrefix: /repo',
    `- {kind: createNamespace, name: ns, namespaceName: default}
- {kind: deploy, name: app, namespace: {valueFrom: ns.name}, config: app/a.yaml, dependsOn: [ns]}
${step('use', null, ', dependsOn: [app]')}${step('folder', '/repo/lib/')}`,
  );

  it('also the configuration that it deploys, and a folder whose name ends with a slash', () => {
    expect(selectSteps(deploys, ['app/a.yaml'], test, sourcesOf)).toEqual(['app', 'use']);
    expect(selectSteps(deploys, ['lib/x'], test, sourcesOf)).toEqual(['folder']);
    expect(requestedSteps(deploys, null, ['app/a.yaml', 'lib/x'], test)).toHaveLength(3);
  });

  it('but not by the rule of the existing service', () => {
    expect(selectSteps(deploys, ['app/a.yaml', 'lib/x'], test, inputsAsWritten)).toEqual([]);
  });
});

describe('S6.5 what is asked for', () => {
  it('everything, the steps that were named, those that changed, or both', () => {
    expect(requestedSteps(file, null, null, test)).toBe(null);
    expect(requestedSteps(file, ['after'], null, test)).toEqual(['after']);
    expect(requestedSteps(file, null, ['zzz'], test)).toEqual(['whole']);
    expect(requestedSteps(file, ['a', 'elsewhere'], ['a'], test)).toEqual(['a']);
  });

  it('everything, if the file does not say where the repository lies, or has itself changed', () => {
    expect(requestedSteps(fileOf(''), null, ['zzz'], test)).toBe(null);
    expect(requestedSteps(file, ['after'], ['build.yaml'], test)).toEqual(['after']);
  });

  it('nothing of another cloud, even if it always runs', () => {
    const always = fileOf('repoPrefix: /src/code\nalwaysRunSteps: [azure, whole]');
    expect(requestedSteps(always, null, [], test)).toEqual(['whole']);
  });
});
