/**
 * The three ways to patch, selectors, labels and ages: pure functions, row by row.
 */
import { describe, expect, test } from 'vitest';
import { labelComplaints } from '../../scripts/kubernetes/labels.ts';
import type { KubeObject } from '../../scripts/kubernetes/object.ts';
import { jsonPatch, mergePatch, strategicPatch } from '../../scripts/kubernetes/patch.ts';
import { fieldSelector, labelSelector } from '../../scripts/kubernetes/selectors.ts';
import { ageText } from '../../scripts/kubernetes/table.ts';

test.each([
  [{ a: 1, b: { c: 2 } }, { b: { c: null, d: 3 } }, { a: 1, b: { d: 3 } }],
  [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
  [{ a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
])('merged into %j, %j is %j', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

const two = { containers: [{ name: 'a', image: 'x' }, { name: 'b' }] };
test.each<[object, object, object]>([
  [
    two,
    { containers: [{ name: 'b', image: 'y' }, { name: 'c' }] },
    { containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'y' }, { name: 'c' }] },
  ],
  [
    two,
    { containers: [{ name: 'a', $patch: 'delete' }], '$setElementOrder/containers': [] },
    { containers: [{ name: 'b' }] },
  ],
  [two, { containers: [{ name: 'z' }, { $patch: 'replace' }] }, { containers: [{ name: 'z' }] }],
  [{ args: ['a'] }, { args: ['b'] }, { args: ['b'] }],
  [{ finalizers: ['a'] }, { finalizers: ['b'] }, { finalizers: ['a', 'b'] }],
  [
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'] },
    { finalizers: ['b'] },
  ],
  [{ s: { a: 1, b: 2 } }, { s: { $patch: 'replace', c: 3 } }, { s: { c: 3 } }],
  [{ s: { a: 1, b: 2 } }, { s: { $retainKeys: ['b', 'c'], c: 3 } }, { s: { b: 2, c: 3 } }],
  [
    { ports: [{ containerPort: 1 }] },
    { ports: [{ containerPort: 2 }] },
    {
      ports: [{ containerPort: 1 }, { containerPort: 2 }],
    },
  ],
  [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
])('%#: merged strategically', (target, patch, expected) => {
  expect(strategicPatch(target, patch)).toEqual(expected);
});

describe('a JSON patch', () => {
  const target = { a: { 'b/c': 1 }, list: [1, 2] };
  test.each<[object[], object]>([
    [[{ op: 'add', path: '/a/d', value: 2 }], { a: { 'b/c': 1, d: 2 }, list: [1, 2] }],
    [[{ op: 'replace', path: '/a/b~1c', value: 2 }], { a: { 'b/c': 2 }, list: [1, 2] }],
    [[{ op: 'remove', path: '/list/0' }], { a: { 'b/c': 1 }, list: [2] }],
    [[{ op: 'add', path: '/list/-', value: 3 }], { a: { 'b/c': 1 }, list: [1, 2, 3] }],
    [[{ op: 'add', path: '/list/1', value: 9 }], { a: { 'b/c': 1 }, list: [1, 9, 2] }],
    [[{ op: 'move', from: '/a', path: '/z' }], { z: { 'b/c': 1 }, list: [1, 2] }],
    [[{ op: 'copy', from: '/list/0', path: '/y' }], { ...target, y: 1 }],
    [[{ op: 'test', path: '/list/0', value: 1 }], target],
  ])('%j is carried out', (patch, expected) => {
    expect(jsonPatch(target, patch)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    [{}, 'a JSON patch is a list'],
    [[{ op: 'remove', path: '/none' }], 'doc is missing path: /none'],
    [[{ op: 'test', path: '/list/0', value: 2 }], 'testing path /list/0 failed'],
    [[{ op: 'add', path: 'x', value: 1 }], 'begins with a slash'],
    [[{ op: 'fly', path: '/x' }], 'unexpected kind of operation'],
    [[{ op: 'add', path: '/none/x', value: 1 }], 'missing path'],
    [[{ op: 'add', path: '/list/7', value: 1 }], 'doc is missing key: 7'],
  ])('%j is refused', (patch, sentence) => {
    expect(() => jsonPatch(target, patch)).toThrow(sentence);
  });
});

describe('a selector', () => {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      uid: '',
      resourceVersion: '1',
      creationTimestamp: '',
      labels: { app: 'web', tier: 'front' },
    },
    status: { phase: 'Running' },
  };

  test.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app!=web', false],
    ['none!=x', true],
    ['app', true],
    ['!app', false],
    ['!none', true],
    ['app in (db, web)', true],
    ['app in (db),tier', false],
    ['app notin (db)', true],
    ['none notin (db)', true],
  ])('of labels, %j is %s', (text, expected) => {
    expect(labelSelector(text)(object)).toBe(expected);
  });

  test.each([
    ['metadata.name=p', true],
    ['metadata.name!=p', false],
    ['status.phase=Running,metadata.name=p', true],
    ['spec.nodeName=x', false],
  ])('of fields, %j is %s', (text, expected) => {
    expect(fieldSelector(text)(object)).toBe(expected);
  });

  test('that cannot be read is refused', () => {
    expect(() => labelSelector('a=(b')).toThrow('unable to parse requirement');
    expect(() => labelSelector('a=b/c')).toThrow(
      'values[0][a]: Invalid value: "b/c": a valid label',
    );
    expect(() => labelSelector('a/b/c=d')).toThrow('key: Invalid value: "a/b/c"');
    expect(() => fieldSelector('name')).toThrow('invalid field selector');
  });
});

test.each<[object, string[]]>([
  [{ labels: { 'sluice.example.org/pr': '7', short: '', 'A_b.c': 'x-1' } }, []],
  [{ labels: { a: 'x'.repeat(64) } }, ['must be no more than 63 characters']],
  [{ labels: { 'not a key': 'x' } }, ['name part must consist of']],
  [{ labels: { 'Prefix/a': 'x' } }, ['prefix part']],
  [{ labels: { ['k'.repeat(64)]: 'x' } }, ['name part must be no more than 63']],
  [{ annotations: { branch: 'acme/bakery:main' } }, []],
  [{ annotations: { a: 'x'.repeat(256 * 1024) } }, ['may not be more than 262144 bytes']],
  [{ annotations: { 'a b': 'x' } }, ['name part']],
])('%#: labels and annotations', (metadata, complaints) => {
  const found = labelComplaints(metadata).map(({ message }) => message);
  expect(found).toEqual(complaints.map((complaint) => expect.stringContaining(complaint)));
});

test.each([
  [5_000, '5s'],
  [119_000, '119s'],
  [180_000, '3m'],
  [185_000, '3m5s'],
  [3_600_000, '60m'],
  [5 * 3_600_000 + 60_000, '5h1m'],
  [30 * 3_600_000, '30h'],
  [3 * 86_400_000 + 3_600_000, '3d1h'],
  [20 * 86_400_000, '20d'],
])('%d ms are an age of %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});
