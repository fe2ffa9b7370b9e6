// What the GitHub client reads of pull requests, and in how many requests.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sha } from '../../schemas/ids.ts';
import type { PullPage } from '../../src/loop/ports.ts';
import { landingOf } from '../support/builders.ts';
import type { Answer, Login } from '../support/forge.ts';
import { config, Hands, NOON, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
const post = (as: Login, path: string, body: object) => hands.forge.rest(as, 'POST', path, body);
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('S4.6 S9.1 pages of pull requests', () => {
  beforeAll(async () => {
    hands = await Hands.start();
    const { work } = hands;
    const specs: string[] = [];
    for (let number = 1; number <= 60; number += 1) {
      const name = String(number).padStart(2, '0');
      const message = `Change ${name}`;
      const sha = await work.git(
        'commit-tree',
        'origin/main^{tree}',
        '-p',
        'origin/main',
        '-m',
        message,
      );
      specs.push(`${sha}:refs/heads/pr/${name}`);
    }
    await work.git('push', '-q', 'origin', ...specs);
  });
  afterAll(() => hands.close());

  async function allPages(between: () => Promise<unknown> = async () => {}): Promise<number[][]> {
    const pages: number[][] = [];
    let cursor: string | null = null;
    do {
      const page: PullPage = unwrap(await hands.github.readPage(cursor));
      pages.push(page.pulls.map(({ number }) => number));
      cursor = page.next;
      if (pages.length === 1) await between();
    } while (cursor !== null);
    return pages;
  }
  test('60 are three pages, oldest first; a full poll is five requests', async () => {
    const { answer, requests } = await hands.asked(async () => {
      unwrap(await hands.github.readRules());
      return allPages();
    });
    expect(answer).toEqual([range(1, 25), range(26, 50), range(51, 60)]);
    expect(requests).toHaveLength(2 + Math.ceil(60 / 25));
  });

  test('one that GitHub takes too long for is a fault; half of it is not', async () => {
    await hands.forge.turn({ graphql_nodes_max: 4_000 });
    expect(await hands.github.readPage(null)).toMatchObject({
      ok: false,
      error: { kind: 'unknown' },
    });
    const half = unwrap(await hands.github.readPage(null, 12));
    expect(half.pulls.map(({ number }) => number)).toEqual(range(1, 12));
    const rest = unwrap(await hands.github.readPage(half.next, 12));
    expect(rest.pulls.map(({ number }) => number)).toEqual(range(13, 24));
    await hands.forge.turn({ graphql_nodes_max: null });
  });

  /** GitHub's answers as they are but for this. */
  const changed = (change: (answer: Answer['json']) => void) =>
    hands.client({
      fetch: async (input, init) => {
        const answer = await (await globalThis.fetch(input, init)).json();
        change(answer);
        return Response.json(answer);
      },
    });
  const nodesOf = ({ data }: Answer['json']) => data.repository.pullRequests.nodes;

  test('one whose answer is not as promised costs only itself', async () => {
    const broken = changed((answer) => {
      delete nodesOf(answer)[1].headRefOid;
      nodesOf(answer)[2] = null;
    });
    const page = unwrap(await broken.readPage(null));
    expect(page.pulls.map(({ number }) => number)).toEqual([1, ...range(4, 25)]);
    expect(page.unreadable).toEqual([
      {
        kind: 'unreadable',
        number: 2,
        why: expect.stringMatching(/^unexpected answer at headRefOid/),
      },
    ]);
    const single = changed(({ data }) => {
      data.repository.pr2.state = 'DREAMT';
    });
    expect(unwrap(await single.readPulls([1, 2])).pulls).toMatchObject([
      { kind: 'open' },
      { kind: 'unreadable', number: 2 },
    ]);
  });

  test('one of which GitHub cannot tell everything costs only itself, too', async () => {
    const message = 'Something went wrong while executing your query.';
    const part = (...path: (string | number)[]) => [{ message, path: ['repository', ...path] }];
    const broken = changed((answer) => {
      nodesOf(answer)[1].reviewDecision = null;
      answer.errors = part('pullRequests', 'nodes', 1, 'reviewDecision');
    });
    const page = unwrap(await broken.readPage(null));
    expect(page.pulls).toHaveLength(24);
    const why = `GitHub does not tell reviewDecision: ${message}`;
    expect(page.unreadable).toEqual([{ kind: 'unreadable', number: 2, why }]);
    const single = changed((answer) => {
      answer.errors = part('pr2', 'reviewDecision');
    });
    expect(unwrap(await single.readPulls([1, 2])).pulls).toMatchObject([{ kind: 'open' }, { why }]);
    // Of its merge we can do without.
    const unmerged = changed((answer) => {
      answer.data.repository.pr2.potentialMergeCommit = null;
      answer.errors = part('pr2', 'potentialMergeCommit');
    });
    expect(unwrap(await unmerged.readPulls([2])).pulls).toMatchObject([
      { kind: 'open', facts: { testMerge: null } },
    ]);
    // Of anything else it is a fault of the whole.
    const head = changed((answer) => {
      answer.errors = part('ref', 'target', 'oid');
    });
    expect(await head.readBack(landingOf(1))).toMatchObject({ ok: false });
    expect(await head.readPage(null)).toMatchObject({ ok: false });
  });

  test('an event about one pull request is one request', async () => {
    const { answer, requests } = await hands.asked(() => hands.client().readPulls([7]));
    expect(unwrap(answer)).toMatchObject({
      head: await hands.main(),
      pulls: [{ kind: 'open', facts: { number: 7, title: 'Change 07' } }],
    });
    expect(requests).toEqual(['POST /graphql']);
  });

  test('25 pull requests by number are one request, too', async () => {
    const { answer, requests } = await hands.asked(() => hands.github.readPulls(range(20, 44)));
    expect(unwrap(answer).pulls).toHaveLength(25);
    expect(requests).toHaveLength(1);
  });

  test('none at all still tells where the branch is', async () => {
    const read = unwrap(await hands.github.readPulls([]));
    expect(read).toEqual({ head: await hands.main(), pulls: [] });
  });

  test('a page continues where it was when pull requests close in between', async () => {
    const close = (number: number) =>
      hands.forge.rest('root', 'PATCH', `/pulls/${number}`, { state: 'closed' });
    const pages = await allPages(() => Promise.all([close(3), close(25), close(26)]));
    expect(pages).toEqual([range(1, 25), range(27, 51), range(52, 60)]);
  });

  test('a branch that does not exist has no head and no pull requests', async () => {
    const page = unwrap(await hands.client({ branch: 'nowhere' }).readPage(null));
    expect(page).toEqual({ head: null, pulls: [], unreadable: [], ownRefs: [], next: null });
  });
});

describe('S2.3 S7.8 what is read of a pull request', () => {
  let one: OpenPull;
  beforeAll(async () => {
    hands = await Hands.start();
    one = await hands.open('one');
  });
  afterAll(() => hands.close());

  test('open, merged, closed, retargeted, and one that never was', async () => {
    const [merged, closed, retargeted] = [
      await hands.open('merged'),
      await hands.open('closed'),
      await hands.open('retargeted'),
    ];
    await hands.work.git('push', '-q', 'origin', 'origin/main:refs/heads/stable');
    await hands.forge.rest('bob', 'PUT', `/pulls/${merged.number}/merge`, {});
    await hands.forge.rest('bob', 'PATCH', `/pulls/${closed.number}`, { state: 'closed' });
    await hands.forge.rest('bob', 'PATCH', `/pulls/${retargeted.number}`, { base: 'stable' });
    const numbers = [one, merged, closed, retargeted].map(({ number }) => number);
    const { answer, requests } = await hands.asked(() =>
      hands.github.readPulls([...numbers, 4711]),
    );
    expect(unwrap(answer).pulls).toEqual([
      { kind: 'open', facts: expect.objectContaining({ number: one.number }) },
      { kind: 'gone', number: merged.number, how: 'merged' },
      { kind: 'gone', number: closed.number, how: 'closed' },
      { kind: 'gone', number: retargeted.number, how: 'retargeted' },
      { kind: 'gone', number: 4711, how: 'not found' },
    ]);
    expect(requests).toHaveLength(1);
    const stable = unwrap(await hands.client({ branch: 'stable' }).readPage(null));
    expect(stable.pulls.map(({ number }) => number)).toEqual([retargeted.number]);
  });

  test('all of its facts', async () => {
    const pull = await hands.open('facts');
    await hands.forge.rest('alice', 'PATCH', `/pulls/${pull.number}`, {
      title: 'Ein schöner Titel',
      body: 'Zeile 1\r\nZeile 2 🥐',
    });
    await post('bob', `/issues/${pull.number}/labels`, { labels: ['WIP', 'high-priority'] });
    await post('bob', `/issues/${pull.number}/assignees`, { assignees: ['alice'] });
    await post('bob', `/pulls/${pull.number}/requested_reviewers`, { reviewers: ['eve'] });
    // Which GitHub makes in its own time.
    await expect.poll(async () => (await hands.pull(pull.number)).testMerge).not.toBe(null);
    expect(await hands.pull(pull.number)).toEqual({
      number: pull.number,
      title: 'Ein schöner Titel',
      body: 'Zeile 1\r\nZeile 2 🥐',
      draft: false,
      author: {
        login: 'alice',
        name: 'Alice Ash',
        email: expect.stringMatching(/^\d+\+alice@users\.noreply\.github\.com$/),
      },
      assignees: ['alice'],
      reviewers: ['eve'],
      labels: ['WIP', 'high-priority'],
      source: {
        sha: pull.sha,
        branch: 'pr/facts',
        repo: 'acme/widget',
        committedAt: Number(await hands.work.git('log', '-1', '--format=%ct', pull.sha)) * 1000,
        movable: true,
      },
      review: { decision: null, approvedBy: [], changesRequestedBy: [] },
      checks: [],
      shown: null,
      testMerge: {
        sha: expect.stringMatching(/^[0-9a-f]{40}$/),
        tree: expect.stringMatching(/^[0-9a-f]{40}$/),
        parents: [expect.stringMatching(/^[0-9a-f]{40}$/), pull.sha],
      },
      createdAt: expect.any(Number),
    });
  });

  test.each([
    ['Ann <3', 'Ann 3'],
    [' Größe\n大 ', 'Größe大'],
    ['<.>', 'alice'],
    ['', 'alice'],
    [null, 'alice'],
  ])('an author called %j is %j in the commit', async (name, kept) => {
    const renaming: typeof fetch = async (input, init) => {
      const text = await (await fetch(input, init)).text();
      const headers = { 'content-type': 'application/json' };
      return new Response(text.replace('"Alice Ash"', JSON.stringify(name)), { headers });
    };
    const read = unwrap(await hands.client({ fetch: renaming }).readPulls([one.number]));
    expect(read.pulls).toMatchObject([{ facts: { author: { login: 'alice', name: kept } } }]);
  });

  test('reviews: of those who may push, the last of each; a decision where a rule asks', async () => {
    const { number } = await hands.open('reviews');
    const review = (as: Login, event: string) =>
      post(as, `/pulls/${number}/reviews`, { event, body: 'because' });
    await review('eve', 'APPROVE');
    await review('bob', 'REQUEST_CHANGES');
    const refused = { decision: null, approvedBy: [], changesRequestedBy: ['bob'] };
    expect((await hands.pull(number)).review).toEqual(refused);
    await hands.rules({ required_approving_review_count: 1 });
    expect((await hands.pull(number)).review.decision).toBe('changes_requested');
    await review('bob', 'APPROVE');
    await review('bob', 'COMMENT');
    const approved = { decision: 'approved', approvedBy: ['bob'], changesRequestedBy: [] };
    expect((await hands.pull(number)).review).toEqual(approved);
    expect((await hands.pull(one.number)).review.decision).toBe('review_required');
    await hands.rules({});
  });

  test('the newest report of each check; ours as it is shown', async () => {
    const { number, sha } = await hands.open('checks');
    const report = (context: string, state: string, more = {}) =>
      post('bob', `/statuses/${sha}`, { context, state, ...more });
    await report('lint', 'failure');
    await report('lint', 'success');
    await report('docs', 'error');
    await report('slow', 'pending');
    const check = { state: 'pending', description: 'Testing: 3 of 7', url: 'https://x.test/1' };
    unwrap(await hands.github.postCheck(sha, { ...check, state: 'failure' }));
    const { requests } = await hands.asked(async () =>
      unwrap(await hands.github.postCheck(sha, { ...check, state: 'pending' })),
    );
    expect(requests).toEqual([`POST /repos/acme/widget/statuses/${sha}`]);
    const facts = await hands.pull(number);
    expect(facts.shown).toEqual(check);
    expect(facts.checks).toMatchObject([
      { name: 'lint', app: null, state: 'success' },
      { name: 'docs', app: null, state: 'failure' },
      { name: 'slow', app: null, state: 'pending' },
      { name: config().checkName, app: null, state: 'pending' },
    ]);
  });

  test('P11 ours is shown however many others there are, and by any case, the newest', async () => {
    const { number, sha } = await hands.open('crowded');
    const report = (context: string, state: string) =>
      post('bob', `/statuses/${sha}`, { context, state });
    for (let count = 1; count <= 120; count += 1) await report(`check ${count}`, 'success');
    expect(await hands.pull(number)).toMatchObject({ shown: null });
    const check = { state: 'success', description: 'Passed', url: 'https://x.test/2' } as const;
    unwrap(await hands.github.postCheck(sha, check));
    const { answer, requests } = await hands.asked(() => hands.pull(number));
    expect(answer.checks.map(({ name }) => name)).toEqual([
      ...range(1, 120).map((n) => `check ${n}`),
      config().checkName,
    ]);
    // The second hundred is read for the one that has it.
    expect(requests).toHaveLength(2);
    expect(answer.shown).toEqual(check);
    const page = unwrap(await hands.github.readPage(null));
    expect(page.pulls.find((pull) => pull.number === number)?.shown).toEqual(check);
    await report(config().checkName.toUpperCase(), 'error');
    expect((await hands.pull(number)).shown).toEqual({ state: 'error', description: '', url: '' });
    // S7.5: whoever lands has to know where the branch was at the last of the two requests.
    let pushed: Sha | null = null;
    const looking = hands.client({
      fetch: async (input, init) => {
        if (String(init?.body).includes('query MoreChecks'))
          pushed = await hands.pushToMain('late');
        return fetch(input, init);
      },
    });
    const { head } = unwrap(await looking.readPulls([number]));
    expect([pushed, head]).toEqual([await hands.main(), pushed]);
  });

  test('from a fork, also when the fork is gone', async () => {
    await hands.forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
    const pull = await hands.openFromFork('forked');
    const { source, author } = await hands.pull(pull.number);
    expect(author.login).toBe('eve');
    expect(source).toEqual({
      sha: pull.sha,
      branch: 'pr/forked',
      repo: 'eve/widget',
      committedAt: NOON - 60_000,
      movable: false,
    });
    await hands.forge.rest(null, 'DELETE', '//_forge/repositories/eve/widget');
    expect((await hands.pull(pull.number)).source).toEqual({ ...source, repo: null });
  });
});
