// Files that would cost too much are refused or compiled, in bounded time: each of them once, with a limit on
// time that a busy machine keeps, too.
import { describe, expect, it } from 'vitest';
import { BOMBS } from './bombs.ts';
import { compiled, render } from './support.ts';

/** Of the processor: how long it takes is the machine’s affair. */
const LIMIT_MS = 10_000;
const cpuMs = (): number => process.cpuUsage().user / 1_000;
const KB = 1024;
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const run = (index: number, more = '') =>
  `- {kind: runImage, name: s${index}, image: x, script: y${more}}`;
const script = (text: string) =>
  `steps:\n- kind: runImage\n  name: a\n  image: x\n  script: "${text}"`;

const TOO_BIG = /^with this step the batch is larger than the 8 MiB that Batch takes/;

/** name, file, what is told; null: it compiles */
const files: [string, string, RegExp | null][] = [
  [
    'a chain of 10,000 steps',
    `steps:\n${many(10_000, (n) => run(n, n === 0 ? '' : `, dependsOn: [s${n - 1}]`))}`,
    null,
  ],
  [
    'a circle of 3,000 steps',
    `steps:\n${many(3_000, (n) => run(n, `, dependsOn: [s${(n + 1) % 3_000}]`))}`,
    /^dependencies in a circle: s0 → .* → … → s0; remove one of them$/,
  ],
  ['100,000 jobs', `steps:\n${many(100, (n) => run(n, ', numSplits: 1000'))}`, TOO_BIG],
  [
    'a thousand jobs that wait for a thousand, again and again',
    `steps:\n${many(9, (n) => run(n, `, numSplits: 1000${n === 0 ? '' : `, dependsOn: [s${n - 1}]`}`))}`,
    TOO_BIG,
  ],
  [
    '3,000 images, each made from the last, each to be removed in the end',
    `steps:\n${many(3000, (n) => `- {kind: buildImage2, name: s${n}, publishAs: x, dockerFile: y${n === 0 ? '' : `, dependsOn: [s${n - 1}]`}}`)}`,
    TOO_BIG,
  ],
  ['more than 1 MiB', `steps: []\n#${'x'.repeat(KB * KB)}`, /^build.yaml is larger than 1 MiB$/],
  [
    'a bomb of aliases',
    many(12, (n) => (n === 0 ? 'l0: &l0 [x]' : `l${n}: &l${n} [${`*l${n - 1}, `.repeat(10)}]`)),
    /^not acceptable YAML: aliases stand for more than a file may hold/,
  ],
  [
    'an alias in itself',
    'a: &a [*a]',
    /^not acceptable YAML: aliases stand for more than a file may hold/,
  ],
  [
    'a bomb of merges',
    many(2000, (n) => (n === 0 ? 'a0: &a0 {x: 1}' : `a${n}: &a${n} {<<: *a${n - 1}, k${n}: 1}`)),
    /^not acceptable YAML: aliases/,
  ],
  ['lists in lists', `steps: ${'['.repeat(50_000)}`, /nested too deeply$/],
  ['lists in lists that end', `steps: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, /./],
  ['20,000 keys', many(20_000, (n) => `k${n}: 1`), /^unknown field "k0"$/],
  [
    '20,000 keys and one twice',
    many(20_001, (n) => `k${n % 20_000}: 1`),
    /^not acceptable YAML: the key "k0" is there twice/,
  ],
  [
    'a name as long as the file',
    `steps:\n- {kind: ${'k'.repeat(900 * KB)}, name: a}`,
    /^unknown kind of step "k{470,500}…$/,
  ],
  [
    'a chain of names in a script',
    script(`{{ a${'.b'.repeat(300_000)} }}`),
    /^an expression here is nested too deeply/,
  ],
  [
    'brackets in brackets in a script',
    script(`{{ [${'a[a[a[a[a[0]]]]],'.repeat(40_000)}0] }}`),
    /^an expression here is nested too deeply/,
  ],
  [
    '100,000 expressions',
    script('{{ token }}'.repeat(90_000)),
    /^there are too many expressions up to here/,
  ],
  ['50,000 tags that do not end', script('{% if deploy %}'.repeat(50_000)), /^template syntax/],
  ['20,000 raw blocks', script('{% raw %}\\n{% endraw %}\\n'.repeat(20_000)), null],
];

describe('S6.3 files that would cost too much are refused or compiled, in bounded time', () => {
  it.each(files)('%s', (_, text, told) => {
    const before = cpuMs();
    const batch = compiled(text);
    expect(cpuMs() - before).toBeLessThan(LIMIT_MS);
    if (told === null) expect(batch).toMatchObject({ ok: true });
    else expect(batch.ok ? 'it compiled' : batch.error.message).toMatch(told);
    if (!batch.ok && text.length < KB * KB) expect(batch.error.line).toBeGreaterThan(0);
  });

  it.each([
    '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
    '{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}',
  ])('a template that never ends: %s', (template) => {
    const before = cpuMs();
    expect(render(template, {}).ok).toBe(false);
    expect(cpuMs() - before).toBeLessThan(LIMIT_MS);
  });

  it.each(BOMBS)('a short template that would be gigabytes: %.60s', (template) => {
    const before = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    expect(render(template, {})).toMatchObject({ ok: false, error: { place: { line: 1 } } });
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1000).toBeLessThan(250);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * KB * KB);
    expect(render('{{ 1 }}', {})).toEqual({ ok: true, value: '1' });
  });
});
