// What the jobs of batches do in the cluster: they make namespaces, clean them up or do not, and deploy. What becomes of
// each follows from its batch alone.
import { hashOf } from '../history/hash.ts';
import type { BatchWorld, WorldBatch } from '../world/batch-world.ts';
import type { KubernetesWorld } from '../world/kubernetes-world.ts';
import { serviceName } from '../world/toy-compiler.ts';
import type { Calendar } from './calendar.ts';

const SECOND = 1_000;
const LATEST_START_MS = 20 * SECOND;
/** A job that is cancelled still does what it was about to do. */
const LAST_BREATH_MS = 5 * SECOND;
const LONGEST_ROLLOUT_MS = 4 * 60 * SECOND;

interface Surroundings {
  readonly seed: number;
  readonly calendar: Calendar;
  readonly batch: BatchWorld;
  readonly kubernetes: KubernetesWorld;
}

/** The first job of a test makes its namespace. */
export function batchBegins({ id, token, makes }: WorldBatch, around: Surroundings): void {
  const { seed, calendar, batch, kubernetes } = around;
  if (makes === null) return;
  calendar.after(chanceOf(`${seed} makes ${token}`) * LATEST_START_MS, () => {
    const { overAt } = batch.get(id);
    if (overAt === null || calendar.now - overAt < LAST_BREATH_MS)
      kubernetes.make(makes, id, 'test');
  });
}

/** The last job of a test cleans up, but for one of three; a deploy leaves what it deployed. */
export function batchEnds(
  { token, makes, purpose, attributes, counters }: WorldBatch,
  { seed, calendar, kubernetes }: Surroundings,
): void {
  const dice = chanceOf(`${seed} ends ${token}`);
  if (makes !== null && dice < 2 / 3) kubernetes.delete(makes.name);
  if (purpose.kind !== 'deploy' || counters.n_jobs === 0) return;
  const hasPassed = counters.n_succeeded === counters.n_jobs;
  // One that failed may have got as far as to apply its configuration.
  if (!hasPassed && dice < 0.5) return;
  const branch = attributes['target_branch']?.split(':').at(-1) ?? '';
  const readyAt = hasPassed ? calendar.now + dice * LONGEST_ROLLOUT_MS : null;
  kubernetes.deploy({ name: serviceName(branch), image: purpose.sha, wanted: 2, readyAt });
}

const chanceOf = (text: string): number => hashOf(text) / 2 ** 32;
