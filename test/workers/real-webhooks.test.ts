// GitHub's own example payloads, every one that there is, and nonsense of every kind, through our front
// door inside workerd: whatever comes signed is answered, and never with a fault of ours.
import { reset } from 'cloudflare:test';
import examples from '@octokit/webhooks-examples';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { webhookSchemas } from '../../schemas/github-webhook.ts';
import { MAIN, quiet, storedBy, stubOf, webhook } from './sluice.ts';

beforeEach(quiet);
afterEach(() => void vi.restoreAllMocks());
afterAll(reset);

type Payload = Record<string, unknown>;
const Examples = z.array(
  z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }),
);
const EVENTS = Examples.parse(examples);
const payloadsOf = (name: string): Payload[] =>
  EVENTS.find((event) => event.name === name)?.examples ?? [];

const OURS = { full_name: 'acme/bakery' };
/** The same, as if it had happened in the repository that is watched. */
const here = (payload: Payload): Payload => ({
  ...payload,
  ...(payload['repository'] === undefined ? {} : { repository: OURS }),
});

describe('S4.3 every example payload of GitHub', () => {
  it('there are many', () => {
    expect(EVENTS.length).toBeGreaterThan(50);
    expect(EVENTS.flatMap((event) => event.examples).length).toBeGreaterThan(300);
  });

  it.each(EVENTS.map(({ name }) => name))('%s is accepted, here and elsewhere', async (name) => {
    const isUsed = Object.hasOwn(webhookSchemas, name);
    const answer = isUsed ? '202: noted' : `202: ${name} is not used`;
    for (const payload of payloadsOf(name)) {
      expect(await webhook(name, payload)).toEqual([202, answer]);
      expect(await webhook(name, here(payload))).toEqual([202, answer]);
    }
  });

  it('those that concern the watched branch have marked it', async () => {
    const before = (await storedBy(stubOf(MAIN)))?.flags.github.marked ?? 0;
    const [opened] = payloadsOf('pull_request').filter(({ action }) => action === 'opened');
    const pull = z.object({ number: z.number() }).parse(opened?.['pull_request']);
    const mine = { ...opened, repository: OURS, pull_request: { ...pull, base: { ref: 'main' } } };
    expect(await webhook('pull_request', mine)).toEqual([202, '202: noted']);
    const flag = (await storedBy(stubOf(MAIN)))?.flags.github;
    expect(flag?.marked).toBeGreaterThan(before);
    expect(Object.keys(flag?.single ?? {})).toContain(String(pull.number));
  });
});

describe('S4.2 nonsense that is signed', () => {
  const names = Object.keys(webhookSchemas);

  it.each([
    ['no JSON', 'ref=refs/heads/main'],
    ['JSON that is cut short', '{"action": "opened", "repository": {"full_'],
    ['null', 'null'],
    ['a number', '7'],
    ['a string', '"opened"'],
    ['a list', '[{"action": "opened"}]'],
    ['an empty object', '{}'],
    ['a name of a prototype', '{"__proto__": {"repository": {"full_name": "acme/bakery"}}}'],
    ['a repository that is none', '{"repository": {"full_name": "../../etc/passwd"}}'],
    ['very deep JSON', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['a lone surrogate', '{"action": "\\ud800"}'],
    ['control characters', '\u0000\u0001\u0002'],
  ])('%s', async (_what, body) => {
    for (const name of names) {
      const [status, text] = await webhook(name, body);
      expect([status, text]).toEqual([
        400,
        expect.stringMatching(/^400: (the body is not JSON|this is not a)/),
      ]);
    }
  });

  it.each(names)('%s with a part of it missing, null, or something else', async (name) => {
    const wrongs = [undefined, null, 7, 'x', [], {}];
    for (const payload of payloadsOf(name).slice(0, 3).map(here)) {
      for (const part of [
        'action',
        'repository',
        'pull_request',
        'ref',
        'sha',
        'context',
        'check_run',
        'check_suite',
        'changes',
      ]) {
        for (const wrong of wrongs) {
          const [status] = await webhook(name, { ...payload, [part]: wrong });
          expect([202, 400]).toContain(status);
        }
      }
    }
  });
});
