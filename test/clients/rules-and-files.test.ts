// What the GitHub client reads of a branch's rules, of files, and of what a commit changes.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Sha } from '../../schemas/ids.ts';
import { conditionalFetch, KnownAnswers } from '../../src/clients/github/conditional-fetch.ts';
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

  test('beyond the first hundred rules, page by page, each with its ETag', async () => {
    const filler = Array.from({ length: 100 }, () => ({ type: 'deletion' }));
    const parameters = { required_status_checks: [{ context: 'last' }] };
    const made = await hands.forge.rest('root', 'POST', '/rulesets', {
      ...{ name: 'many', target: 'branch', enforcement: 'active' },
      conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } },
      rules: [...filler, { type: 'required_status_checks', parameters }],
    });
    expect(made.status).toBe(201);
    onTestFinished(
      async () => void (await hands.forge.rest('root', 'DELETE', `/rulesets/${made.json.id}`)),
    );
    const answers: number[] = [];
    const noting: typeof fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      answers.push(response.status);
      return response;
    };
    const github = hands.client({ fetch: conditionalFetch(noting, new KnownAnswers()) });
    const last = { name: 'last', app: null };
    for (let time = 0; time < 2; time++)
      expect(unwrap(await github.readRules()).checks).toContainEqual(last);
    expect(answers).toEqual([200, 200, 200, 304, 304, 304]);
  });

  test('a second page that cannot be read is not the end of the rules', async () => {
    const page = Array.from({ length: 100 }, () => ({ type: 'deletion' }));
    const broken: typeof fetch = async (input) => {
      if (!String(input).includes('/rules/')) return Response.json({});
      return String(input).includes('&page=')
        ? Response.json({ message: 'Not Found' }, { status: 404 })
        : Response.json(page);
    };
    expect(await hands.client({ fetch: broken }).readRules()).toMatchObject({ ok: false });
    const endless: typeof fetch = async (input) =>
      Response.json(String(input).includes('/rules/') ? page : {});
    expect(await hands.client({ fetch: endless }).readRules()).toMatchObject({ ok: false });
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
  const textsOf = async (sha: Sha, ...paths: string[]) => {
    const { answer, requests } = await hands.asked(() => hands.github.readFiles(sha, paths));
    const texts = [...unwrap(answer)].map(([path, { text }]) => [path, text]);
    return { texts: Object.fromEntries(texts), requests };
  };

  test('at any commit, whatever language they are written in; those that are not there left out', async () => {
    const text = 'steps:\r\n  - name: "Brötchen 🥐 — 面包"\n\ttab\n';
    const { sha } = await hands.open('file', 'ci/build.yaml', text);
    expect(await textsOf(sha, 'ci/build.yaml', 'ci', 'nowhere', 'a "b" $c\n')).toEqual({
      texts: { 'ci/build.yaml': text },
      requests: ['POST /graphql'],
    });
    expect((await textsOf(await hands.main(), 'ci/build.yaml')).texts).toEqual({});
    const binary = await hands.open('binary', 'binary', 'a\0b');
    expect((await textsOf(binary.sha, 'binary')).texts).toEqual({ binary: null });
    const empty = await hands.open('empty', 'empty', '');
    expect((await textsOf(empty.sha, 'empty')).texts).toEqual({ empty: '' });
    expect(await textsOf(sha)).toEqual({ texts: {}, requests: [] });
  });

  test('the same content has the same id at every commit', async () => {
    const one = await hands.open('one', 'same', 'text');
    const other = await hands.open('other', 'moved/same', 'text');
    const first = unwrap(await hands.github.readFiles(one.sha, ['same'])).get('same');
    const second = unwrap(await hands.github.readFiles(other.sha, ['moved/same']));
    expect(first).toBeDefined();
    expect(second.get('moved/same')).toEqual(first);
  });

  test('a hundred in one request, one more in a second', async () => {
    const { sha } = await hands.open('many', 'f100', 'the last');
    const paths = Array.from({ length: 101 }, (_, index) => `f${index}`);
    const { texts, requests } = await textsOf(sha, ...paths);
    expect(texts).toEqual({ f100: 'the last' });
    expect(requests).toHaveLength(2);
  });
});

describe('S6.5 what a commit changes', () => {
  test('in one request, with the old name of a file that was renamed', async () => {
    const base = await hands.main();
    const { sha } = await hands.open('changed', 'a/b', 'new\n');
    const { answer, requests } = await hands.asked(() => hands.github.changedFiles(base, sha));
    expect(unwrap(answer)).toEqual(['a/b']);
    expect(requests).toEqual([`GET /repos/acme/widget/compare/${base}...${sha}?per_page=1`]);
  });

  test.each([
    [299, 299],
    [300, null],
  ])('%d files are %s', async (count, known) => {
    const files = Array.from({ length: count }, (_, index) => ({ filename: `f${index}` }));
    await hands.fault({
      match: { api: 'rest', path: '/compare/' },
      do: { status: 200, body: { status: 'ahead', files } },
    });
    const sha = await hands.main();
    expect(unwrap(await hands.github.changedFiles(sha, sha))?.length ?? null).toBe(known);
  });

  test.each([
    ['the files of a diff that GitHub gives up on are unknown', 'diff_too_large', { value: null }],
    ['any other error is a fault', 'server_error', { error: { kind: 'unknown' } }],
  ])('%s', async (_, answer, expected) => {
    await hands.fault({ match: { api: 'rest', path: '/compare/' }, do: { answer } });
    const sha = await hands.main();
    expect(await hands.github.changedFiles(sha, sha)).toMatchObject(expected);
  });

  test('a rename changes both names', async () => {
    const files = [{ filename: 'new', previous_filename: 'old' }, { filename: 'old' }];
    await hands.fault({
      match: { api: 'rest', path: '/compare/' },
      do: { status: 200, body: { status: 'ahead', files } },
    });
    const sha = await hands.main();
    expect(unwrap(await hands.github.changedFiles(sha, sha))).toEqual(['new', 'old']);
  });
});
