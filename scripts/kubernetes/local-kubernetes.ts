/**
 * A Kubernetes on this machine: its API over HTTP and HTTPS, with controllers that make deployments
 * ready and namespaces go; nothing runs in its pods. An independent witness of our client: it shares
 * no code with it. Starts and stops; the parts are in the files beside this one.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { loopbackCertificate } from '../local-server/certificate.ts';
import { Faults } from '../local-server/faults.ts';
import { type Listening, listen } from '../local-server/listen.ts';
import { lockFolder } from '../local-server/lock.ts';
import { kubernetesApp } from './app.ts';
import type { Controller } from './controllers/controller.ts';
import { deploymentController } from './controllers/deployments.ts';
import { ControllerLoop } from './controllers/loop.ts';
import { namespaceController } from './controllers/namespaces.ts';
import { garbageController } from './controllers/owned.ts';
import { podController } from './controllers/pods.ts';
import { replicaSetController } from './controllers/replica-sets.ts';
import { statefulSetController } from './controllers/stateful-sets.ts';
import { tokenController } from './controllers/tokens.ts';
import { Dice, type RandomBytes } from './dice.ts';
import { faultOf } from './failure.ts';
import { namespaceKind } from './kinds.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { immortalNamespaces, Objects } from './objects.ts';
import { Store } from './store.ts';

export interface LocalKubernetesOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly host?: string;
  /** Everything is kept under this folder: the objects, tls/ and kubeconfig. */
  readonly root: string;
  /** The one bearer token that is let in. */
  readonly token: string;
  /** From a pod's creation to its being ready. Default: at once. */
  readonly readyDelayMs?: number;
  /** From a namespace's deletion to its content's. Default: at once. */
  readonly namespaceDelayMs?: number;
  /** How many changes a watch can reach back. */
  readonly changesKept?: number;
  readonly bookmarkEveryMs?: number;
  readonly clock?: () => Date;
  readonly random?: RandomBytes;
  readonly log?: (line: string) => void;
}

export interface LocalKubernetes {
  readonly url: string;
  /** The same port, for clients that send their token over TLS alone, as kubectl does. */
  readonly secureUrl: string;
  /** The certificate that such a client has to trust. */
  readonly caPath: string;
  /** For `kubectl --kubeconfig`. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** @throws when the port is taken, or the root is in use or cannot be written. */
export async function startLocalKubernetes(
  options: LocalKubernetesOptions,
): Promise<LocalKubernetes> {
  const { host = '127.0.0.1', clock = () => new Date(), log = () => {} } = options;
  const root = resolve(options.root);
  const now = (): number => clock().getTime();
  mkdirSync(root, { recursive: true });
  const unlock = lockFolder(root);
  const certificate = loopbackCertificate(join(root, 'tls'), now());
  const store = new Store(root, options.changesKept ?? 1000);
  const objects = new Objects(store, new Dice(options.random ?? randomBytes), now);
  if (store.isEmpty) addNamespaces(objects);
  const pace = {
    readyDelayMs: options.readyDelayMs ?? 0,
    namespaceDelayMs: options.namespaceDelayMs ?? 0,
  };
  const workers = controllers(options.token, certificate.cert);
  const loop = new ControllerLoop(workers, { objects, now, pace }, log);
  const app = kubernetesApp({
    objects,
    faults: new Faults(now, (status) => Response.json(faultOf(status), { status })),
    watches: { bookmarkEveryMs: options.bookmarkEveryMs ?? 60_000, running: new Set() },
    token: options.token,
    now,
    pace,
    wake: () => loop.wake(),
  });
  const listener = getRequestListener(app.fetch);
  const serve = (...pair: Parameters<typeof listener>): void => void listener(...pair);
  const close = (): void => {
    loop.close();
    store.close();
    unlock();
  };
  let listening: Listening;
  try {
    listening = await listen(serve, { port: options.port, host, tls: certificate });
  } catch (error) {
    close();
    throw error;
  }
  const secureUrl = `https://${host}:${listening.port}`;
  const kubeconfig = join(root, 'kubeconfig');
  const text = kubeconfigText({ server: secureUrl, ca: certificate.cert, token: options.token });
  writeFileSync(kubeconfig, text, { mode: 0o600 });
  return {
    url: `http://${host}:${listening.port}`,
    secureUrl,
    caPath: certificate.path,
    kubeconfig,
    async close() {
      await listening.close();
      close();
    },
  };
}

/** Owners before what they own, so that a change comes to rest in few rounds. */
function controllers(token: string, ca: string): Controller[] {
  return [
    namespaceController(ca),
    tokenController(token, ca),
    deploymentController,
    replicaSetController,
    statefulSetController,
    podController(),
    garbageController,
  ];
}

function addNamespaces(objects: Objects): void {
  for (const name of [...immortalNamespaces, 'kube-node-lease']) {
    objects.create({ kind: namespaceKind, namespace: undefined }, { metadata: { name } });
  }
}
