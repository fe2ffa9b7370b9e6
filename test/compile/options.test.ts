// The command line of `npm run compile`, as values: what each combination of options means or why it is
// refused.
import { describe, expect, it } from 'vitest';
import { type FileOptions, parseOptions } from '../../scripts/compile/options.ts';

const parse = (line: string) => parseOptions(line.split(' ').filter((word) => word !== ''));

const standard: FileOptions = {
  kind: 'file',
  buildYaml: 'build.yaml',
  root: null,
  scope: 'test',
  cloud: null,
  labels: [],
  steps: null,
  excluded: [],
  changed: null,
  config: null,
  lint: false,
  output: 'table',
};

describe('npm run compile options', () => {
  it.each<[string, Partial<FileOptions>]>([
    ['build.yaml', {}],
    ['build.yaml --scope dev --cloud azure', { scope: 'dev', cloud: 'azure' }],
    ['--scope=deploy build.yaml', { scope: 'deploy' }],
    ['build.yaml --label a --label b', { labels: ['a', 'b'] }],
    ['build.yaml --step a --exclude b --lint', { steps: ['a'], excluded: ['b'], lint: true }],
    ['build.yaml --changed a/b c --root ..', { changed: ['a/b', 'c'], root: '..' }],
    ['build.yaml --changed a --changed b', { changed: ['a', 'b'] }],
    ['build.yaml --changed', { changed: [] }],
    ['build.yaml --json', { output: 'json' }],
    ['--graph build.yaml', { output: 'mermaid' }],
    ['build.yaml --graph dot --config sluice.json', { output: 'dot', config: 'sluice.json' }],
    ['build.yaml --graph mermaid', { output: 'mermaid' }],
  ])("'%s' is understood", (line, change) => {
    expect(parse(line)).toEqual({ kind: 'run', options: { ...standard, ...change } });
  });

  it.each([
    ['--request r.json', { kind: 'request', file: 'r.json', root: '.' }],
    ['--select s.json --root x', { kind: 'select', file: 's.json', root: 'x' }],
    ['--render t --context c', { kind: 'render', template: 't', context: 'c' }],
    ['--render t', { kind: 'render', template: 't', context: null }],
  ])("'%s' is another mode", (line, options) => {
    expect(parse(line)).toEqual({ kind: 'run', options });
  });

  it.each([
    ['', 'name a build.yaml, or --request, --select or --render'],
    ['build.yaml --chnaged a', 'unknown option --chnaged (did you mean "--changed"?)'],
    ['build.yaml -x', 'unknown option -x'],
    ['--changed a build.yaml', 'name a build.yaml before --changed, which takes all that follows'],
    ['build.yaml --scope', '--scope takes a value'],
    ['build.yaml --scope --lint', '--scope takes a value'],
    [
      'build.yaml --scope tests',
      '--scope is test, deploy or dev, not "tests" (did you mean "test"?)',
    ],
    ['a.yaml b.yaml', 'one build.yaml at a time: "b.yaml" is too many'],
    ['build.yaml --graph svg', '--graph is mermaid or dot, not "svg"'],
    ['build.yaml --json --graph', '--graph does not go with --json'],
    ['build.yaml --context c', '--context goes with --render'],
    ['--request r --lint', '--lint does not go with --request'],
    ['--select r build.yaml', '"build.yaml" does not go with --select'],
    ['--render t --root x', '--root does not go with --render'],
  ])("'%s' is refused in a sentence", (line, why) => {
    expect(parse(line)).toEqual({ kind: 'refused', why });
  });

  it('asks for help in both spellings', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    expect(parse('-h build.yaml')).toEqual({ kind: 'help' });
  });
});
