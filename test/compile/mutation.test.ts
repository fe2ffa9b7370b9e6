// Breaks good files at random, in CI in fresh ways each time (the seed is in the test's name): each broken
// file compiles to jobs that Batch takes, by its rules as the local Batch has them, or is refused with a
// sentence and a place. Never an exception, never for long.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { jobSpecSchema } from '../../schemas/job-spec.ts';
import { parseBunch } from '../../scripts/batch/job-spec.ts';
import { placementOf } from '../../scripts/batch/resources.ts';
import { bigBuild } from '../../scripts/bench/big-build-yaml.ts';
import { readFiles } from '../../scripts/compile/repository.ts';
import { standInCode, standInGlobal } from '../../scripts/compile/stand-ins.ts';
import { type CompileRequest, toJobSpecs } from '../../src/compile/compile.ts';
import { parseBuildYaml } from '../../src/compile/parse.ts';
import { BOMBS } from './bombs.ts';
import { allErrors } from './support.ts';

const SEED = process.env['CI'] ? Math.floor(Math.random() * 2 ** 30) : 20261122;
const SMALL_MUTATIONS = 600;
const BIG_MUTATIONS = 12;
const LIMIT_MS = 250;

type Random = (below: number) => number;

/** Mulberry32. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const SCRAPS = [
  ...['{{', '}}', '{%', '%}', '{{ code.sha }}', '{{ nope }}', '{% for x in code %}', '{% raw %}'],
  ...[': ', '- ', '\n', '  ', "'", '"', '&a ', '*a', '!x ', '[', '{', '|', '-1', 'null', '\t'],
  ...BOMBS,
  ...['é', '😀', '\u0000', '\ufeff', 'valueFrom: x.y', '<<: *a', '__proto__', 'constructor'],
];
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e9, Number.NaN, '', 'x', '{{ x }}', 'a'.repeat(200), '/', '../x'],
  ...[[], ['x'], [[]], {}, { valueFrom: 'a.b' }, { valueFrom: 'default_ns.name' }, { inline: '' }],
];

function mutateText(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random(lines.length);
  const other = random(lines.length);
  const line = lines[at] ?? '';
  switch (random(6)) {
    case 0:
      return lines.toSpliced(at, 1).join('\n');
    case 1:
      return lines.toSpliced(at, 0, lines[other] ?? '').join('\n');
    case 2:
      return lines
        .with(at, lines[other] ?? '')
        .with(other, line)
        .join('\n');
    case 3:
      return lines.with(at, line.replace(/\S+$/, SCRAPS[random(SCRAPS.length)] ?? '')).join('\n');
    case 4:
      return lines.with(at, ' '.repeat(random(8)) + line.trimStart()).join('\n');
    default: {
      const place = random(text.length);
      return text.slice(0, place) + SCRAPS[random(SCRAPS.length)] + text.slice(place + random(3));
    }
  }
}

/** Changes one value, wherever it is. */
function mutateValue(text: string, random: Random): string {
  const root: unknown = parse(text);
  let holder: unknown = root;
  for (let depth = 1 + random(6); depth > 0; depth -= 1) {
    if (typeof holder !== 'object' || holder === null) break;
    const keys = Object.keys(holder);
    const key = keys[random(keys.length)];
    if (key === undefined) break;
    const value: unknown = Reflect.get(holder, key);
    if (depth === 1 || typeof value !== 'object' || value === null) {
      if (random(4) === 0) Reflect.deleteProperty(holder, key);
      else Reflect.set(holder, random(5) === 0 ? `${key}x` : key, VALUES[random(VALUES.length)]);
      break;
    }
    holder = value;
  }
  return stringify(root);
}

function mutate(text: string, random: Random): string {
  let broken = random(2) === 0 ? mutateValue(text, random) : text;
  for (let times = random(3); times > 0 || broken === text; times -= 1)
    broken = mutateText(broken, random);
  return broken;
}

/** @throws when a rule is broken */
function check(text: string, request: Partial<CompileRequest>): void {
  const batch = timed(() => allErrors(text, request));
  if (!batch.ok) {
    for (const { message, line } of batch.error) {
      expect(message, text).toMatch(/\S/);
      if (!/^nothing to/.test(message)) expect(line, `${message}\n${text}`).toBeGreaterThan(0);
    }
    return;
  }
  const jobs = toJobSpecs(batch.value);
  expect(jobs.length).toBeGreaterThan(0);
  expect(new Set(batch.value.jobs.map(({ name }) => name)).size).toBe(jobs.length);
  for (const job of jobs) {
    expect(jobSpecSchema.safeParse(job).error).toBeUndefined();
    const parents = job.in_update_parent_ids;
    expect(parents.every((parent) => parent < job.job_id)).toBe(true);
    expect(new Set(parents).size).toBe(parents.length);
  }
  for (const job of parseBunch(JSON.parse(JSON.stringify(jobs)))) placementOf(job, '(1, 1)');
}

/** What takes long because the machine was busy does not take long three times. */
function timed<T>(work: () => T): T {
  let ms = 0;
  for (let tries = 0; tries < 3; tries += 1) {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    ms = (user + system) / 1000;
    if (ms <= LIMIT_MS) return result;
  }
  throw new Error(`it took ${ms} ms`);
}

describe('S6.3 a broken file is refused, not fatal', () => {
  const folder = join(import.meta.dirname, 'golden');
  const files = readFiles(join(folder, 'files'), ['app/deployment.yaml', 'app/account.yaml']);
  const small = [
    'run-image',
    'build-image',
    'scopes',
    'create-namespace',
    'deploy',
    'create-database',
  ];
  const good = small.map((name) => readFileSync(join(folder, `${name}.yaml`), 'utf8'));
  const scopes = ['test', 'deploy', 'dev'] as const;

  it('the good files are good', () => {
    for (const text of good)
      for (const scope of scopes) expect(allErrors(text, { files, scope }).ok, text).toBe(true);
  });

  it(`${SMALL_MUTATIONS} mutations with seed ${SEED}`, () => {
    const random = randomFrom(SEED);
    for (let n = 0; n < SMALL_MUTATIONS; n += 1) {
      const scope = scopes[random(scopes.length)] ?? 'test';
      check(mutate(good[n % good.length] ?? '', random), { files, scope });
    }
  });

  it(`${BIG_MUTATIONS} mutations of a file of 4,470 lines with seed ${SEED + 1}`, () => {
    const random = randomFrom(SEED + 1);
    const { buildYaml, files: pairs } = bigBuild();
    for (let n = 0; n < BIG_MUTATIONS; n += 1)
      check(mutateText(buildYaml, random), { files: new Map(pairs) });
  });

  const real = join(import.meta.dirname, '../../../shared/data/compile/inputs');
  it.skipIf(!existsSync(real))(
    `${BIG_MUTATIONS} mutations of a real file with seed ${SEED + 2}`,
    () => {
      const random = randomFrom(SEED + 2);
      const text = readFileSync(join(real, 'build.yaml'), 'utf8');
      const file = parseBuildYaml(text);
      const configs = readFiles(real, file.ok ? file.value.configs : []);
      const global = standInGlobal([text, ...configs.values()], 'gcp');
      const request = { files: configs, global, code: standInCode('test') };
      expect(allErrors(text, request).ok).toBe(true);
      for (let n = 0; n < BIG_MUTATIONS; n += 1) check(mutateText(text, random), request);
    },
  );
});
