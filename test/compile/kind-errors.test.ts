// Mistakes in the steps that work in the cluster, in the file as a whole, and several at once: the sentence
// and the place that the person is told.
import { describe, expect, it } from 'vitest';
import { allErrors, compiled } from './support.ts';

const namespace = (name: string, more = '') =>
  `- {kind: createNamespace, name: ${name}, namespaceName: default${more}}\n`;
const deploy = (fields: string, name = 'd') => `- {kind: deploy, name: ${name}, ${fields}}\n`;
const into = (step: string) =>
  `namespace: {valueFrom: ${step}.name}, config: app.yaml, dependsOn: [${step}]`;
const database = (fields: string) =>
  `- {kind: createDatabase2, name: db, databaseName: shop, image: x, namespace: {valueFrom: ns.name}, dependsOn: [ns]${fields}}\n`;
const run = (name: string, fields: string) =>
  `- {kind: runImage, name: ${name}, image: x, script: y${fields}}\n`;

const files = new Map([
  ['app.yaml', 'kind: Pod\nimage: "{{ code.sha }}"\n'],
  ['wrong.yaml', 'a: 1\nb: {{ code.shaa }}\n'],
  ['syntax.yaml', '{% if deploy %}\n'],
]);

/** name, steps, `line:column file: message` */
const rows: [string, string, string | RegExp][] = [
  [
    'a namespace without a name',
    '- {kind: createNamespace, name: n}',
    '2:3 "namespaceName" is missing',
  ],
  [
    'a namespace that Kubernetes would refuse',
    '- {kind: createNamespace, name: n, namespaceName: Default}',
    '2:51 "namespaceName" must be a Kubernetes name: lower case letters, digits and -',
  ],
  [
    'a secret that is only a name',
    namespace('n', ', secrets: [one]'),
    '2:70 number 1 of "secrets" must be a mapping, not "one"',
  ],
  [
    'two namespaces in a test',
    namespace('one') + namespace('two') + deploy(into('one')),
    /^3:3 a test has one namespace, and step "one" makes it; use that one/,
  ],
  [
    'a namespace that is text',
    deploy('namespace: default, config: app.yaml'),
    '2:38 "namespace" must be a mapping with valueFrom, the name of a createNamespace step, not "default"',
  ],
  [
    'a namespace of a step that makes none',
    run('a', '') + deploy('namespace: {valueFrom: a.token}, config: app.yaml, dependsOn: [a]'),
    /^3:50 valueFrom "a.token" is no namespace; it must be the name of a createNamespace step/,
  ],
  [
    'a namespace that is not waited for',
    namespace('ns') + deploy('namespace: {valueFrom: ns.name}, config: app.yaml'),
    '3:50 valueFrom "ns.name" leads nowhere: "ns" is a step; name it in dependsOn to use its values',
  ],
  [
    'a configuration outside the repository',
    deploy('namespace: {valueFrom: ns.name}, config: ../app.yaml'),
    /^2:68 "config" must be a path from the top of the repository/,
  ],
  [
    'a configuration that is not there',
    namespace('ns') + deploy(into('ns').replace('app.yaml', 'ap.yaml')),
    '3:68 there is no file "ap.yaml" in the repository, or it is not text (did you mean "app.yaml"?)',
  ],
  [
    'an undefined name in a configuration',
    namespace('ns') + deploy(into('ns').replace('app.yaml', 'wrong.yaml')),
    '2:7 wrong.yaml: code.shaa is not defined (did you mean "sha"?)',
  ],
  [
    'a mistake in the syntax of a configuration',
    namespace('ns') + deploy(into('ns').replace('app.yaml', 'syntax.yaml')),
    /^1:1 syntax.yaml: template syntax: unexpected end of input/,
  ],
  [
    'a wait for something unknown',
    namespace('ns') + deploy(`${into('ns')}, wait: [{kind: Servce, name: a, for: alive}]`),
    '3:109 "kind" of number 1 of "wait" must be Deployment, StatefulSet, Service or Pod',
  ],
  [
    'a wait for what does not come',
    namespace('ns') + deploy(`${into('ns')}, wait: [{kind: Service, name: a, for: available}]`),
    '3:132 "for" of number 1 of "wait" must be alive, not "available"',
  ],
  [
    'a misspelt field of a wait',
    namespace('ns') + deploy(`${into('ns')}, wait: [{kind: Pod, name: a, timeuot: 5}]`),
    '3:123 unknown field "timeuot" (did you mean "timeout"?)',
  ],
  [
    'a migration that is no script',
    namespace('ns') + database(', migrations: [{name: one, script: /io/one.txt}]'),
    /"script" of number 1 of "migrations" must end with .sql or .py/,
  ],
  [
    'a shutdown in a namespace that is not one',
    namespace('ns') +
      database(', shutdowns: [{kind: Deployment, name: a, namespace: {valueFrom: ns.token}}]'),
    /^3:\d+ valueFrom "ns.token" is no namespace/,
  ],
  [
    'a user name that MySQL would refuse',
    namespace('ns') + database('').replace('shop', `shop${'p'.repeat(60)}`),
    /^3:\d+ the database would be called "shopp+-t-db", and MySQL takes at most 64 characters/,
  ],
  [
    'an unknown region',
    run('a', ', regions: [us-east1, us-centrl1]'),
    '2:70 unknown region "us-centrl1" (did you mean "us-central1"?); jobs can run in us-central1, us-east1',
  ],
  ['no region at all', run('a', ', regions: []'), '2:59 "regions" must name a region'],
  [
    'a machine with a size besides',
    run('a', ', resources: {machine_type: n1-standard-1, cpu: "1"}'),
    '2:61 Batch would refuse resources: must not have cpu or memory beside machine_type',
  ],
  [
    'more cores than a machine has',
    run('a', ', resources: {cpu: "32"}'),
    '2:67 "resources.cpu" must be a power of two, from "0.25" to "16"',
  ],
  [
    'more storage than there is',
    run('a', ', resources: {storage: 65Ti}'),
    '2:71 "resources.storage" must be at most "64Ti"',
  ],
  [
    'a script that no program can be given',
    run('a', '').replace('script: y', `script: "${'é'.repeat(70_000)}"`),
    '2:47 its command is longer than the 128 KiB that a command can have; put the rest in a file',
  ],
];

