// Namespaces of Kubernetes that a branch answers for, and what is deployed into them. Parts of the stored state, and
// of what is written on a batch.
import { z } from 'zod';

/** What a deploy step waits for, by the kind of what stands behind it. A pod is waited for until it is done. */
export const DeployedService = z
  .object({ kind: z.enum(['Deployment', 'StatefulSet', 'Pod']), name: z.string() })
  .readonly();
export type DeployedService = z.infer<typeof DeployedService>;
