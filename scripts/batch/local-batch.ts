/**
 * A Hail Batch on this machine: its REST protocol over HTTP, its jobs as processes, gs:// as a
 * folder. An independent witness of our client: it shares no code with it. Starts and stops; the
 * parts are in the files beside this one.
 */
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Access, type AccessRules } from './access.ts';
import { batchApp } from './app.ts';
import { Callbacks } from './callback.ts';
import { Engine } from './engine.ts';
import { Faults } from './faults.ts';
import { type IoMode, probeIoMode } from './sandbox.ts';
import { Store } from './store.ts';

export interface LocalBatchOptions extends AccessRules {
  /** 0 = any free port. */
  readonly port: number;
  readonly host?: string;
  /** Everything is kept under this folder: bucket/, jobs/ and the journal. */
  readonly root: string;
  /** How many jobs run at once. Default: the number of cores, at least 2. */
  readonly parallelJobs?: number;
  /** Extra environment of every job. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: () => Date;
  readonly log?: (line: string) => void;
  /** `rewrite` does without a namespace even where the machine allows one. */
  readonly io?: 'auto' | 'rewrite';
}

export interface LocalBatch {
  readonly url: string;
  /** `gs://B/P` is the file `B/P` in here. */
  readonly bucketDir: string;
  /** Stops listening and kills what runs, whole process groups; those jobs run again next time. */
  close(): Promise<void>;
}

/** @throws when the port is taken or the root cannot be written. */
export async function startLocalBatch(options: LocalBatchOptions): Promise<LocalBatch> {
  const { host = '127.0.0.1', port, clock = () => new Date(), log = () => {} } = options;
  const root = resolve(options.root);
  const bucketDir = join(root, 'bucket');
  await mkdir(bucketDir, { recursive: true });
  const ioMode = await chooseIoMode(root, options.io);
  log(`/io of a job: ${describeIoMode(ioMode)}`);

  const now = (): number => clock().getTime();
  const store = new Store(root);
  const callbacks = new Callbacks(log);
  const engine = new Engine({
    store,
    callbacks,
    workshop: { bucketDir, ioMode, env: options.env ?? {}, now },
    jobsDir: join(root, 'jobs'),
    parallelJobs: options.parallelJobs ?? Math.max(2, availableParallelism()),
    log,
  });
  const access = new Access(options, store);
  const app = batchApp({ engine, access, callbacks, faults: new Faults(now), ioMode });
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  try {
    await listen(server, port, host);
  } catch (error) {
    store.close();
    throw error;
  }
  engine.start();
  const address = server.address();
  return {
    url: `http://${host}:${typeof address === 'object' && address ? address.port : port}`,
    bucketDir,
    async close() {
      callbacks.close();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await engine.close();
      await closed;
      store.close();
    },
  };
}

async function chooseIoMode(root: string, asked: LocalBatchOptions['io']): Promise<IoMode> {
  if (asked === 'rewrite') return { kind: 'rewrite', why: 'it was asked for' };
  return probeIoMode(root);
}

function describeIoMode(mode: IoMode): string {
  return mode.kind === 'namespace'
    ? 'a mount namespace of its own'
    : `paths are rewritten to its folder, because ${mode.why}`;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
