// Our Kubernetes client, put together as durable-objects/hands.ts does it, against a local Kubernetes of the test's own.
// Asserts nothing.
import { z } from 'zod';
import {
  KubernetesConnection,
  type KubernetesConnectionOptions,
} from '../../src/clients/kubernetes/connection.ts';
import { createKubernetes } from '../../src/clients/kubernetes/kubernetes.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import { marksOfTest } from '../../src/core/test-namespace.ts';
import type { Kubernetes } from '../../src/loop/ports.ts';
import { type Cluster, startCluster } from '../kubernetes/client.ts';
import { configOf, NOON } from '../support/builders.ts';

export interface Bench {
  readonly cluster: Cluster;
  readonly kubernetes: Kubernetes;
  /** One with other options. */
  client(change?: Partial<KubernetesConnectionOptions>, config?: BranchConfig): Kubernetes;
  fault(fault: {
    readonly match?: object;
    readonly when?: 'before' | 'after';
    readonly do: object;
  }): Promise<void>;
  /** What a call asked of Kubernetes. */
  asked<T>(call: () => Promise<T>): Promise<{ answer: T; requests: string[] }>;
  /** A namespace as a test's job makes it. */
  make(name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
}

const requestLog = z.object({
  requests: z.array(z.object({ method: z.string(), path: z.string() })),
});

export async function start(options: Parameters<typeof startCluster>[0] = {}): Promise<Bench> {
  const cluster = await startCluster(options);
  const client = (change: Partial<KubernetesConnectionOptions> = {}, config = configOf()) =>
    createKubernetes(
      new KubernetesConnection({
        url: cluster.server.url,
        token: 'token',
        fetch: (input, init) => globalThis.fetch(input, init),
        now: () => NOON,
        ...change,
      }),
      config,
    );
  return {
    cluster,
    kubernetes: client(),
    client,
    async fault(fault) {
      const body = { match: { path: '/api' }, when: 'before', times: 1, ...fault };
      const { status, body: answer } = await cluster.send('POST', '/_kubernetes/faults', body);
      if (status !== 200) throw new Error(JSON.stringify(answer));
    },
    async asked(call) {
      await cluster.send('DELETE', '/_kubernetes/requests');
      const answer = await call();
      const { body } = await cluster.send('GET', '/_kubernetes/requests');
      const others = requestLog
        .parse(body)
        .requests.filter(({ path }) => !path.startsWith('/_kubernetes/'));
      return { answer, requests: others.map(({ method, path }) => `${method} ${path}`) };
    },
    async make(name, labels = marksOfTest(configOf(), 1).labels) {
      await cluster.namespace(name, { labels });
    },
  };
}
