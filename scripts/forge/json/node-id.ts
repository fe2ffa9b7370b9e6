// GitHub's opaque global ids: stable for one thing, different between kinds.

const PREFIX = {
  User: 'U',
  Organization: 'O',
  Bot: 'BOT',
  Team: 'T',
  Repository: 'R',
  PullRequest: 'PR',
  Review: 'PRR',
  Comment: 'IC',
  Status: 'SC',
  Label: 'LA',
  App: 'A',
  Installation: 'IN',
  CheckRun: 'CR',
  CheckSuite: 'CS',
  Ruleset: 'RRS',
} as const;

export const nodeId = (kind: keyof typeof PREFIX, id: number): string =>
  `${PREFIX[kind]}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`;

export const refNodeId = (repositoryId: number, name: string): string =>
  `REF_${Buffer.from(`${repositoryId}:${name}`).toString('base64url')}`;
