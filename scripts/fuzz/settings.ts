// The settings that every door is fuzzed with, as the platform would hand them over; no address in them answers.
import { type BranchConfig, type Config, parseConfig } from '../../src/core/config.ts';

export const ENVIRONMENT = {
  SLUICE_CONFIG: JSON.stringify({
    public_url: 'https://sluice.test',
    github: {
      api_url: 'https://github.test',
      git_url: 'https://github.test',
      web_url: 'https://github.test',
    },
    batch: { url: 'https://batch.test', billing_project: 'ci', user: 'ci' },
    developers: ['alice', 'bob'],
    accounts: [{ username: 'alice', github: 'alice' }],
    kubernetes: { url: 'https://kubernetes.test' },
    storage_uri: 'gs://fuzz',
    docker_prefix: 'registry.test/fuzz',
    branches: [
      { branch: 'acme/bakery:main' },
      { branch: 'acme/bakery:stable', check_name: 'stable' },
    ],
  }),
  GITHUB_TOKEN: 'github-token',
  GITHUB_WEBHOOK_SECRET: 'webhook-secret',
  BATCH_TOKEN: 'batch-token',
  CALLBACK_SECRET: 'callback-secret-0123456789',
  MANAGE_TOKEN: 'manage-token-0123456789',
  KUBERNETES_TOKEN: 'kubernetes-token',
};

export function settings(): { readonly config: Config; readonly main: BranchConfig } {
  const config = parseConfig(ENVIRONMENT);
  const [main] = config.ok ? config.value.branches : [];
  if (!config.ok || !main) throw new Error('the settings of the fuzzer are wrong');
  return { config: config.value, main };
}
