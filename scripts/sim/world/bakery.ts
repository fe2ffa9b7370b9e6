// The branch that stories are about, with the settings that most of them need.
import { BranchName } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../../src/core/config.ts';

export const bakeryRepo = 'acme/bakery';

export const bakery: BranchConfig = {
  name: BranchName.parse(`${bakeryRepo}:main`),
  owner: 'acme',
  repo: 'bakery',
  branch: 'main',
  watched: ['main'],
  deployable: false,
  mergeable: true,
  landing: 'exact',
  mergeMethod: 'squash',
  checkName: 'sluice',
  app: null,
  runningTestsMax: 3,
  minimumApprovals: 1,
  mergeWhileDeploying: false,
  deploySteps: null,
  labels: {
    doNotTest: ['do-not-test'],
    doNotMerge: ['do-not-merge'],
    highPriority: ['high-priority'],
    rerunAll: ['rerun-all'],
  },
  developers: ['alice', 'bob'],
  teams: { bakers: ['alice', 'bob', 'carol'] },
  publicUrl: 'https://sluice.test',
  gitUrl: 'https://github.test',
  webUrl: 'https://github.test',
  batchUrl: 'https://batch.test',
  kubernetesUrl: null,
  namespaces: {
    ciNamespace: 'default',
    label: 'main',
    otherLabels: [],
    expireAfterMs: 24 * 3_600_000,
  },
  pollEveryMs: 5 * 60_000,
  commitMessage: '{title} (#{number})\n\n{body}',
  keptForLandings: 0.1,
};
