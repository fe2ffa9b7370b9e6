// Puts together what a branch's passes work with, from the configuration: the clients over the
// platform's fetch, and the compiler over the template engine.
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm';
import { createBatchService } from '../src/clients/batch/batch.ts';
import { BatchConnection } from '../src/clients/batch/connection.ts';
import { fixedToken, googleTokens } from '../src/clients/batch/credentials.ts';
import { callbackUrl } from '../src/clients/callback-url.ts';
import { Connection } from '../src/clients/github/connection.ts';
import { createGitHub } from '../src/clients/github/github.ts';
import {
  KubernetesConnection,
  type KubernetesConnectionOptions,
} from '../src/clients/kubernetes/connection.ts';
import { createKubernetes } from '../src/clients/kubernetes/kubernetes.ts';
import { createNotifier } from '../src/clients/notifier.ts';
import { createRender } from '../src/compile/render.ts';
import type { BranchConfig, Config } from '../src/core/config.ts';
import { createCompiler } from '../src/loop/compiler.ts';
import type { Loop } from '../src/loop/loop.ts';
import { ParsedFiles } from '../src/loop/parsed-files.ts';
import { log } from './log.ts';

/** Each Worker isolate compiles the template engine once, and parses a file once. */
const render = createRender(wasm);
const parsedFiles = new ParsedFiles();

/** What the platform hands over to call others by, instead of its own fetch. */
type Bindings = Pick<Env, 'KUBERNETES'>;

export function createHands(
  { document, secrets }: Config,
  branch: BranchConfig,
  { KUBERNETES: cluster }: Bindings,
): Omit<Loop, 'config' | 'store'> {
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
  const now = () => Date.now();
  const connection = new Connection({
    apiUrl: document.github.api_url,
    token: secrets.githubToken,
    owner: branch.owner,
    repo: branch.repo,
    fetch,
    now,
  });
  const credentials =
    'key' in secrets.batch
      ? googleTokens(secrets.batch.key, { fetch, now })
      : fixedToken(secrets.batch.token);
  return {
    clock: { now },
    random: () => Math.random(),
    github: createGitHub(connection, branch, document.committer),
    batch: createBatchService(
      new BatchConnection({ url: document.batch.url, credentials, fetch, now }),
      {
        user: document.batch.user,
        billingProject: document.batch.billing_project,
        callbackUrl: (name, key) =>
          callbackUrl(document.public_url, secrets.callbackSecret, name, key),
      },
      branch,
    ),
    kubernetes: kubernetesOf(branch, secrets.kubernetesToken, {
      fetch: cluster ? (input, init) => cluster.fetch(input, init) : fetch,
      now,
    }),
    notifier: createNotifier(log, branch.name),
    compiler: createCompiler(document, render, parsedFiles),
  };
}

function kubernetesOf(
  branch: BranchConfig,
  token: string | null,
  surroundings: Pick<KubernetesConnectionOptions, 'fetch' | 'now'>,
): Loop['kubernetes'] {
  const url = branch.kubernetesUrl;
  if (url === null || token === null) return null;
  return createKubernetes(new KubernetesConnection({ url, token, ...surroundings }), branch);
}
