// The pages inside workerd: what they show, and that nothing of a pull request becomes part of them.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  approvedBy,
  conflict,
  factsOf,
  failed,
  HEAD,
  landedPull,
  NOON,
  pullOf,
  running,
  sha,
  stateOf,
  unbuilt,
} from '../support/builders.ts';
import { command, MAIN, pageAt, quiet, request, seed, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const branch = (change: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ polledAt: Date.now(), ...change });

describe('S10.2 the overview', () => {
  it('shows every branch, before anything was read', async () => {
    const { status, text } = await pageAt('/');
    expect(status).toBe(200);
    expect(text).toContain('acme/bakery:main');
    expect(text).toContain('acme/bakery:stable');
    expect(text).toContain('No open pull request.');
  });

  it('S7.5 lists what GitHub does not let Sluice do, with the links to mend it', async () => {
    const troubles = [
      {
        ...({
          mark: 'fault',
          what: MAIN,
          text: 'the ruleset <b>strict</b> is in the way',
        } as const),
        todo: 'Put gate[bot] on its bypass list: https://github.test/rules/7, or another',
      },
      { mark: 'warning', what: MAIN, text: 'its check is not required' } as const,
    ];
    const diagnosis = { at: NOON, nextAt: NOON, of: '', troubles };
    await seed(stubOf(MAIN), branch({ diagnosis }));
    const { html, text } = await pageAt('/');
    expect(text).toContain(`${MAIN}: the ruleset &lt;b&gt;strict&lt;/b&gt; is in the way. Put`);
    expect(html).toContain(
      '<a href="https://github.test/rules/7">https://github.test/rules/7</a>, or',
    );
    expect(text).not.toContain('is not required');
    const { diagnosis: told } = await stubOf(MAIN).status();
    expect(told?.troubles).toEqual([troubles[0], { ...troubles[1], todo: null }]);
    expect(told?.looked_at).toBe(new Date(NOON).toISOString());
  });

  it('shows each pull request with its test and why it has not landed', async () => {
    await seed(
      stubOf(MAIN),
      branch({
        pulls: [
          pullOf(1, { build: failed(1) }),
          pullOf(2, { build: running(2) }),
          pullOf(3, { build: conflict() }),
          pullOf(4, { facts: { review: approvedBy() } }),
        ],
        landings: [landedPull(5)],
        frozen: { reason: 'The oven is on fire', by: 'alice', since: NOON, until: null },
      }),
    );
    const { text } = await pageAt('/');
    for (const sentence of [
      'The oven is on fire',
      'Its test failed in batch 101: 1 of 2 jobs failed.',
      'It is being tested on aaaaaaa in batch 102.',
      'It conflicts with main.',
      'Not approved yet: 0 of 1 approvals.',
      'Change 5',
    ])
      expect(text).toContain(sentence);
  });
});

describe('S10.2 next to land', () => {
  const ofBob = { author: { login: 'bob', name: 'Bob', email: 'bob@x.test' } };
  const pulls = [
    pullOf(1, { build: failed(1) }),
    pullOf(2, { facts: { reviewers: ['Carol'], review: approvedBy(), ...ofBob } }),
    pullOf(3),
    pullOf(4, { facts: { labels: ['high-priority'] } }),
  ];

  it('is only who is in the queue, in its order; of the others is said what each lacks', async () => {
    await seed(stubOf(MAIN), branch({ pulls }));
    const { text } = await pageAt('/');
    const [, next = '', others = ''] = text.split(/Next to land|Not in the queue/);
    expect(next.match(/Change \d|\d\. /g)).toEqual(['Change 4', '1. ', 'Change 3', '2. ']);
    expect(others.match(/Change \d|Not approved yet|Its test failed/g)).toEqual([
      ...['Change 2', 'Not approved yet', 'Change 1', 'Its test failed'],
    ]);
  });

  it('is nobody while each lacks something', async () => {
    await seed(stubOf(MAIN), branch({ pulls: pulls.slice(0, 2) }));
    const { text } = await pageAt('/');
    expect(text).toContain('Nobody: each of them lacks something of its own.');
  });

  it('what waits for somebody stands apart from what waits for others', async () => {
    await seed(stubOf(MAIN), branch({ pulls }));
    const { text } = await pageAt('/me?login=alice');
    const [, mine = '', others = ''] = text.split('Waiting for');
    expect([mine, others].map((part) => part.match(/Change \d/g))).toEqual([
      ['Change 1'],
      ['Change 4', 'Change 3'],
    ]);
    expect((await pageAt('/me?login=carol')).text).toContain('Change 2');
  });
});

