// Every mistake that a person can make in a build.yaml, with the sentence and the place they are told.
import { describe, expect, it } from 'vitest';
import { allErrors, compiled } from './support.ts';

const step = (lines: string, name = 'a') =>
  `steps:\n  - kind: runImage\n    name: ${name}\n    image: x\n    script: 'true'\n${lines}`;

/** name, file, message (or part of it), line, column, step */
type Row = [string, string, string | RegExp, number | null, number | null, string | null];

const rows: Row[] = [
  ['empty file', '', '"steps" is missing', 1, 1, null],
  ['not a mapping', '- 1', 'the file must be a mapping, not a list', 1, 1, null],
  ['steps is not a list', 'steps: {}', '"steps" must be a list, not a mapping', 1, 8, null],
  ['an entry without kind', 'steps:\n  - name: a', '"kind" is missing', 2, 5, 'a'],
  ['bad indentation', 'steps:\n  - kind: runImage\n name: a', /not valid YAML/, 3, null, null],
  [
    'duplicate key',
    step('    image: y'),
    'not acceptable YAML: the key "image" is there twice; remove one',
    6,
    5,
    null,
  ],
  ['unknown tag', 'steps: !thing []', /not valid YAML: Unresolved tag/, 1, 8, null],
  [
    'unknown top field',
    'step: []\nsteps: []',
    'unknown field "step" (did you mean "steps"?)',
    1,
    1,
    null,
  ],
  [
    'unknown field',
    step('    dependOn: [b]'),
    'unknown field "dependOn" (did you mean "dependsOn"?)',
    6,
    5,
    'a',
  ],
  [
    'unknown nested field',
    step('    resources:\n      cpus: "1"'),
    'unknown field "cpus" (did you mean "cpu"?)',
    7,
    7,
    'a',
  ],
  [
    'unknown field of a reference',
    'steps:\n- kind: runImage\n  name: a\n  script: x\n  image:\n    valuefrom: b.image',
    'unknown field "valuefrom" (did you mean "valueFrom"?)',
    6,
    5,
    'a',
  ],
  [
    'unknown kind',
    'steps:\n- kind: runimage\n  name: a',
    'unknown kind of step "runimage" (did you mean "runImage"?)',
    2,
    9,
    'a',
  ],
  [
    'a missing field',
    'steps:\n- kind: runImage\n  name: a\n  image: x',
    '"script" is missing',
    2,
    3,
    'a',
  ],
  [
    'a misspelt field, which is therefore also missing',
    'steps:\n- kind: runImage\n  name: a\n  image: x\n  scirpt: x',
    'unknown field "scirpt" (did you mean "script"?)',
    5,
    3,
    'a',
  ],
  [
    'a wrong type',
    'steps:\n- kind: runImage\n  name: a\n  image: x\n  script: yes',
    '"script" must be text (put it in quotes), not true',
    5,
    11,
    'a',
  ],
  ['a bad name', step('', 'a b'), /"name" must be letters/, 3, 11, 'a b'],
  [
    'a reserved name',
    step('', 'code'),
    '"name" is a name that templates use already',
    3,
    11,
    'code',
  ],
  [
    'a bad scope',
    step('    scopes: [tests]'),
    'number 1 of "scopes" must be test, deploy or dev, not "tests"',
    6,
    14,
    'a',
  ],
  [
    'an output outside the batch',
    step('    outputs:\n      - from: /io/x\n        to: x'),
    /"to" of number 1 of "outputs" must start with "\/"/,
    8,
    13,
    'a',
  ],
  [
    'cpu as a number',
    step('    resources: {cpu: 2}'),
    /"resources.cpu" must be text, such as "0.5" or "2" \(in quotes\); got 2/,
    6,
    22,
    'a',
  ],
  [
    'cpu not a power of two',
    step('    resources: {cpu: "3"}'),
    '"resources.cpu" must be a power of two, from "0.25" to "16"',
    6,
    22,
    'a',
  ],
  ['cpu too small', step('    resources: {cpu: 100m}'), /must be a power of two/, 6, 22, 'a'],
  [
    'a memory that is no size',
    step('    resources:\n      memory: 4 GB'),
    /"resources.memory" must be lowmem/,
    7,
    15,
    'a',
  ],
  [
    'a storage that is no size',
    step('    resources:\n      storage: big'),
    /"resources.storage" must be a size/,
    7,
    16,
    'a',
  ],
  ['a negative timeout', step('    timeout: -1'), /"timeout" must be seconds/, 6, 14, 'a'],
  ['no splits', step('    numSplits: 0'), '"numSplits" must be 1 or more', 6, 16, 'a'],
  [
    'a second step of the name',
    `${step('')}${step('').slice(7)}`,
    'a second step named "a" (the first is number 1 of steps); rename one',
    7,
    11,
    'a',
  ],
  [
    'an unknown dependency that is like nothing but the step itself',
    step('    dependsOn: [q]'),
    'depends on "q", and there is no such step',
    6,
    17,
    'a',
  ],
  [
    'an unknown dependency',
    `${step('')}${step('    dependsOn: [aa]', 'b').slice(7)}`,
    'depends on "aa", and there is no such step (did you mean "a"?)',
    10,
    17,
    'b',
  ],
  [
    'a dependency on itself',
    step('    dependsOn: [a]'),
    'a step cannot depend on itself',
    6,
    17,
    'a',
  ],
  [
    'a dependency twice',
    `${step('')}${step('    dependsOn:\n      - a\n      - a', 'b').slice(7)}`,
    'depends on "a" twice; remove one',
    12,
    9,
    'b',
  ],
  [
    'a circle',
    `${step('    dependsOn: [b]\n')}${step('    dependsOn: [a]', 'b').slice(7)}`,
    'dependencies in a circle: a → b → a; remove one of them',
    6,
    17,
    'a',
  ],
  [
    'valueFrom a step that is not a dependency',
    `${step('')}  - kind: runImage\n    name: b\n    script: x\n    image:\n      valueFrom: a.image`,
    'valueFrom "a.image" leads nowhere: "a" is a step; name it in dependsOn to use its values',
    10,
    18,
    'b',
  ],
  [
    'valueFrom a field that is not there',
    `${step('')}  - kind: runImage\n    name: b\n    dependsOn: [a]\n    script: x\n    image:\n      valueFrom: a.tokn`,
    'valueFrom "a.tokn" leads nowhere: "a" has no "tokn" (did you mean "token"?)',
    11,
    18,
    'b',
  ],
  [
    'valueFrom a name that is not there',
    'steps:\n- kind: runImage\n  name: b\n  script: x\n  image: {valueFrom: globl.cloud}',
    'valueFrom "globl.cloud" leads nowhere: there is no "globl" (did you mean "global"?)',
    5,
    22,
    'b',
  ],
  [
    'valueFrom something that is not text',
    'steps:\n- kind: runImage\n  name: b\n  script: x\n  image: {valueFrom: code.number}',
    /it is not text/,
    5,
    22,
    'b',
  ],
  [
    'a secret name that Kubernetes refuses',
    step('    secrets:\n      - {name: A_B, namespace: default, mountPath: /x}'),
    /Batch would refuse secrets.0.name/,
    7,
    9,
    'a',
  ],
  [
    'two steps with jobs of one name',
    `${step('    numSplits: 2\n')}${step('', 'a_1').slice(7)}`,
    /its job "a_1" has the name of another step's job/,
    8,
    11,
    'a_1',
  ],
];

