// Puts together what a branch's passes work with, from the configuration: the clients over the
// platform's fetch, and the compiler over the template engine.
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm';
import { createBatchService } from '../src/clients/batch/batch.ts';
import { BatchConnection } from '../src/clients/batch/connection.ts';
import { googleTokens } from '../src/clients/batch/credentials.ts';
import { createDevBatches } from '../src/clients/batch/dev-batches.ts';
import { callbackUrl } from '../src/clients/callback-url.ts';
import { fixedToken, type KeptTokens } from '../src/clients/credentials.ts';
import { Connection } from '../src/clients/github/connection.ts';
import { createGitHub } from '../src/clients/github/github.ts';
import { installationTokens } from '../src/clients/github/installation-tokens.ts';
import { KubernetesConnection } from '../src/clients/kubernetes/connection.ts';
import { createKubernetes } from '../src/clients/kubernetes/kubernetes.ts';
import { createNotifier } from '../src/clients/notifier.ts';
import { createRender } from '../src/compile/render.ts';
import { type BranchConfig, type Config, unwatchedBranch } from '../src/core/config.ts';
import type { DevDeploys } from '../src/core/dev-deploy.ts';
import { createCompiler } from '../src/loop/compiler.ts';
import type { Loop } from '../src/loop/loop.ts';
import { ParsedFiles } from '../src/loop/parsed-files.ts';
import { startDevDeploy } from '../src/loop/start-dev-deploy.ts';
import { log } from './log.ts';

/** Each Worker isolate compiles the template engine once, and parses a file once. */
const render = createRender(wasm);
const parsedFiles = new ParsedFiles();
/** And asks for one token of the GitHub App for each repository. */
const kept: KeptTokens = new Map();

const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
const now = () => Date.now();

/** What the platform hands over to call others by, instead of its own fetch. */
type Bindings = Pick<Env, 'KUBERNETES'>;

export function createHands(
  config: Config,
  branch: BranchConfig,
  { KUBERNETES: cluster }: Bindings,
): Omit<Loop, 'config' | 'store'> {
  return {
    clock: { now },
    random: () => Math.random(),
    github: githubOf(config, branch),
    batch: createBatchService(batchApi(config), batchOptions(config), branch),
    kubernetes: kubernetesOf(branch, config.secrets.kubernetesToken, cluster),
    notifier: createNotifier(log, branch.name),
    compiler: createCompiler(config.document, render, parsedFiles),
  };
}

export function createDevDeploys(config: Config): DevDeploys {
  const devBatches = createDevBatches(batchApi(config), batchOptions(config));
  const compiler = createCompiler(config.document, render, parsedFiles);
  return {
    newest: (user) => devBatches.newest(user),
    start(name, deploy) {
      const branch = unwatchedBranch(config.document, name);
      const loop = { config: branch, github: githubOf(config, branch), compiler, devBatches };
      return startDevDeploy(loop, deploy);
    },
  };
}

function githubOf({ document, secrets }: Config, branch: BranchConfig): Loop['github'] {
  const { owner, repo } = branch;
  const place = { apiUrl: document.github.api_url, owner, repo, fetch, now };
  const credentials =
    'app' in secrets.github
      ? installationTokens({ ...place, app: secrets.github.app, kept })
      : fixedToken(secrets.github.token);
  const connection = new Connection({ ...place, credentials });
  return createGitHub(connection, branch, document.committer);
}

function batchApi({ document, secrets }: Config): BatchConnection {
  const credentials =
    'key' in secrets.batch
      ? googleTokens(secrets.batch.key, { fetch, now })
      : fixedToken(secrets.batch.token);
  return new BatchConnection({ url: document.batch.url, credentials, fetch, now });
}

const batchOptions = ({ document, secrets }: Config) => ({
  user: document.batch.user,
  billingProject: document.batch.billing_project,
  callbackUrl: (name: string, key: string) =>
    callbackUrl(document.public_url, secrets.callbackSecret, name, key),
});

function kubernetesOf(
  branch: BranchConfig,
  token: string | null,
  cluster: Bindings['KUBERNETES'],
): Loop['kubernetes'] {
  const url = branch.kubernetesUrl;
  if (url === null || token === null) return null;
  const through: typeof fetch = cluster ? (input, init) => cluster.fetch(input, init) : fetch;
  return createKubernetes(new KubernetesConnection({ url, token, fetch: through, now }), branch);
}