describe('S6.3 a mistake in a step that works in the cluster', () => {
  it.each(rows)('%s', (_, steps, expected) => {
    const batch = compiled(`steps:\n${steps}`, { files });
    if (batch.ok) throw new Error('it compiled');
    const { line, column, file, message } = batch.error;
    const told = `${line}:${column} ${file === null ? '' : `${file}: `}${message}`;
    if (typeof expected === 'string') expect(told).toBe(expected);
    else expect(told).toMatch(expected);
  });

  it('deploys into two namespaces', () => {
    const text = `steps:\n${namespace('one')}${namespace('two').replace('default', 'other')}${deploy(into('one'), 'd')}${deploy(into('two'), 'e')}`;
    expect(compiled(text, { files, scope: 'deploy' })).toMatchObject({
      error: {
        message:
          'deploys into namespace "other", and a step before it into "default"; a batch deploys into one',
        line: 5,
        step: 'e',
      },
    });
    // Both are the developer's own.
    expect(compiled(text, { files, scope: 'dev' }).ok).toBe(true);
  });

  it('dev without a developer', () => {
    expect(
      compiled(`steps:\n${namespace('ns')}`, { scope: 'dev', devNamespace: null }),
    ).toMatchObject({
      error: { message: expect.stringMatching(/^scope dev needs the namespace/) },
    });
  });

  it('a step that an excluded one gave something', () => {
    const text = `steps:\n${run('a', '')}${run('b', ', dependsOn: [a]').replace('script: y', 'script: "{{ a.token }}"')}`;
    expect(compiled(text, { scope: 'dev', excludedSteps: ['a'] })).toMatchObject({
      error: { message: 'a.token is not defined: step "a" is excluded', line: 3 },
    });
  });

  it('a step asked for that this cloud does not have', () => {
    const text = `steps:\n${run('a', ', clouds: [azure]')}`;
    expect(compiled(text, { requestedSteps: ['a'] })).toMatchObject({
      error: { message: 'step "a" is requested and does not run on gcp', line: null },
    });
  });

  it('a step that always runs, and is not there', () => {
    expect(
      compiled(`alwaysRunSteps: [a, bb]\nsteps:\n${run('a', '')}${run('b', '')}`),
    ).toMatchObject({
      error: {
        message: 'alwaysRunSteps names "bb", and there is no such step (did you mean "b"?)',
        line: 1,
        column: 21,
      },
    });
  });
});

describe('S6.3 several mistakes are told at once, in the order of the file', () => {
  const told = (text: string) => {
    const batch = allErrors(text);
    if (batch.ok) throw new Error('it compiled');
    return batch.error.map(({ line, message }) => `${line} ${message}`);
  };

  it('one of each step', () => {
    expect(told(`steps:\n${run('a', ', nope: 1')}${run('b', '')}${run('c', ', port: x')}`)).toEqual(
      ['2 unknown field "nope"', '4 "port" must be a port number, not "x"'],
    );
  });

  it('of names', () => {
    expect(
      told(`steps:\n${run('a', '')}${run('a', '')}${run('c', ', dependsOn: [d, c]')}`),
    ).toEqual([
      '3 a second step named "a" (the first is number 1 of steps); rename one',
      '4 depends on "d", and there is no such step (did you mean "a"?)',
      '4 a step cannot depend on itself',
    ]);
  });

  it('of scripts, though they are compiled in another order', () => {
    const wrong = (name: string, more = '') =>
      run(name, more).replace('script: y', `script: "{{ ${name} }}"`);
    expect(told(`steps:\n${wrong('a', ', dependsOn: [b]')}${wrong('b')}`)).toEqual([
      '2 a is not defined: a step cannot use its own values',
      '3 b is not defined: a step cannot use its own values',
    ]);
  });

  it('up to twenty', () => {
    const many = Array.from({ length: 30 }, (_, index) => run(`s${index}`, ', nope: 1')).join('');
    expect(told(`steps:\n${many}`)).toHaveLength(20);
  });
});
