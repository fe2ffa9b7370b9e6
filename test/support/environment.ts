// Settings for tests inside workerd, as the platform would hand them over. No address in it answers.
const configuration = {
  public_url: 'https://sluice.test',
  github: {
    api_url: 'https://github.test',
    git_url: 'https://github.test',
    web_url: 'https://github.test',
  },
  batch: { url: 'https://batch.test', billing_project: 'ci', user: 'ci' },
  developers: ['alice', { github: 'bob', account: 'robert' }],
  accounts: [{ username: 'alice' }],
  teams: { bakers: ['bob', 'carol'] },
  storage_uri: 'gs://sluice-test',
  docker_prefix: 'registry.test/sluice',
  public_reading: true,
  poll_every_seconds: 3600,
  branches: [
    { branch: 'acme/bakery:main', deployable: true },
    { branch: 'acme/bakery:stable', check_name: 'sluice-stable' },
  ],
};

export const testEnvironment = {
  SLUICE_CONFIG: JSON.stringify(configuration),
  GITHUB_TOKEN: 'github-token',
  GITHUB_WEBHOOK_SECRET: 'webhook-secret',
  GITHUB_WEBHOOK_SECRET_OLD: 'old-webhook-secret',
  BATCH_TOKEN: 'batch-token',
  CALLBACK_SECRET: 'callback-secret-0123456789',
  MANAGE_TOKEN: 'manage-token-0123456789',
};
