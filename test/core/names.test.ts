// The deterministic names and texts that actions carry: keys, fingerprints, commit messages.
import { describe, expect, it } from 'vitest';
import { Action } from '../../schemas/action.ts';
import { actionKey, apisOf } from '../../src/core/action-key.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { commitMessage, messageDigest, withCoAuthors } from '../../src/core/commit-message.ts';
import { digest } from '../../src/core/digest.ts';
import {
  alertOf,
  BRANCH,
  configOf,
  factsOf,
  HEAD,
  landingOf,
  OLD_HEAD,
  pullOf,
  sha,
  sourceOf,
} from '../support/builders.ts';

const startTest = {
  kind: 'start_test',
  pr: 1,
  sourceSha: sourceOf(1),
  targetSha: HEAD,
  attempt: 1,
  reason: 'new_commit',
} as const;
const check = intendedCheck(pullOf(1), [], configOf());
const ONE_OF_EACH: { [Kind in Action['kind']]: Extract<Action, { kind: Kind }> } = {
  start_test: startTest,
  start_deploy: { kind: 'start_deploy', sha: HEAD, attempt: 1 },
  cancel_batch: { kind: 'cancel_batch', batch: 1, why: 'x' },
  post_check: { kind: 'post_check', pr: 1, sha: sourceOf(1), check },
  land: { kind: 'land', landing: landingOf(1) },
  settle_landing: { kind: 'settle_landing', landing: landingOf(1) },
  verify_landing: { kind: 'verify_landing', landing: landingOf(1) },
  close_landed: { kind: 'close_landed', pr: 1, landedSha: HEAD },
  read_failures: { kind: 'read_failures', batch: 1 },
  find_landing: { kind: 'find_landing', landing: landingOf(1) },
  assign: { kind: 'assign', pr: 1, team: 'bakers' },
  comment: { kind: 'comment', pr: 1, text: 'x' },
  drop_ref: { kind: 'drop_ref', ref: 'refs/sluice/main/1' },
  delete_namespace: { kind: 'delete_namespace', namespace: 'pr-1' },
  read_services: { kind: 'read_services', batch: 1, namespace: 'default' },
  alert: { kind: 'alert', channel: 'ops', alert: alertOf() },
};
const key = (action: Action): string => actionKey(BRANCH, action);

