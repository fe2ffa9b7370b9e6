/**
 * A Hail Batch on this machine: its REST protocol over HTTP, its jobs as processes, gs:// as a
 * folder. An independent witness of our client: it shares no code with it. Starts and stops; the
 * parts are in the files beside this one.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { loopbackCertificate } from '../local-server/certificate.ts';
import { Faults, plainWording } from '../local-server/faults.ts';
import { type Listening, listen } from '../local-server/listen.ts';
import { lockFolder } from '../local-server/lock.ts';
import { Access, type Identity } from './access.ts';
import { batchApp } from './app.ts';
import { Billing } from './billing.ts';
import { Callbacks } from './callback.ts';
import { Engine } from './engine.ts';
import { describeIoMode, type IoMode, probeIoMode } from './sandbox.ts';
import { Store } from './store.ts';

export interface LocalBatchOptions {
  readonly tokens: readonly Identity[];
  readonly billingProjects: readonly { name: string; users: readonly string[] }[];
  /** 0 = any free port. */
  readonly port: number;
  readonly host?: string;
  /** Everything is kept under this folder: bucket/, jobs/, secrets/, tls/ and the journal. */
  readonly root: string;
  /** How many jobs run at once. Default: the number of cores, at least 2. */
  readonly parallelJobs?: number;
  /** Extra environment of every job. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a job with a service account finds at /.kube/config. */
  readonly kubeconfig?: string;
  readonly clock?: () => Date;
  readonly log?: (line: string) => void;
  /** `rewrite` does without a namespace even where the machine allows one. */
  readonly io?: 'auto' | 'rewrite';
}

export interface LocalBatch {
  readonly url: string;
  /** The same port, for clients that want TLS. */
  readonly secureUrl: string;
  /** The certificate that such a client has to trust. */
  readonly caPath: string;
  /** `gs://B/P` is the file `B/P` in here. */
  readonly bucketDir: string;
  /** How jobs are kept apart, in a sentence. */
  readonly sandbox: string;
  /** Stops listening and kills what runs, whole process groups; those jobs run again next time. */
  close(): Promise<void>;
}

/** @throws when the port is taken, or the root is in use or cannot be written. */
export async function startLocalBatch(options: LocalBatchOptions): Promise<LocalBatch> {
  const { host = '127.0.0.1', clock = () => new Date(), log = () => {} } = options;
  const root = resolve(options.root);
  await mkdir(join(root, 'bucket'), { recursive: true });
  const ioMode = options.io === 'rewrite' ? askedFor : await probeIoMode(root);
  const now = (): number => clock().getTime();
  const unlock = lockFolder(root);
  const certificate = loopbackCertificate(join(root, 'tls'), now());
  const store = new Store(root);
  const callbacks = new Callbacks(log);
  const engine = new Engine({
    store,
    callbacks,
    workshop: {
      bucketDir: join(root, 'bucket'),
      secretsDir: join(root, 'secrets'),
      kubeconfig: options.kubeconfig === undefined ? null : resolve(options.kubeconfig),
      ioMode,
      env: options.env ?? {},
      now,
    },
    jobsDir: join(root, 'jobs'),
    parallelJobs: options.parallelJobs ?? Math.max(2, availableParallelism()),
    log,
  });
  const billing = new Billing(options.billingProjects, root);
  const access = new Access(options.tokens, billing, store);
  const faults = new Faults(now, plainWording);
  const app = batchApp({ engine, access, billing, callbacks, faults, ioMode });
  const listener = getRequestListener(app.fetch);
  const serve = (...pair: Parameters<typeof listener>): void => void listener(...pair);
  let listening: Listening;
  try {
    listening = await listen(serve, { port: options.port, host, tls: certificate });
  } catch (error) {
    store.close();
    unlock();
    throw error;
  }
  engine.start();
  return {
    url: `http://${host}:${listening.port}`,
    secureUrl: `https://${host}:${listening.port}`,
    caPath: certificate.path,
    bucketDir: join(root, 'bucket'),
    sandbox: describeIoMode(ioMode),
    async close() {
      callbacks.close();
      await listening.close();
      await engine.close();
      store.close();
      unlock();
    },
  };
}

const askedFor: IoMode = { kind: 'rewrite', why: 'it was asked for' };
