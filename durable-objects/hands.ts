// Puts together what a branch's passes work with, from the configuration: the clients over the
// platform's fetch, and the compiler over the template engine.
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm';
import { createNotifier } from '../src/clients/alerts/notifier.ts';
import { createBatchService } from '../src/clients/batch/batch.ts';
import { BatchConnection } from '../src/clients/batch/connection.ts';
import { googleTokens } from '../src/clients/batch/credentials.ts';
import { createDevBatches } from '../src/clients/batch/dev-batches.ts';
import { callbackUrl } from '../src/clients/callback-url.ts';
import { type CallOutcome, countedFetch } from '../src/clients/counted-fetch.ts';
import { fixedToken, type KeptTokens } from '../src/clients/credentials.ts';
import { appTokens } from '../src/clients/github/app-tokens.ts';
import { type Budget, Budgets } from '../src/clients/github/budget.ts';
import { conditionalFetch, KnownAnswers } from '../src/clients/github/conditional-fetch.ts';
import { Connection } from '../src/clients/github/connection.ts';
import { appHook, createDeliveries, repositoryHook } from '../src/clients/github/deliveries.ts';
import { createExaminer } from '../src/clients/github/examiner.ts';
import { createGitHub } from '../src/clients/github/github.ts';
import { installationTokens } from '../src/clients/github/installation-tokens.ts';
import { KubernetesConnection } from '../src/clients/kubernetes/connection.ts';
import { createKubernetes } from '../src/clients/kubernetes/kubernetes.ts';
import { createRender } from '../src/compile/render.ts';
import { type BranchConfig, type Config, unwatchedBranch } from '../src/core/config.ts';
import type { DevDeploys } from '../src/core/dev-deploy.ts';
import { addressOf } from '../src/core/diagnosis/webhook.ts';
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

type Fetch = typeof globalThis.fetch;
/** Hears of every request that was made, and how it ended. */
type CountCall = (api: 'github' | 'batch' | 'kubernetes' | 'alerts', outcome: CallOutcome) => void;

export function createHands(
  config: Config,
  branch: BranchConfig,
  { KUBERNETES: cluster }: Bindings,
  count: CountCall = () => {},
): Omit<Loop, 'config' | 'store'> {
  const fetchFrom = (api: Parameters<CountCall>[0], through: Fetch = fetch): Fetch =>
    countedFetch(through, (outcome) => count(api, outcome));
  const toGithub = fetchFrom('github');
  return {
    clock: { now },
    random: () => Math.random(),
    github: githubOf(config, branch, 'everyday', toGithub),
    githubForLandings: githubOf(config, branch, 'landing', toGithub),
    pageEnds: new PageEnds(),
    deliveries: deliveriesOf(config, branch, toGithub),
    examine: createExaminer(
      {
        api: connectionOf(config, branch, 'everyday', toGithub),
        asApp: appConnectionOf(config, branch, toGithub),
      },
      branch,
    ),
    batch: createBatchService(batchApi(config, fetchFrom('batch')), batchOptions(config), branch),
    kubernetes: kubernetesOf(
      branch,
      config.secrets.kubernetesToken,
      fetchFrom('kubernetes', cluster && ((input, init) => cluster.fetch(input, init))),
    ),
    notifier: createNotifier(branch, {
      ...{ channels: config.document.alerts.channels, secrets: config.secrets.alerts },
      ...{ log, fetch: fetchFrom('alerts'), now },
    }),
    compiler: createCompiler(config.document, render, parsedFiles),
  };
}

export function createDevDeploys(config: Config): DevDeploys {
  const devBatches = createDevBatches(batchApi(config, fetch), batchOptions(config));
  const compiler = createCompiler(config.document, render, parsedFiles);
  return {
    newest: (user) => devBatches.newest(user),
    start(name, deploy) {
      const branch = unwatchedBranch(config.document, name);
      const loop = {
        config: branch,
        github: githubOf(config, branch, 'everyday', fetch),
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
  return budgetOf(credential, document, document.github.kept_for_landings);
}

const budgetOf = (credential: string, { github }: Config['document'], reserve: number): Budget =>
  budgets.of(credential, {
    ...{ reserve, now, web: github.web_url },
    onProblem: (text) => log('credentials.lacking', { text }),
  });

const githubOf = (
  config: Config,
  branch: BranchConfig,
  purpose: Purpose,
  fetch: Fetch,
): Loop['github'] =>
  createGitHub(connectionOf(config, branch, purpose, fetch), branch, config.document.committer);

/** One branch looks after each webhook: the first of its repository, and of all branches for an App's own. */
function deliveriesOf(config: Config, branch: BranchConfig, fetch: Fetch): Loop['deliveries'] {
  const asApp = appConnectionOf(config, branch, fetch);
  if (asApp) return config.branches[0] === branch ? createDeliveries(asApp, appHook) : null;
  const first = config.branches.find(
    ({ owner, repo }) => owner === branch.owner && repo === branch.repo,
  );
  if (first !== branch) return null;
  const api = connectionOf(config, branch, 'everyday', fetch);
  return createDeliveries(api, () => repositoryHook(api, addressOf(branch.publicUrl)));
}

/** As the App itself, which signs its own tokens; null: we come with a token of GitHub's. */
function appConnectionOf(config: Config, branch: BranchConfig, fetch: Fetch): Connection | null {
  const { github } = config.secrets;
  if (!('app' in github)) return null;
  const credentials = appTokens(github.app, now);
  // GitHub counts what an App asks as itself apart from what its installations do.
  const spend = budgetOf(`app ${github.app.id}`, config.document, 0).spending('everyday');
  return new Connection({ ...placeOf(config, branch), credentials, fetch, spend });
}

const placeOf = ({ document }: Config, { owner, repo }: BranchConfig) => ({
  apiUrl: document.github.api_url,
  ...{ owner, repo, now },
});

function connectionOf(
  config: Config,
  branch: BranchConfig,
  purpose: Purpose,
  fetch: Fetch,
): Connection {
  const { secrets } = config;
  const place = placeOf(config, branch);
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

function batchApi({ document, secrets }: Config, fetch: Fetch): BatchConnection {
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
  fetch: Fetch,
): Loop['kubernetes'] {
  const url = branch.kubernetesUrl;
  if (url === null || token === null) return null;
  return createKubernetes(new KubernetesConnection({ url, token, fetch, now }), branch);
}
