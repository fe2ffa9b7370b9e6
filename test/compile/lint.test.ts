// What is probably not meant in a file that compiles: each warning with its place, and none for a sound file.
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/compile/lint.ts';
import { parseBuildYaml } from '../../src/compile/parse.ts';

function warnings(lines: readonly string[], cloud = 'gcp'): string[] {
  const file = parseBuildYaml(`steps:\n${lines.join('\n')}`);
  if (!file.ok) throw new Error(file.error[0].message);
  return lint(file.value, { cloud }).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

const step = (name: string, more = '') =>
  `- {kind: runImage, name: ${name}, image: x, script: y${more}}`;

describe('S6.4 lint', () => {
  it('a dependency that does not run in this cloud', () => {
    const file = [step('a', ', clouds: [azure]'), step('b', ', dependsOn: [a]')];
    expect(warnings(file)).toEqual(['3:62 depends on "a", which does not run on gcp']);
    expect(warnings(file, 'azure')).toEqual([]);
  });

  it('a step that nothing runs', () => {
    const file = [
      step('a', ', scopes: []'),
      step('b', ', clouds: []'),
      step('c', ', scopes: [], forceIfLabeled: [x]'),
      step('d', ', runIfRequested: true'),
    ];
    expect(warnings(file)).toEqual([
      '2:58 step "a" never runs: its list of scopes is empty',
      '3:58 step "b" never runs: its list of clouds is empty',
    ]);
  });

  it('an output that nobody reads', () => {
    const output = (to: string) => `, outputs: [{from: /io/x, to: ${to}}]`;
    const input = (from: string) => `, inputs: [{from: ${from}, to: /io/x}]`;
    expect(warnings([step('a', output('/a'))])).toEqual(['2:78 no step reads the output "/a"']);
    const read = [
      step('a', output('/whole')),
      step('b', output('/parts/one')),
      step('c', `, numSplits: 2${output('/split')}`),
      step('d', input('/whole/part')),
      step('e', input('/parts')),
      step('f', input('/c_1/split')),
    ];
    expect(warnings(read)).toEqual([]);
    expect(warnings([step('a', output('/ab')), step('b', input('/a'))])).toHaveLength(1);
  });

  it('all of them, in the order of the file', () => {
    const file = [step('b', ', dependsOn: [a], scopes: []'), step('a', ', clouds: [azure]')];
    expect(warnings(file).map((warning) => warning.split(' ')[0])).toEqual(['2:62', '2:74']);
  });
});
