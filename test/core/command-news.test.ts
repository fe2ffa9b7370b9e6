// S10.3 What the event log says of a command: who gave it, and what it was.
import { expect, it } from 'vitest';
import { BatchId, BranchName } from '../../schemas/ids.ts';
import type { Command } from '../../src/core/command.ts';
import { commandNews } from '../../src/core/command-news.ts';
import { pullOf, sha, sourceOf, stateOf } from '../support/builders.ts';

const state = stateOf({ pulls: [pullOf(1)] });
const by = 'alice';
const ns = { namespace: 'bob', by } as const;
const web = { ...ns, service: 'web' } as const;

it.each<[Command, pr: number | null, text: string]>([
  [{ kind: 'authorize', sha: sourceOf(1), by }, 1, 'let commit 1001100 be tested'],
  [{ kind: 'authorize', sha: sha(9), by }, null, `let commit ${sha(9).slice(0, 7)} be tested`],
  [{ kind: 'freeze', reason: 'fire', by, until: null }, null, 'froze the branch: fire'],
  [{ kind: 'unfreeze', by }, null, 'unfroze the branch'],
  [{ kind: 'retry', pr: 1, tactical: false, by }, 1, 'asked for a retry of #1'],
  [{ kind: 'retry', pr: 1, tactical: true, by }, 1, 'asked for a tactical retry of #1'],
  [
    { kind: 'retry_commit', sha: sourceOf(1), words: null, tactical: false, by },
    1,
    'asked for a retry of commit 1001100',
  ],
  [{ kind: 'update', by }, null, 'had everything read again'],
  [
    {
      ...{ kind: 'note_dev_deploy', user: 'bob', by },
      ...{ branch: BranchName.parse('acme/bakery:idea'), batch: BatchId.parse(7) },
    },
    null,
    'deployed acme/bakery:idea into the namespace of bob in batch 7',
  ],
  [{ kind: 'add_namespace', ...ns }, null, 'added namespace bob'],
  [{ kind: 'remove_namespace', ...ns }, null, 'removed namespace bob'],
  [{ kind: 'add_service', ...web }, null, 'added service web to namespace bob'],
  [{ kind: 'remove_service', ...web }, null, 'removed service web from namespace bob'],
  [
    { kind: 'limit_service', ...web, limit: 2 },
    null,
    'limited service web in namespace bob to 2 requests a second',
  ],
  [
    { kind: 'limit_service', ...web, limit: null },
    null,
    'limited service web in namespace bob to any number of requests a second',
  ],
])('S10.3 %j', (command, pr, text) => {
  expect(commandNews(state, command)).toEqual({
    ...{ kind: 'command.given', pr, text: `alice ${text}` },
    data: { by, command: command.kind },
  });
});
