// S10.1: what people tell a branch of namespaces and services, and that it is told in the event log.
import { describe, expect, it } from 'vitest';
import type { Namespaces } from '../../schemas/namespace.ts';
import { obey } from '../../src/core/command.ts';
import type { NamespaceCommand } from '../../src/core/namespace-command.ts';
import { news } from '../../src/core/news.ts';
import { readStored } from '../../src/core/stored-state.ts';
import { BRANCH, NOON, namespaceOf, stateOf, testNamespace } from '../support/builders.ts';

const alice = (services: Record<string, number | null> = {}) => ({
  alice: { kind: 'developer', by: 'bob', createdAt: NOON, services } as const,
});
const add = { kind: 'add_namespace', namespace: 'alice', by: 'bob' } as const;
const web = { namespace: 'alice', service: 'web' } as const;

describe('S10.1 commands about namespaces', () => {
  it.each<
    [what: string, before: Namespaces, command: NamespaceCommand, after: Namespaces, told: string[]]
  >([
    ['one is added, without an expiry', {}, add, alice(), ['Namespace alice was added by bob']],
    ['one is added that is known', alice({ web: 3 }), add, alice({ web: 3 }), []],
    [
      'one is removed, with its services',
      alice({ web: 3 }),
      { kind: 'remove_namespace', namespace: 'alice', by: 'bob' },
      {},
      ['Namespace alice was removed'],
    ],
    [
      'one is removed that is not known',
      {},
      { kind: 'remove_namespace', namespace: 'bob', by: 'bob' },
      {},
      [],
    ],
    [
      'a service is added',
      alice(),
      { kind: 'add_service', ...web, by: 'bob' },
      alice({ web: null }),
      [],
    ],
    [
      'a service is added that is known',
      alice({ web: 3 }),
      { kind: 'add_service', ...web, by: 'bob' },
      alice({ web: 3 }),
      [],
    ],
    [
      'a service is limited',
      alice({ web: null }),
      { kind: 'limit_service', ...web, by: 'bob', limit: 2.5 },
      alice({ web: 2.5 }),
      ['web in alice may be asked 2.5 times a second'],
    ],
    [
      'a limit is taken away',
      alice({ web: 3 }),
      { kind: 'limit_service', ...web, by: 'bob', limit: null },
      alice({ web: null }),
      ['web in alice may be asked without a limit'],
    ],
    [
      'a service is limited that is not known',
      alice(),
      { kind: 'limit_service', ...web, by: 'bob', limit: 1 },
      alice(),
      [],
    ],
    [
      'a service is removed',
      alice({ web: 3 }),
      { kind: 'remove_service', ...web, by: 'bob' },
      alice(),
      [],
    ],
    ['a service of nothing is removed', {}, { kind: 'remove_service', ...web, by: 'bob' }, {}, []],
  ])('%s', (_what, namespaces, command, after, told) => {
    const state = stateOf({ namespaces });
    const obeyed = obey(state, command, NOON);
    if (!obeyed.ok) throw new Error(obeyed.error);
    expect(obeyed.value.namespaces).toEqual(after);
    expect(news(state, obeyed.value).map(({ text }) => text)).toEqual(told);
  });

  it('a service needs its namespace', () => {
    const refused = obey(stateOf(), { kind: 'add_service', ...web, by: 'bob' }, NOON);
    expect(refused).toEqual({ ok: false, error: 'There is no namespace alice.' });
  });

  it('there is an end to what one may add', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `dev-${index}`);
    const many = Object.fromEntries(names.map((name) => [name, alice().alice]));
    expect(obey(stateOf({ namespaces: many }), add, NOON).ok).toBe(false);
  });

  it('S2.4 what people said survives a state that cannot be read', () => {
    const { pulls: _, ...record } = stateOf({ namespaces: alice({ web: 3 }) });
    const stored = { record: { ...record, head: 7 }, pulls: [] };
    const { state, startedOver } = readStored(stored, BRANCH);
    expect([startedOver, state.namespaces]).toEqual([true, alice({ web: 3 })]);
  });
});

describe('S3.2 what happened to a test’s namespace is told once', () => {
  const name = namespaceOf(1);
  const row = testNamespace(1);
  const over = testNamespace(1, { overSince: NOON });
  const unclaimed = testNamespace(1, { batch: null, seen: { uid: 'u', at: NOON } });
  const deleted = { kind: 'deleted' } as const;

  it.each<[what: string, before: Namespaces, after: Namespaces, told: string[]]>([
    ['registered', {}, { [name]: testNamespace(1, { batch: null }) }, []],
    [
      'found',
      {},
      { [name]: unclaimed },
      [`Namespace ${name} is in the cluster, and no batch is known for it`],
    ],
    [
      'left behind by its batch',
      { [name]: over },
      { [name]: { ...over, fate: deleted } },
      [`Deleted namespace ${name} of batch 101: it was left behind`],
    ],
    [
      'older than it may be',
      { [name]: row },
      { [name]: { ...row, fate: deleted } },
      [`Deleted namespace ${name} of batch 101: its time is over`],
    ],
    [
      'of nobody',
      { [name]: unclaimed },
      { [name]: { ...unclaimed, fate: deleted } },
      [`Deleted namespace ${name} of no known batch: it was left behind`],
    ],
    ['gone by itself', { [name]: over }, { [name]: { ...over, fate: { kind: 'gone' } } }, []],
    [
      'not ours',
      { [name]: over },
      { [name]: { ...over, fate: { kind: 'left', why: 'it is not ours' } } },
      [`Namespace ${name} is left alone: it is not ours`],
    ],
    ['deleted before', { [name]: { ...over, fate: deleted } }, {}, []],
  ])('%s', (_what, before, after, told) => {
    const happened = news(stateOf({ namespaces: before }), stateOf({ namespaces: after }));
    expect(happened.map(({ text }) => text)).toEqual(told);
    expect(happened.every(({ pr }) => pr === 1)).toBe(true);
  });
});
