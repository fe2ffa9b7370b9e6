// What the GitHub client reads of a branch's rules and of files.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Hands, unwrap } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await Hands.start();
});
afterAll(() => hands.close());

describe('S7.8 required checks', () => {
  test('of a branch without rules there are none', async () => {
    const { answer, requests } = await hands.asked(() => hands.github.readRules());
    expect(unwrap(answer)).toEqual({ checks: [] });
    expect(requests).toHaveLength(2);
    expect(unwrap(await hands.client({ branch: 'nowhere' }).readRules())).toEqual({ checks: [] });
  });

  test.each(['ruleset', 'protection'])('from a %s, pinned to an app or not', async (kind) => {
    const required = [
      { context: 'lint' },
      { context: 'build', integration_id: 15 },
      { context: 'any', integration_id: -1 },
    ];
    await hands.rules({ kind, required_status_checks: required });
    expect(unwrap(await hands.github.readRules())).toEqual({
      checks: [
        { name: 'lint', app: null },
        { name: 'build', app: 15 },
        { name: 'any', app: null },
      ],
    });
  });

  test('of a branch with a slash in its name', async () => {
    await hands.work.git('push', '-q', 'origin', 'origin/main:refs/heads/release/#1');
    await hands.rules({ required_status_checks: [{ context: 'lint' }] }, 'release/%231');
    const rules = unwrap(await hands.client({ branch: 'release/#1' }).readRules());
    expect(rules).toEqual({ checks: [{ name: 'lint', app: null }] });
  });

  test('a private repository of a free account has no rulesets, and says so in its own way', async () => {
    await hands.rules({ kind: 'protection', required_status_checks: [{ context: 'lint' }] });
    const message = 'Upgrade to GitHub Pro or make this repository public to enable this feature.';
    await hands.fault({
      match: { api: 'rest', path: '/rules/branches/main' },
      do: { status: 403, body: { message } },
    });
    const rules = unwrap(await hands.github.readRules());
    expect(rules).toEqual({ checks: [{ name: 'lint', app: null }] });
  });

  test.each(['/widget/rules/branches/main', '/widget/branches/main'])(
    'a refusal of %s for any other reason is not "no rules"',
    async (path) => {
      const message = 'Resource not accessible by personal access token';
      await hands.fault({
        match: { api: 'rest', path },
        do: { status: 403, body: { message } },
      });
      expect(await hands.github.readRules()).toMatchObject({
        ok: false,
        error: { kind: 'refused', status: 403 },
      });
    },
  );
});

describe('S6.1 files', () => {
  test('at any commit, whatever language they are written in; null where there is none', async () => {
    const text = 'steps:\r\n  - name: "Brötchen 🥐 — 面包"\n\ttab\n';
    const { sha } = await hands.open('file', 'ci/build.yaml', text);
    expect(unwrap(await hands.github.readFile(sha, 'ci/build.yaml'))).toBe(text);
    expect(unwrap(await hands.github.readFile(await hands.main(), 'ci/build.yaml'))).toBe(null);
    expect(unwrap(await hands.github.readFile(sha, 'ci'))).toBe(null);
    const binary = await hands.open('binary', 'binary', 'a\0b');
    expect(unwrap(await hands.github.readFile(binary.sha, 'binary'))).toBe(null);
    const empty = await hands.open('empty', 'empty', '');
    expect(unwrap(await hands.github.readFile(empty.sha, 'empty'))).toBe('');
  });
});
