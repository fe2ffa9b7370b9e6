// The Worker: its settings are checked before it serves anything (S1.2), its cron wakes every branch. Before it has any
// settings it serves the pages that they are made with.
import { env } from 'cloudflare:workers';
import { createDoorTools, rateLimiter } from '../durable-objects/door-tools.ts';
import { createDevDeploys } from '../durable-objects/hands.ts';
import { WatchedBranch } from '../durable-objects/watched-branch.ts';
import { createApp } from './app.ts';
import { type Config, parseConfig } from './core/config.ts';
import { createBranches } from './routes/branches.ts';
import { createSetup } from './setup.ts';

export { WatchedBranch };

const config = env.SLUICE_CONFIG ? checked() : null;

function checked(): Config {
  const parsed = parseConfig(env);
  if (parsed.ok) return parsed.value;
  throw new Error(`Sluice cannot start:\n${parsed.error.join('\n')}`);
}

const branches = createBranches(config?.branches ?? [], env.BRANCH);
const app = config
  ? createApp(
      config,
      branches,
      createDevDeploys(config),
      createDoorTools(config, env),
      env.DEPLOYMENT?.id ?? null,
    )
  : createSetup(env.SETUP_TOKEN, rateLimiter(env.LIMITER));

export default {
  fetch: app.fetch,
  async scheduled(): Promise<void> {
    await Promise.allSettled(branches.all().map(({ stub }) => stub.poll()));
  },
} satisfies ExportedHandler<Env>;
