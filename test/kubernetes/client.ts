/**
 * A local Kubernetes in a folder of its own, and the few words by which the tests talk to it. Speaks
 * HTTP like any client.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  type LocalKubernetes,
  type LocalKubernetesOptions,
  startLocalKubernetes,
} from '../../scripts/kubernetes/local-kubernetes.ts';

export type Body = Record<string, unknown>;

const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    continue: z.string().optional(),
  }),
});
const listSchema = objectSchema.extend({
  items: z.array(objectSchema.extend({ metadata: z.looseObject({ name: z.string() }) })),
});
const eventSchema = z.object({ type: z.string(), object: z.looseObject({}) });
export type WatchEvent = z.infer<typeof eventSchema>;

export class Cluster {
  readonly root: string;
  readonly server: LocalKubernetes;

  constructor(server: LocalKubernetes, root: string) {
    this.server = server;
    this.root = root;
  }

  /** `body` goes as JSON unless `headers` say otherwise. `token` null = none. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    token: string | null = 'token',
  ) {
    const response = await fetch(this.server.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    const read: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    return { status: response.status, body: read };
  }

  /** @throws when the answer is not a success. */
  async must(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await this.send(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return objectSchema.parse(answer.body);
  }

  read(path: string) {
    return this.must('GET', path);
  }

  async list(path: string) {
    return listSchema.parse(await this.read(path));
  }

  async names(path: string): Promise<string[]> {
    return (await this.list(path)).items.map(({ metadata }) => metadata.name);
  }

  namespace(name: string, metadata: Body = {}) {
    return this.must('POST', '/api/v1/namespaces', { metadata: { name, ...metadata } });
  }

  /** A config map: the plainest object there is. */
  configMap(namespace: string, name: string, metadata: Body = {}) {
    return this.must('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name, ...metadata },
    });
  }

  /** The events of a watch as they come. Ended with the test. */
  watch(path: string): { events: WatchEvent[]; ended: Promise<void> } {
    const events: WatchEvent[] = [];
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const { url } = this.server;
    const read = async (): Promise<void> => {
      const separator = path.includes('?') ? '&' : '?';
      const response = await fetch(`${url}${path}${separator}watch=true`, {
        headers: { authorization: 'Bearer token' },
        signal: abort.signal,
      });
      let rest = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.map((line) => eventSchema.parse(JSON.parse(line))));
      }
    };
    const ended = read().catch((error: unknown) => {
      if (!abort.signal.aborted) throw error;
    });
    return { events, ended };
  }
}

export const deployment = (name: string, image: string, replicas: number): Body => ({
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image }] },
    },
  },
});

/** What an event is of, as `ADDED name`. */
export const told = ({ type, object }: WatchEvent): string => {
  const metadata = z.looseObject({ name: z.string().optional() }).parse(object['metadata'] ?? {});
  return `${type} ${metadata.name ?? ''}`.trim();
};

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await holds()) return;
    await pause(10);
  }
  throw new Error('waited five seconds in vain');
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-kubernetes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function startCluster(
  options: Partial<LocalKubernetesOptions> = {},
): Promise<Cluster> {
  const root = options.root ?? (await temporaryFolder());
  const server = await startLocalKubernetes({ port: 0, token: 'token', ...options, root });
  let closed: Promise<void> | null = null;
  const close = server.close.bind(server);
  const once = { ...server, close: () => (closed ??= close()) };
  onTestFinished(() => once.close());
  return new Cluster(once, root);
}
