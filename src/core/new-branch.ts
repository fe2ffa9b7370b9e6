// The state of a branch that nothing is known of yet: everything is to be read.
import type { BranchName } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';
import { cleanFlags, markAll } from './flags.ts';

export const newBranch = (branch: BranchName): BranchState => ({
  v: 1,
  branch,
  flags: markAll(cleanFlags),
  head: null,
  rules: null,
  pulls: {},
  unreadPulls: {},
  candidate: null,
  deploy: { kind: 'none' },
  frozen: null,
  authorized: [],
  live: [],
  unread: [],
  batchesReadTo: null,
  batchesReadAt: null,
  namespaces: {},
  namespacesReadAt: null,
  rollout: null,
  landings: [],
  attempts: {},
  left: {},
  deployAttempts: {},
  refsToDrop: [],
  alerts: [],
  waiting: {},
  standstill: null,
  outbox: {},
  holds: { github: null, batch: null, kubernetes: null },
  sweep: null,
  diagnosis: null,
  polledAt: null,
  decidedAt: 0,
});
