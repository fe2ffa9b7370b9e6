// Puts together what a branch's passes work with, from the configuration: the clients over the
// platform's fetch, and the compiler over the template engine.
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm';
import { createBatchService } from '../src/clients/batch/batch.ts';
import { BatchConnection } from '../src/clients/batch/connection.ts';
import { googleTokens } from '../src/clients/batch/credentials.ts';
import { createDevBatches } from '../src/clients/batch/dev-batches.ts';
import { callbackUrl } from '../src/clients/callback-url.ts';
import { fixedToken, type KeptTokens } from '../src/clients/credentials.ts';
import { type Budget, Budgets } from '../src/clients/github/budget.ts';
import { conditionalFetch, KnownAnswers } from '../src/clients/github/conditional-fetch.ts';
import { Connection } from '../src/clients/github/connection.ts';
import { createDeliveries, repositoryHook } from '../src/clients/github/deliveries.ts';
import { createGitHub } from '../src/clients/github/github.ts';
import { installationTokens } from '../src/clients/github/installation-tokens.ts';
import { KubernetesConnection } from '../src/clients/kubernetes/connection.ts';
import { createKubernetes } from '../src/clients/kubernetes/kubernetes.ts';
import { createNotifier } from '../src/clients/notifier.ts';
import { createRender } from '../src/compile/render.ts';
import { type BranchConfig, type Config, unwatchedBranch } from '../src/core/config.ts';
import type { DevDeploys } from '../src/core/dev-deploy.ts';
import type { Purpose } from '../src/core/github-budget.ts';
import { createCompiler } from '../src/loop/compiler.ts';
import type { Loop } from '../src/loop/loop.ts';
import { ParsedFiles } from '../src/loop/parsed-files.ts';
import { PageEnds } from '../src/loop/read-pages.ts';
import { startDevDeploy } from '../src/loop/start-dev-deploy.ts';
import { log } from './log.ts';

/** Each Worker isolate compiles the template engine once, and parses a file once. */
const render = createRender(wasm);
const parsedFiles = new ParsedFiles();
/** GitHub counts by credential, whichever branch asks. */
const budgets = new Budgets();
const knownAnswers = new KnownAnswers();
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
    github: githubOf(config, branch, 'everyday'),
    githubForLandings: githubOf(config, branch, 'landing'),
    pageEnds: new PageEnds(),
    deliveries: deliveriesOf(config, branch),
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
      const loop = {
        config: branch,
        github: githubOf(config, branch, 'everyday'),
        compiler,
        devBatches,
      };
      return startDevDeploy(loop, deploy);
    },
  };
}

/** What is left of GitHub's limits to the credential of a branch. */
export function githubBudgetOf({ document, secrets }: Config, { owner }: BranchConfig): Budget {
  // GitHub counts an App's requests by where it is installed.
  const credential =
    'app' in secrets.github ? `app ${secrets.github.app.id} of ${owner}` : secrets.github.token;
  return budgets.of(credential, { reserve: document.github.kept_for_landings, now });
}

const githubOf = (config: Config, branch: BranchConfig, purpose: Purpose): Loop['github'] =>
  createGitHub(connectionOf(config, branch, purpose), branch, config.document.committer);

/** Of a repository's webhook, its first branch looks after it. An App's is not the repository's. */
function deliveriesOf(config: Config, branch: BranchConfig): Loop['deliveries'] {
  const first = config.branches.find(
    ({ owner, repo }) => owner === branch.owner && repo === branch.repo,
  );
  if (first !== branch || 'app' in config.secrets.github) return null;
  const api = connectionOf(config, branch, 'everyday');
  return createDeliveries(api, () => repositoryHook(api, `${branch.publicUrl}/github_callback`));
}

function connectionOf(config: Config, branch: BranchConfig, purpose: Purpose): Connection {
  const { document, secrets } = config;
  const { owner, repo } = branch;
  const place = { apiUrl: document.github.api_url, owner, repo, now };
  const credentials =
    'app' in secrets.github
      ? installationTokens({ ...place, fetch, app: secrets.github.app, kept })
      : fixedToken(secrets.github.token);
  return new Connection({
    ...place,
    credentials,
    fetch: conditionalFetch(fetch, knownAnswers),
    spend: githubBudgetOf(config, branch).spending(purpose),
  });
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
