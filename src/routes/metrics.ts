// GET /metrics, for Prometheus: one call to the object of each branch, and nothing asked of GitHub or Batch.
import { Hono } from 'hono';
import { EXPOSITION_TYPE, exposition, type Sample } from '../core/exposition.ts';
import { METRIC_FAMILIES } from '../core/metric-families.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Branch, Branches } from './branches.ts';

export function metricsRoutes(branches: Branches): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/metrics', async (c) => {
    const samples = await Promise.all(branches.all().map(samplesOf));
    const text = exposition(METRIC_FAMILIES, samples.flat());
    return c.body(text, 200, { 'content-type': EXPOSITION_TYPE });
  });
}

/** A branch that does not answer is a fact to be told; the others are told of all the same. */
async function samplesOf({ config, stub }: Branch): Promise<Sample[]> {
  const up = (value: number): Sample => ({
    name: 'sluice_up',
    labels: { branch: config.name },
    value,
  });
  try {
    return [up(1), ...(await stub.metrics())];
  } catch {
    return [up(0)];
  }
}
