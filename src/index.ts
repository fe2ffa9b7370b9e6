// The Worker: its settings are checked before it serves anything (S1.2), its cron wakes every branch.
import { env } from 'cloudflare:workers';
import { createDoorTools } from '../durable-objects/door-tools.ts';
import { createDevDeploys } from '../durable-objects/hands.ts';
import { WatchedBranch } from '../durable-objects/watched-branch.ts';
import { createApp } from './app.ts';
import { parseConfig } from './core/config.ts';
import { createBranches } from './routes/branches.ts';

export { WatchedBranch };

const config = parseConfig(env);
if (!config.ok) throw new Error(`Sluice cannot start:\n${config.error.join('\n')}`);

const branches = createBranches(config.value.branches, env.BRANCH);
const app = createApp(
  config.value,
  branches,
  createDevDeploys(config.value),
  createDoorTools(config.value, env),
  env.DEPLOYMENT?.id ?? null,
);

export default {
  fetch: app.fetch,
  async scheduled(): Promise<void> {
    await Promise.allSettled(branches.all().map(({ stub }) => stub.poll()));
  },
} satisfies ExportedHandler<Env>;
