// `npm run doctor -- --live` against a forge of the test's own: each fact in both of its answers, as far as a forge can
// give them, and that nothing is left behind whatever happens.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shaOfCommit } from '../../scripts/doctor/live/commit-bytes.ts';
import { askRest, TestForge } from '../support/forge.ts';
import { type Told, type Visit, visit } from './settings.ts';

let forge: TestForge;
beforeAll(async () => {
  forge = await TestForge.start();
  await forge.forge.createRepository({
    owner: 'acme',
    name: 'scratch',
    writers: ['alice'],
    first: { files: { 'hello.txt': 'hello\n' }, message: 'first' },
  });
});
afterAll(() => forge.close());

const ADDRESS = '/knobs/acme/scratch';
const STILL = {
  read_lag: { seconds: 0 },
  head_moved_with_base: 'merged',
  scratch_merge_head: 'any_commit',
  commit_message: 'exact',
  update_refs_bypass: true,
  unreferenced_commits: 'readable',
};

const ask = (as: string, method: string, path: string, body?: unknown) =>
  askRest(forge.forge.url, `Bearer ${as}-token`, method, `//repos/acme/scratch${path}`, body);

/** All that may be ours. */
async function ownRefs(): Promise<string[]> {
  const below = async (prefix: string) =>
    (await ask('root', 'GET', `/git/matching-refs/${prefix}`)).json;
  const all: { ref: string }[] = [
    ...(await below('sluice')),
    ...(await below('heads/sluice-scratch')),
  ];
  return all.map(({ ref }) => ref);
}

beforeEach(async () => {
  await forge.control('PATCH', ADDRESS, STILL);
  await forge.control('DELETE', '/faults');
  for (const { id } of (await ask('root', 'GET', '/rulesets')).json)
    await ask('root', 'DELETE', `/rulesets/${id}`);
});

const live = (change: Visit = {}): Promise<Told> =>
  visit(forge, { argv: ['--live', 'acme/scratch', '--yes'], ...change });

async function commitInFork(owner: string): Promise<string> {
  const path = `//repos/${owner}/scratch/contents/fork.txt`;
  const file = { message: 'of a fork', content: 'eA==', branch: 'main' };
  const { json } = await askRest(forge.forge.url, `Bearer ${owner}-token`, 'PUT', path, file);
  return json.commit.sha;
}

