// The parts of Kubernetes' answers that we read; unknown fields pass.
import { z } from 'zod';

export const NamespaceAnswer = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    creationTimestamp: z.iso.datetime(),
    /** Present when it is being deleted. */
    deletionTimestamp: z.iso.datetime().optional(),
  }),
});
export type NamespaceAnswer = z.infer<typeof NamespaceAnswer>;

/** Of one page; `continue` is there when there are more. */
const page = { metadata: z.object({ continue: z.string().optional() }) };
export const NamespacePage = z.object({ ...page, items: z.array(NamespaceAnswer) });

/** A Deployment or a StatefulSet. Numbers that are zero are left out. */
export const WorkloadAnswer = z.object({
  metadata: z.object({ name: z.string(), generation: z.number().int().optional() }),
  spec: z.object({
    replicas: z.number().int().optional(),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ image: z.string().optional() })) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.number().int().optional(),
      replicas: z.number().int().optional(),
      readyReplicas: z.number().int().optional(),
      updatedReplicas: z.number().int().optional(),
    })
    .optional(),
});
export type WorkloadAnswer = z.infer<typeof WorkloadAnswer>;
export const WorkloadPage = z.object({ ...page, items: z.array(WorkloadAnswer) });

/** What Kubernetes says when it refuses something. */
export const StatusAnswer = z.object({ message: z.string() });
