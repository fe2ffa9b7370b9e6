/**
 * What a job finds at paths that it asked for: its secrets, as folders of files, and the Kubernetes
 * configuration of its service account. Only says what to mount; sandbox.ts mounts it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { batchNamespace } from './access.ts';
import type { JobSpec } from './job-spec.ts';
import type { Mount } from './sandbox.ts';

export interface SecretPlaces {
  /** A secret is the folder `NAMESPACE/NAME` in here. When there is none, none is mounted. */
  readonly secretsDir: string;
  /** null when there is no cluster for jobs. */
  readonly kubeconfig: string | null;
}

export interface Grants {
  readonly mounts: readonly Mount[];
  /** Lines for the job's log about what it does not find. */
  readonly notes: readonly string[];
}

export const kubeconfigPath = '/.kube/config';
/** Where Batch puts secrets that nobody asked for; a user who has none does without. */
const addedByBatch = ['/gsa-key', '/user-tokens', '/ssl-config'];

/** @throws {Error} when a secret that was asked for is not in the folder of secrets. */
export function grantsOf(spec: JobSpec, places: SecretPlaces): Grants {
  const mounts: Mount[] = [];
  const notes: string[] = [];
  for (const { namespace, name, mount_path: target } of spec.secrets ?? []) {
    const source = join(places.secretsDir, namespace, name);
    const added = namespace === batchNamespace && addedByBatch.includes(target);
    if (existsSync(source)) mounts.push({ source, target });
    else if (!added && existsSync(places.secretsDir)) {
      throw new Error(`secret ${namespace}/${name} not found: there is no folder ${source}`);
    } else if (!added) {
      notes.push(
        `secret ${namespace}/${name} is not mounted: there is no folder ${places.secretsDir}`,
      );
    }
  }
  if (spec.service_account && places.kubeconfig !== null) {
    mounts.push({ source: places.kubeconfig, target: kubeconfigPath });
  }
  return { mounts, notes };
}