/** A ruleset for what the check makes. */
const rule = (types: readonly string[], bypass: readonly object[], include = 'sluice-live/**') =>
  ask('root', 'POST', '/rulesets', {
    name: 'as on main',
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${include}`] } },
    bypass_actors: bypass,
    rules: types.map((type) => ({ type })),
  });
const ADMINS = [{ actor_type: 'RepositoryRole', actor_id: 5, bypass_mode: 'always' }];

/** The line of one fact. */
const fact = ({ lines }: Told, what: string): string[] =>
  lines
    .filter((line) => line.slice(7).startsWith(`${what}  `))
    .map((line) => line.replace(/ +/g, ' '));

async function expectClean(): Promise<void> {
  expect(await ownRefs()).toEqual([]);
  const open = (await ask('root', 'GET', '/pulls?state=open')).json;
  expect(open.filter(({ base }: { base: { ref: string } }) => base.ref !== 'main')).toEqual([]);
}

describe('S6.2 S7.5 S7.9 npm run doctor -- --live', () => {
  it('finds each fact true on a good day, and leaves nothing', async () => {
    const told = await live();
    expect(
      told.lines.map((line) => line.replace(/[0-9a-f]{40}/g, 'SHA').replace(/\d+\.\d s/, 'N s')),
    ).toEqual([
      "ok     scratch merge        POST /merges takes a commit's SHA as head",
      'ok     reproducible SHA     message, people and dates survive to the byte: SHA, as computed',
      'ok     reproducible SHA     made again, it is the same commit',
      "??     fork's head          no pull request of a fork is open in the repository, so this cannot be tried",
      `${' '.repeat(28)}Open one from a fork, and check again.`,
      'ok     unreferenced commit  its files can be read, by GraphQL and by contents?ref=',
      'ok     compare and swap     with a wrong beforeOid updateRefs moves nothing',
      'ok     updateRefs           it lands; no rules apply there, so whether it lands under rules was not tried',
      `${' '.repeat(28)}To try it, give acme/scratch the ruleset of your branch, for sluice-live/**/*.`,
      'ok     lag of reads         by REST, the move is seen after N s',
      'ok     lag of reads         by GraphQL, the move is seen after N s',
      'ok     landed commit        the branch has the tree and the parent that were tested',
      'ok     head moved, too      GitHub shows the pull request as merged, after N s',
      'ok     cleaning up          nothing of the check is left but closed pull requests',
      '',
      '12 checks, 0 faults, 1 could not be looked at; “cleaning up” tells what is left',
      '',
    ]);
    expect(told.status).toBe(0);
    await expectClean();
  });

  it('the SHA that it computes is the one that git computes', () => {
    // `git commit-tree` of the empty tree, with these people at the beginning of time.
    expect(
      shaOfCommit({
        tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
        parents: [],
        author: { name: 'A', email: 'a@example.com' },
        committer: { name: 'A', email: 'a@example.com' },
        seconds: 0,
        message: 'm',
      }),
    ).toBe('d93ebae2f7850fab84064ffa8cff9c554a611e0b');
  });

  it('a message that GitHub changes by a byte', async () => {
    await forge.control('PATCH', ADDRESS, { commit_message: 'newline_added' });
    const told = await live();
    expect(fact(told, 'reproducible SHA')).toEqual([
      expect.stringMatching(
        /^FAULT reproducible SHA GitHub made \w{40} of what is \w{40} to git: it has changed/,
      ),
    ]);
    expect(told.status).toBe(1);
    await expectClean();
  });

  it.each([
    ['any_commit', 'eve', /^ok fork's head POST \/merges takes the head of a fork \(#\d+\)$/, 0],
    [
      'own_branches',
      'bob',
      /^FAULT fork's head POST \/merges does not take the head of a fork \(#\d+\): /,
      1,
    ],
  ])(
    'the head of a fork, where POST /merges takes %s',
    async (scratch_merge_head, owner, words, status) => {
      await forge.forge.fork({ from: 'acme/scratch', owner });
      const sha = await commitInFork(owner);
      const opened = await ask(owner, 'POST', '/pulls', {
        title: 'x',
        head: `${owner}:main`,
        base: 'main',
      });
      expect(opened.status).toBe(201);
      await forge.control('PATCH', ADDRESS, { scratch_merge_head });
      const told = await live();
      expect(fact(told, "fork's head")).toEqual([expect.stringMatching(words)]);
      expect(told.status).toBe(status);
      // It is somebody else's, and stays as it is.
      const { json } = await ask('root', 'GET', `/pulls/${opened.json.number}`);
      expect([json.state, json.head.sha]).toEqual(['open', sha]);
      await expectClean();
      await forge.control('DELETE', `/repositories/${owner}/scratch`);
    },
  );

  it('files at a commit that no ref leads to', async () => {
    await forge.control('PATCH', ADDRESS, { unreferenced_commits: 'not_found' });
    expect(fact(await live(), 'unreferenced commit')).toEqual([
      'ok unreferenced commit its files can be read by GraphQL, as Sluice does; not by contents?ref=',
    ]);
    await expectClean();
  });

  it('rules that the account bypasses', async () => {
    await rule(['update', 'required_signatures'], ADMINS);
    const told = await live();
    expect(fact(told, 'updateRefs')).toEqual([
      'ok updateRefs it lands under the rules update, required_signatures',
    ]);
    expect(told.status).toBe(0);
    await expectClean();
  });

  it.each<[string, readonly object[], object]>([
    ['rules that it does not bypass', [], {}],
    ['rules whose bypass does not count for updateRefs', ADMINS, { update_refs_bypass: false }],
  ])('%s: it does not land, and is told what to do', async (_, bypass, knobs) => {
    await forge.control('PATCH', ADDRESS, knobs);
    await rule(['required_signatures'], bypass, 'sluice-live/**/base');
    const told = await live();
    expect(fact(told, 'updateRefs')).toEqual([
      'FAULT updateRefs it does not land under the rules required_signatures: Repository rule violations found Commits must have verified signatures.',
    ]);
    expect(told.lines.join('\n')).toContain('as “Always allow”; the branches that Sluice watches');
    expect(fact(told, 'compare and swap')).toEqual([
      '?? compare and swap nothing moves there at all, so this was not tried',
    ]);
    expect(told.status).toBe(1);
    await expectClean();
  });

  it('rules for the scratch branches: nothing can be tested, and the rest is tried all the same', async () => {
    await rule(['update'], [], 'sluice-scratch/**');
    const told = await live();
    expect(fact(told, 'scratch merge')).toEqual([
      expect.stringMatching(
        /^FAULT scratch merge the tested commit was not made: .*Cannot update this/,
      ),
    ]);
    expect(told.lines.join('\n')).toContain(
      'do the rules let the account make branches below sluice-scratch/?',
    );
    expect(fact(told, 'unreferenced commit')[0]).toMatch(/^ok /);
    expect(fact(told, 'updateRefs')).toEqual([]);
    expect(told.status).toBe(1);
    await expectClean();
  });

  it('a branch that moves although it was not where it was expected', async () => {
    // No knob of the forge does that: a GitHub that does not look at beforeOid.
    const blind: typeof fetch = (input, init = {}) => {
      const { body } = init;
      if (typeof body !== 'string') return fetch(input, init);
      return fetch(input, { ...init, body: body.replace(/"beforeOid":"\w{40}",?/g, '') });
    };
    const told = await live({ fetch: blind });
    expect(fact(told, 'compare and swap')).toEqual([
      'FAULT compare and swap updateRefs moves a branch that is not where it was expected',
    ]);
    expect(fact(told, 'updateRefs')).toEqual([]);
    await expectClean();
  });

  it('a pull request that is closed when its head moves with its base', async () => {
    await forge.control('PATCH', ADDRESS, { head_moved_with_base: 'closed' });
    const told = await live();
    expect(fact(told, 'head moved, too')).toEqual([
      'warn head moved, too GitHub shows the pull request as closed, not as merged',
    ]);
    expect(told.status).toBe(0);
    await expectClean();
  });

  it.each([
    ['refs', 'lag of reads', 'by REST, the move is seen after'],
    ['graphql', 'lag of reads', 'by GraphQL, the move is seen after'],
    ['pulls', 'head moved, too', 'GitHub shows the pull request as merged, after'],
  ])('reads of %s that lag behind the move', async (of, what, words) => {
    await forge.control('PATCH', ADDRESS, { read_lag: { seconds: 8, of: [of] } });
    const told = await live();
    expect(told.status).toBe(0);
    expect(fact(told, 'compare and swap')[0]).toMatch(/^ok /);
    const [line = ''] = fact(told, what).filter((one) => one.includes(words));
    expect(Number(/after (\d+\.\d) s$/.exec(line)?.[1])).toBeGreaterThan(5);
    await forge.advance(10);
    await expectClean();
  });
});

describe('S6.2 it cleans up', () => {
  it('after an interruption, during any of its calls', async () => {
    for (const after of [1, 4, 8, 12, 16, 20, 24]) {
      const controller = new AbortController();
      let calls = 0;
      const told = await live({
        signal: controller.signal,
        fetch: async (input, init) => {
          calls += 1;
          if (calls === after) controller.abort();
          return fetch(input, init);
        },
      });
      expect(fact(told, 'interrupted')).toEqual(['FAULT interrupted the rest was not tried']);
      expect(fact(told, 'cleaning up')[0]).toMatch(/^ok /);
      await expectClean();
    }
  });

  it('after a failure', async () => {
    await forge.fault({
      match: { api: 'rest', method: 'POST', path: '/pulls' },
      do: { status: 500 },
    });
    const told = await live();
    expect(fact(told, 'scratch repository')[0]).toMatch(
      /^FAULT scratch repository a pull request cannot be opened: .*\(500\)$/,
    );
    expect(told.status).toBe(1);
    await expectClean();
  });

  it('which is nothing where there is no such repository', async () => {
    const told = await live({ argv: ['--live', 'acme/nothing', '--yes'] });
    expect(told.lines.slice(0, 3)).toEqual([
      'FAULT  scratch repository  the repository cannot be read: Not Found - https://docs.github.com/rest (404)',
      `${' '.repeat(27)}Is the name right, has it a first commit, and may the account write there?`,
      'ok     cleaning up         nothing was made',
    ]);
    expect(told.status).toBe(1);
  });

  it('and says what it could not take away', async () => {
    await rule(['deletion'], [], 'sluice-live/**/base');
    const told = await live();
    expect(fact(told, 'cleaning up')[0]).toMatch(
      /^FAULT cleaning up this could not be taken away: refs\/heads\/sluice-live\/\w+\/base \(.*Cannot delete this branch.*\)$/,
    );
    expect(told.lines.join('\n')).toContain('Do it by hand: FORGE/acme/scratch/branches');
    expect(told.status).toBe(1);
  });
});

describe('S6.2 it refuses', () => {
  it.each<[string, Visit, string]>([
    [
      'a repository that Sluice watches, however it is written',
      { argv: ['--live', 'Acme/Widget', '--yes'] },
      'Sluice watches acme/widget:main: --live takes a repository for nothing else',
    ],
    [
      'to write unless it is told to',
      { argv: ['--live', 'acme/scratch'] },
      '--live makes branches, commits and a pull request in acme/scratch; say --yes if it may',
    ],
    ['what is no repository', { argv: ['--live', 'scratch', '--yes'] }, 'OWNER/NAME'],
    [
      'other checks beside it',
      { argv: ['--live', 'a/b', '--yes', '--github'] },
      '--live goes alone',
    ],
  ])('%s', async (_, change, words) => {
    const { status, err } = await live(change);
    expect(err).toContain(words);
    expect(status).toBe(2);
  });

  it('somebody who may not write, in words', async () => {
    const told = await live({ token: 'eve-token' });
    expect(fact(told, 'scratch repository')[0]).toMatch(
      /^FAULT scratch repository the branch sluice-live\/\w+\/base cannot be made: /,
    );
    expect(told.status).toBe(1);
  });
});