describe('S10.2 the page of a pull request', () => {
  it('answers why it has not landed, and what happened', async () => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build: failed(1) })] }));
    await command(`/watched_branches/${encodeURIComponent(MAIN)}/prs/1/retry`);
    const { status, text } = await pageAt('/acme/bakery/pull/1');
    expect(status).toBe(200);
    expect(text).toContain('Change 1 #1');
    expect(text).toContain('The test of #1 in batch 101 counts no more');
  });

  it('says that the title was edited after the test', async () => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { facts: { title: 'Better' } })] }));
    expect((await pageAt('/acme/bakery/pull/1')).text).toContain('were edited after the test');
  });

  it('tells of one that landed', async () => {
    await seed(stubOf(MAIN), branch({ landings: [landedPull(1)] }));
    const { text } = await pageAt('/acme/bakery/pull/1');
    expect(text).toContain('Landed as 2001200');
    expect(text).toContain('The branch was read back and holds it.');
  });

  it('does not say of a commit that GitHub made that it is the one that was tested', async () => {
    const merged = { mode: 'github', landedSha: sha(0x4001) } as const;
    await seed(
      stubOf(MAIN),
      branch({ landings: [landedPull(1, merged), landedPull(2, { ...merged, verified: false })] }),
    );
    const [read, reading] = [
      await pageAt('/acme/bakery/pull/1'),
      await pageAt('/acme/bakery/pull/2'),
    ];
    expect(read.text).toContain('Landed as 4001400');
    expect(read.text).toContain('GitHub merged it; what it made');
    expect(read.text).toContain('The branch was read back and holds it.');
    expect(reading.text).toContain('The branch is being read back.');
    for (const { text } of [read, reading]) expect(text).not.toContain('is the commit that was');
  });

  it('has a cross only where somebody can change it; what goes on by itself waits', async () => {
    const pulls = [pullOf(1, { build: failed(1) }), pullOf(2, { build: running(2) })];
    await seed(stubOf(MAIN), branch({ pulls }));
    const marks = async (path: string) =>
      (await pageAt(path)).html.match(/(?<="visually-hidden">)Not (yet )?met: <\/span>[^<]*/g);
    expect(await marks('/acme/bakery/pull/1')).toEqual([
      'Not met: </span>A passing test',
      'Not yet met: </span>Its turn',
    ]);
    expect(await marks('/acme/bakery/pull/2')).toContain('Not yet met: </span>A passing test');
  });

  it('lists every mistake in its build.yaml, each where it is', async () => {
    const mistakes = [3, 7, 9, 12].map((line) => ({
      ...{ file: 'build.yaml', line, column: 5, message: `no <b>such</b> step ${line}` },
    }));
    const message = mistakes.map(({ line, message }) => `build.yaml:${line}:5: ${message}`);
    const why = { kind: 'build_yaml', message: message.join('\n'), mistakes } as const;
    const build = { kind: 'unbuildable', targetSha: HEAD, why } as const;
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build })] }));
    const { html, text } = await pageAt('/acme/bakery/pull/1');
    expect(html.match(/<li><code>.*?<\/li>/g)).toEqual(
      mistakes.map(
        ({ line }) =>
          `<li><code>build.yaml:${line}:5</code> no &lt;b&gt;such&lt;/b&gt; step ${line}</li>`,
      ),
    );
    expect(text).toContain('step 3; and 3 more');
  });

  it('names no commit as tested where there was no test', async () => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build: conflict() })] }));
    expect((await pageAt('/acme/bakery/pull/1')).text).toMatch(/Test +none +Tested commit/);
  });

  it('says and counts the same in the table and to who hears the page', async () => {
    const facts = { draft: true, labels: ['WIP'], review: approvedBy() };
    const why = { kind: 'build_yaml', message: 'build.yaml:1:1: no steps' } as const;
    const broken = { kind: 'unbuildable', targetSha: HEAD, why } as const;
    const pulls = [pullOf(1, { build: failed(1), facts }), pullOf(2, { build: broken, facts })];
    await seed(stubOf(MAIN), branch({ pulls }));
    const table = await pageAt('/prs');
    for (const [pr, told] of [
      [1, 'Its test failed in batch 101: 1 of 2 jobs failed. And 3 more reasons.'],
      [2, 'build.yaml:1:1: no steps. And 3 more reasons.'],
    ]) {
      expect(table.text).toContain(told);
      expect((await pageAt(`/acme/bakery/pull/${pr}`)).text).toContain(`Not landed: ${told}`);
    }
  });

  it('folds away what is met', async () => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build: failed(1) }), pullOf(2)] }));
    const { html } = await pageAt('/acme/bakery/pull/1');
    const [, shown = '', folded = ''] =
      /class="checklist">(.*?)<details(.*?)<\/details>/s.exec(html) ?? [];
    expect([shown, folded].map((part) => part.match(/condition-\w+/g))).toEqual([
      ['condition-tested', 'condition-turn'],
      expect.arrayContaining(['condition-approved', 'condition-not_frozen']),
    ]);
    expect(folded).not.toContain('open');
    const { text } = await pageAt('/acme/bakery/pull/2');
    expect(text).toMatch(/It is landing now\. +All \d+ conditions hold/);
  });

  it.each<[path: string, status: number, text: string]>([
    ['/acme/bakery/pull/9', 404, '#9 is neither open nor landed lately on a watched branch'],
    ['/acme/other/pull/1', 404, '#1 is neither open nor landed lately on a watched branch'],
    ['/acme/bakery/pull/nine', 400, 'The number of a pull request is a number.'],
    ['/events?branch=wild', 404, 'That is not a watched branch.'],
  ])('%s: %i', async (path, status, text) => {
    expect(await pageAt(path)).toMatchObject({ status, text: expect.stringContaining(text) });
  });
});

