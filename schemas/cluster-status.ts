// What the JSON API says of namespaces and of what is live in them, wire spelling. The pages render exactly this. Where
// the existing service has the same field, it has the same name and meaning.
import { z } from 'zod';

const Time = z.iso.datetime();

export const NamespaceStatus = z.object({
  namespace: z.string(),
  creation_time: Time,
  /** null: it has none. */
  expiration_time: Time.nullable(),
  /** Requests per second by service; null: without a limit. */
  services: z.record(z.string(), z.number().nullable()),
  /** Of a test, where a branch is deployed, or a developer's. */
  kind: z.enum(['test', 'deploy', 'developer']),
  /** The branch that is tested or deployed there; null for a developer's. */
  branch_fqn: z.string().nullable(),
  repo: z.string().nullable(),
  pr: z.number().int().nullable(),
  batch_id: z.number().int().nullable(),
  batch_url: z.string().nullable(),
  /** Who told us of it, if anybody said. */
  added_by: z.string().nullable(),
});
export type NamespaceStatus = z.infer<typeof NamespaceStatus>;

export const ServiceStatus = z.object({
  namespace: z.string(),
  service: z.string(),
  rate_limit_rps: z.number().nullable(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export const KubernetesStatus = z.object({
  configured: z.boolean(),
  /** How it is, in a sentence. */
  text: z.string(),
  read_at: Time.nullable(),
});
export type KubernetesStatus = z.infer<typeof KubernetesStatus>;

/** What is live of a service next to what was deployed by `deploy_batch_id`. */
export const DeployedServiceStatus = z.object({
  name: z.string(),
  kind: z.enum(['Deployment', 'StatefulSet', 'Pod']),
  namespace: z.string(),
  deploy_batch_id: z.number().int(),
  /** `done`: a pod, which was waited for until it ended. `other`: it runs, but not by the images that were deployed. */
  state: z.enum(['ready', 'not_ready', 'other', 'missing', 'unknown', 'done']),
  /** That were deployed; none where the configuration does not say so. */
  deployed_images: z.array(z.string()),
  /** That are live. */
  images: z.array(z.string()),
  ready_replicas: z.number().int().nullable(),
  wanted_replicas: z.number().int().nullable(),
  read_at: Time.nullable(),
  text: z.string(),
});
export type DeployedServiceStatus = z.infer<typeof DeployedServiceStatus>;