describe('S6.9 same key, same intent', () => {
  it('every kind of action has its own, but reading back a landing has that of the landing', () => {
    const { settle_landing, ...others } = ONE_OF_EACH;
    const keys = Object.values(others).map(key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(key(settle_landing)).toBe(key(ONE_OF_EACH.land));
  });

  it.each<[what: string, change: Partial<typeof startTest>]>([
    ['pull request', { pr: 2 as never }],
    ['source commit', { sourceSha: sha(5) }],
    ['target commit', { targetSha: OLD_HEAD }],
    ['attempt', { attempt: 2 as never }],
  ])('another %s is another test', (_what, change) => {
    expect(key({ ...startTest, ...change })).not.toBe(key(startTest));
  });

  it('another reason, check or text is not', () => {
    expect([
      key({ ...startTest, reason: 'retry' }),
      key({ ...ONE_OF_EACH.post_check, check: { ...check, state: 'error' } }),
      key({ ...ONE_OF_EACH.alert, alert: alertOf({ text: 'z' }) }),
    ]).toEqual([key(startTest), key(ONE_OF_EACH.post_check), key(ONE_OF_EACH.alert)]);
  });

  it('a test on another branch is another test', () => {
    const other = actionKey('acme/bakery:stable' as typeof BRANCH, startTest);
    expect(other).not.toBe(key(startTest));
  });

  it.each(Object.values(ONE_OF_EACH))('$kind comes back from storage as it went in', (action) => {
    expect(Action.parse(JSON.parse(JSON.stringify(action)))).toEqual(action);
  });
});

describe('S3.3 which APIs an action needs', () => {
  it.each<[kind: Action['kind'], apis: string[]]>([
    ['start_test', ['github', 'batch']],
    ['start_deploy', ['github', 'batch']],
    ['cancel_batch', ['batch']],
    ['post_check', ['github']],
    ['land', ['github']],
    ['settle_landing', ['github']],
    ['find_landing', ['github']],
    ['read_failures', ['batch']],
    ['verify_landing', ['github']],
    ['close_landed', ['github']],
    ['assign', ['github']],
    ['comment', ['github']],
    ['drop_ref', ['github']],
    ['alert', []],
  ])('%s', (kind, apis) => {
    expect(apisOf(ONE_OF_EACH[kind])).toEqual(apis);
  });
});

describe('S6.2 the message of the tested commit', () => {
  it.each<[what: string, title: string, body: string, message: string]>([
    ['a title alone', 'Bake bread', '', 'Bake bread (#7)'],
    ['title and body', 'Bake bread', 'Why not?', 'Bake bread (#7)\n\nWhy not?'],
    ['a body of white space', 'Bake bread', ' \r\n\t\n', 'Bake bread (#7)'],
    [
      'the line ends that browsers send',
      'Bake bread',
      'One\r\ntwo\r\n\r\nthree\r\n',
      'Bake bread (#7)\n\nOne\ntwo\n\nthree',
    ],
    ['a title with odd spaces', '  Bake\t the   bread ', 'x', 'Bake the bread (#7)\n\nx'],
    ['a list in the body keeps its shape', 'T', '- a\n  - b', 'T (#7)\n\n- a\n  - b'],
  ])('%s', (_what, title, body, message) => {
    expect(commitMessage({ ...factsOf(7), title, body }, configOf())).toBe(message);
  });

  it.each(['Closes #12', 'a\n\nfixes acme/shop#3, resolves #4\n\nSigned-off-by: A <a@a>'])(
    'GitHub finds in it which issues the landing closes: %j',
    (body) => {
      const message = commitMessage({ ...factsOf(7), body }, configOf());
      const landed = withCoAuthors(message, [{ name: 'Bob', email: 'bob@b.example' }]);
      expect(landed).toContain(body);
    },
  );

  it('an edit is noticed, other line ends are none', () => {
    const text = { ...factsOf(7), body: 'a\nb' };
    const digests = [text, { ...text, body: 'a\r\nb\r\n' }, { ...text, body: 'a\nc' }].map((each) =>
      messageDigest(each, configOf()),
    );
    expect([digests[0] === digests[1], digests[0] === digests[2]]).toEqual([true, false]);
  });
});

describe('S6.2 the template of the message', () => {
  const bake = { ...factsOf(7), title: 'Bake {body}', body: 'Why {title}?' };

  it.each([
    ['{title}', 'Bake {body}'],
    [
      '#{number}: {title}\n\n{body}\n\n{url}',
      '#7: Bake {body}\n\nWhy {title}?\n\nhttps://github.test/acme/bakery/pull/7',
    ],
    ['{title} by {author}', 'Bake {body} by alice'],
  ])('%j', (template, message) => {
    const config = configOf({ commitMessage: template, webUrl: 'https://github.test' });
    expect(commitMessage(bake, config)).toBe(message);
  });
});

describe('S6.2 co-authors', () => {
  const bob = { name: 'Bob', email: 'bob@b.example' };
  const carol = { name: 'Carol', email: 'carol@c.example' };
  const trailers = 'Co-authored-by: Bob <bob@b.example>\nCo-authored-by: Carol <carol@c.example>';

  it.each<[what: string, message: string, coAuthors: readonly (typeof bob)[], expected: string]>([
    ['nobody', 'T\n\nbody', [], 'T\n\nbody'],
    ['a paragraph of their own', 'T\n\nbody', [bob, carol], `T\n\nbody\n\n${trailers}`],
    ['after a title alone', 'T: a', [bob, carol], `T: a\n\n${trailers}`],
    ['each once', 'T', [bob, { ...bob, email: 'BOB@b.example' }, carol], `T\n\n${trailers}`],
    [
      'beside the trailers of the body',
      'T\n\nbody\n\nSigned-off-by: A <a@a>\nCo-Authored-By: Bob B. <Bob@b.example>',
      [bob, carol],
      'T\n\nbody\n\nSigned-off-by: A <a@a>\nCo-Authored-By: Bob B. <Bob@b.example>\nCo-authored-by: Carol <carol@c.example>',
    ],
  ])('%s', (_what, message, coAuthors, expected) => {
    expect(withCoAuthors(message, coAuthors)).toBe(expected);
  });
});

describe('S6.2 fingerprints', () => {
  it('are the same on every machine, in 16 hex digits', () => {
    expect([digest(''), digest('sluice'), digest('Brötchen 🥐')]).toEqual([
      '811c9dc5c9dc5118',
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
    expect(digest('sluice')).toBe(digest('sluice'));
  });

  it('tell ten thousand texts apart', () => {
    const digests = new Set(Array.from({ length: 10_000 }, (_, index) => digest(`text ${index}`)));
    expect(digests.size).toBe(10_000);
  });
});