describe('S6.3 a mistake in build.yaml is told with its line', () => {
  it.each(rows)('%s', (_, file, message, line, column, name) => {
    const batch = compiled(file);
    if (batch.ok) throw new Error('it compiled');
    if (typeof message === 'string') expect(batch.error.message).toBe(message);
    else expect(batch.error.message).toMatch(message);
    expect(batch.error.line).toBe(line);
    if (column !== null) expect(batch.error.column).toBe(column);
    expect(batch.error.step).toBe(name);
  });
});

describe("S6.3 a mistake in a script is told with the file's line", () => {
  const script = (text: string) =>
    `steps:\n- kind: runImage\n  name: a\n  image: x\n  script: |\n${text.replace(/^/gm, '    ')}`;

  it.each<[string, string, string | RegExp, number, number | null]>([
    [
      'an undefined name',
      'set -ex\necho\n{{ nope }}',
      'nope is not defined: there is no "nope"',
      8,
      8,
    ],
    [
      'an undefined field',
      'set -ex\necho {{ global.clod }}',
      'global.clod is not defined (did you mean "cloud"?)',
      7,
      13,
    ],
    [
      'undefined under not',
      '{% if not globl %}x{% endif %}',
      'globl is not defined: there is no "globl" (did you mean "global"?)',
      6,
      15,
    ],
    [
      'syntax',
      'echo\n{% if true %}\nx',
      /^template syntax: unexpected end of input, expected end of block; mend this tag/,
      8,
      null,
    ],
    [
      'an attribute that is not there',
      '{{ [code]|map(attribute="nope")|join }}',
      'not every item has the attribute "nope"; select those that do first',
      6,
      14,
    ],
    [
      'an unknown filter',
      '\n\n{{ code|nofilter }}',
      /^there is no filter "nofilter"; there are abs, /,
      8,
      13,
    ],
  ])('%s', (_, text, message, line, column) => {
    expect(compiled(script(text))).toMatchObject({
      ok: false,
      error: {
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        line,
        column,
        step: 'a',
      },
    });
  });

  it.each<[string, string, number | null]>([
    ['bare text', 'echo {{ nope }}', 19],
    ['text in quotes', '"echo \\"{{ nope }}\\""', null],
    ['text in quotes without escapes', "'echo {{ nope }}'", 20],
    ['text joined from several lines', '>\n    echo\n    {{ nope }}', null],
    ['an indented block', '|\r\n      echo\r\n        {{ nope }}', 12],
  ])('the column is the true one, or none: %s', (_, yaml, column) => {
    const file = `steps:\n- kind: runImage\n  name: a\n  image: x\n  script: ${yaml}\n`;
    expect(compiled(file)).toMatchObject({ error: { column } });
  });

  it('points at a step that only lacks a dependency', () => {
    const file = `${step('')}${step('', 'b').slice(7).replace("'true'", "'{{ a.token }}'")}`;
    expect(compiled(file)).toMatchObject({
      error: {
        message: 'a.token is not defined: "a" is a step; name it in dependsOn to use its values',
        line: 9,
        step: 'b',
      },
    });
  });
});

describe('S6.3 every mistake at once', () => {
  const messages = (text: string) => {
    const batch = allErrors(text);
    return batch.ok ? [] : batch.error.map(({ message, line }) => `${line}: ${message}`);
  };

  it('of every step, also beside one without a kind and in a wrong frame', () => {
    const text = 'stepss: []\nsteps:\n- name: a\n- one\n- {kind: runImage, name: b, timeout: x}\n';
    expect(messages(text)).toEqual([
      '1: unknown field "stepss" (did you mean "steps"?)',
      '3: "kind" is missing',
      '4: number 2 of "steps" must be a mapping, not "one"',
      expect.stringMatching(/^5: "image" is missing/),
      expect.stringMatching(/^5: "script" is missing/),
      expect.stringMatching(/^5: "timeout" must be /),
    ]);
  });

  it('twenty at most', () => {
    expect(messages(`steps:\n${'- {}\n'.repeat(30)}`)).toHaveLength(20);
  });

  it('a second document', () => {
    expect(messages('steps: []\n---\nsteps: []\n')).toEqual([
      '2: not valid YAML: one document only; remove the line "---"',
    ]);
  });
});
