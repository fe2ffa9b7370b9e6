// Namespaces of Kubernetes that a branch answers for, and what is deployed into them. Parts of the stored state, and
// of what is written on a batch.
import { z } from 'zod';
import { BatchId, Instant, PullNumber } from './ids.ts';

const label = (what: string) =>
  z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
      `expected ${what}: at most 63 lower case letters, digits and -`,
    );
export const NamespaceName = label('the name of a namespace');
export const ServiceName = label('the name of a service');
/** Requests per second. */
export const RateLimit = z.number().nonnegative();

/** By name; null: without a limit. */
const Services = z.record(z.string(), RateLimit.nullable()).readonly();
const everyNamespace = { createdAt: Instant, services: Services };

/** One that a test makes for itself, and that goes with it (S6.6). Nothing but these is ever deleted. */
export const TestNamespace = z
  .object({
    kind: z.literal('test'),
    pr: PullNumber,
    /** null: none is known yet, or any more. */
    batch: BatchId.nullable(),
    expiresAt: Instant,
    /** Since when its batch is known to be over. */
    overSince: Instant.nullable(),
    /** Which object it is in the cluster, and since when we know; null: it was not seen there. */
    seen: z.object({ uid: z.string(), at: Instant }).readonly().nullable(),
    /** Of a branch that nobody watches any more: it may live until it expires. */
    stray: z.boolean(),
    /** What became of it, until the next look forgets it. */
    fate: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('deleted') }).readonly(),
        z.object({ kind: z.literal('gone') }).readonly(),
        z.object({ kind: z.literal('left'), why: z.string() }).readonly(),
      ])
      .nullable(),
    ...everyNamespace,
  })
  .readonly();
export type TestNamespace = z.infer<typeof TestNamespace>;

export const NamespaceRow = z.discriminatedUnion('kind', [
  TestNamespace,
  /** Where the branch is deployed. */
  z.object({ kind: z.literal('deploy'), ...everyNamespace }).readonly(),
  /** Somebody has told us of it. */
  z
    .object({ kind: z.literal('developer'), by: z.string().nullable(), ...everyNamespace })
    .readonly(),
]);
export type NamespaceRow = z.infer<typeof NamespaceRow>;
/** By name. */
export const Namespaces = z.record(z.string(), NamespaceRow).readonly();
export type Namespaces = z.infer<typeof Namespaces>;

/** What a deploy step waits for, by the kind of what stands behind it. A pod is waited for until it is done. */
export const DeployedService = z
  .object({
    kind: z.enum(['Deployment', 'StatefulSet', 'Pod']),
    name: z.string(),
    /** That its configuration gives its containers; absent where it does not say. */
    images: z.array(z.string()).readonly().optional(),
  })
  .readonly();
export type DeployedService = z.infer<typeof DeployedService>;

export const WorkloadKind = DeployedService.unwrap().shape.kind.exclude(['Pod']);
export type WorkloadKind = z.infer<typeof WorkloadKind>;

/** What Kubernetes says of a service. */
export const LiveService = z
  .object({
    kind: WorkloadKind,
    name: z.string(),
    /** Of its containers. */
    images: z.array(z.string()).readonly(),
    wanted: z.number().int(),
    ready: z.number().int(),
    /** All that is wanted is ready, and by the newest configuration. */
    isRolledOut: z.boolean(),
  })
  .readonly();
export type LiveService = z.infer<typeof LiveService>;

/** What the newest deploy deploys, and what is live of it. */
export const Rollout = z
  .object({
    batch: BatchId,
    namespace: z.string(),
    services: z.array(DeployedService).readonly(),
    /** null: not since it was deployed. A service that is missing in `live` is missing in the cluster. */
    read: z
      .object({
        at: Instant,
        live: z.array(LiveService).readonly(),
        /** Why it could not be read. */
        error: z.string().nullable(),
      })
      .readonly()
      .nullable(),
  })
  .readonly();
export type Rollout = z.infer<typeof Rollout>;

/** What a branch remembers of Kubernetes. */
export const clusterFields = {
  namespaces: Namespaces,
  /** When the last look at the cluster's namespaces began that was answered. */
  namespacesReadAt: Instant.nullable(),
  /** When the last look at Batch began that was answered: it says whose they are. */
  batchesReadAt: Instant.nullable(),
  rollout: Rollout.nullable(),
};
