// S10.1: one list of namespaces from what each branch says.
import { describe, expect, it } from 'vitest';
import type { NamespaceStatus } from '../../schemas/cluster-status.ts';
import { mergeNamespaces } from '../../src/core/merge-namespaces.ts';

const status = (namespace: string, change: Partial<NamespaceStatus> = {}): NamespaceStatus => ({
  namespace,
  creation_time: '2026-11-23T12:00:00.000Z',
  expiration_time: null,
  services: {},
  kind: 'developer',
  branch_fqn: null,
  repo: null,
  pr: null,
  batch_id: null,
  batch_url: null,
  added_by: null,
  ...change,
});

describe('S10.1 namespaces of all branches', () => {
  it('are told once, by name', () => {
    const lists = [[status('b'), status('a')], [status('b')], []];
    expect(mergeNamespaces(lists).map(({ namespace }) => namespace)).toEqual(['a', 'b']);
  });

  it('are told as what says most, with every service, and limits that hold', () => {
    const added = status('a', {
      creation_time: '2026-11-22T12:00:00.000Z',
      services: { api: 1, web: 2 },
    });
    const deployed = status('a', { kind: 'deploy', services: { web: null, db: null } });
    const merged = { ...deployed, creation_time: added.creation_time };
    for (const lists of [
      [[added], [deployed]],
      [[deployed], [added]],
    ])
      expect(mergeNamespaces(lists)).toEqual([
        { ...merged, services: { api: 1, web: 2, db: null } },
      ]);
  });
});
