// The parts of GitHub's answers that only the doctor reads; unknown fields pass.
import { z } from 'zod';
import { AppPermissions } from '../../../schemas/github-rights.ts';

const Allowance = z.object({ limit: z.number(), remaining: z.number(), reset: z.number() });
export const App = z.object({
  slug: z.string(),
  owner: z.object({ login: z.string(), type: z.string() }),
  permissions: AppPermissions,
  events: z.array(z.string()),
});

export const RateLimit = z.object({
  resources: z.object({ core: Allowance, graphql: Allowance.optional() }),
});

/** Newest first. */
export const HookDeliveries = z.array(z.object({ status: z.string(), status_code: z.number() }));