describe('S10.2 what an address says that makes no sense', () => {
  it.each<[path: string, told: string]>([
    ['/prs?state=bogus', 'state is "bogus"; expected one of landing, ready,'],
    ['/prs?sort=%3Cb%3E', 'sort is "&lt;b&gt;"; expected one of queue,'],
    ['/events?pr=abc', 'pr is "abc"; expected the number of a pull request. It is left out.'],
    ['/events?kind=bogus', 'kind is "bogus"; expected a kind of event'],
    ['/flaky_tests?days=often', 'days is "often"; expected a number from 1 to 90.'],
  ])('%s is told, and everything else shown', async (path, told) => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1)] }));
    const { status, text } = await pageAt(path);
    expect([status, text.replaceAll('&quot;', '"')]).toEqual([200, expect.stringContaining(told)]);
  });

  it.each(['/prs?state=failed&page=1', '/events?pr=%233&kind=deploy', '/flaky_tests?days=14'])(
    'nothing of %s',
    async (path) => expect((await pageAt(path)).text).not.toContain('It is left out.'),
  );
});

describe('S10.3 buttons', () => {
  it.each(['/', '/acme/bakery/pull/1', '/namespaces', '/dev_deploys'])(
    'GET %s has none for who may only read',
    async (path) => {
      await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build: failed(1) })] }));
      const { html } = await pageAt(path);
      expect(html).toContain('Sign in');
      expect(html).not.toContain('method="post"');
    },
  );

  it('whoever has none on a pull request is told to what end to sign in', async () => {
    const pulls = [pullOf(1, { build: failed(1) })];
    await seed(stubOf(MAIN), branch({ pulls }));
    const { html } = await pageAt('/acme/bakery/pull/1');
    expect(html).toContain(
      '<a href="/sign-in?next=%2Facme%2Fbakery%2Fpull%2F1">Sign in</a> to have it tested again, or have it read again.',
    );
  });
});

describe('S10.2 what people wrote is text on a page, never part of it', () => {
  /** The page's own scripts, which come from elsewhere. */
  const OURS = /<script src="\/assets\/[\w./-]+" (defer=""|type="module")><\/script>/g;
  const EVIL = '<script>alert("x")</script><img src=x onerror=y>';
  const evil = () =>
    pullOf(1, {
      build: unbuilt,
      facts: {
        title: EVIL,
        body: EVIL,
        labels: [EVIL],
        author: { login: EVIL, name: EVIL, email: EVIL },
        source: { ...factsOf(1).source, branch: EVIL },
      },
    });

  it.each([
    '/',
    '/prs',
    `/prs?q=${encodeURIComponent('<script>')}&author=${encodeURIComponent(EVIL)}`,
    `/me?login=${encodeURIComponent(EVIL)}`,
    '/deploys',
    '/acme/bakery/pull/1',
    '/acme/bakery/pull/2',
    '/acme/bakery/pull/3',
  ])('GET %s', async (path) => {
    const broken = { kind: 'build_yaml', message: EVIL } as const;
    await seed(
      stubOf(MAIN),
      branch({
        pulls: [
          evil(),
          pullOf(2, {
            build: { kind: 'unbuildable', targetSha: HEAD, why: broken },
            facts: { title: EVIL },
          }),
        ],
        landings: [landedPull(3, { title: EVIL, author: EVIL })],
        deploy: {
          kind: 'failed',
          sha: HEAD,
          batch: 9,
          attempt: 1,
          jobs: 1,
          failure: EVIL,
          failedJobs: [],
        },
        frozen: { reason: EVIL, by: EVIL, since: NOON, until: null },
      }),
    );
    const { status, html } = await pageAt(path);
    expect(status).toBe(200);
    expect(html).toContain('&lt;script&gt;');
    expect(html.replace(OURS, '')).not.toMatch(/<script|<img/i);
  });

  it.each(['/', '/acme/bakery/pull/1'])(
    'GET %s runs nothing that is written into it and is no frame',
    async (path) => {
      await seed(stubOf(MAIN), branch({ pulls: [pullOf(1)] }));
      const { headers } = await request(path);
      expect([
        headers.get('content-security-policy'),
        headers.get('x-content-type-options'),
        headers.get('content-type'),
      ]).toEqual([
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'nosniff',
        'text/html; charset=UTF-8',
      ]);
    },
  );
});
