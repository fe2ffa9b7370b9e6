// Starts the five services of a run, each on its port: the forge, the local Batch, the local Kubernetes and the live
// site in this process, Sluice in workerd, unless it is told otherwise. It wires them together; what happens on them is not its job.
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GithubApp } from '../../src/core/config.ts';
import { type LocalBatch, type LocalBatchOptions, startLocalBatch } from '../batch/local-batch.ts';
import { bot, developers, everybody } from '../demo/people.ts';
import { type Site, startSite } from '../demo/site.ts';
import { type Forge, type ForgeOptions, startForge } from '../forge/forge.ts';
import { type LocalKubernetes, startLocalKubernetes } from '../kubernetes/local-kubernetes.ts';
import type { Closing } from './closing.ts';
import { forgeApp } from './forge-app.ts';
import { findPorts } from './ports.ts';
import { type SluiceApi, sluiceApi } from './sluice-api.ts';
import { type SluiceProcess, type SluiceSettings, spawnSluice } from './sluice-process.ts';

export interface Ports {
  readonly sluice: number;
  readonly forge: number;
  readonly batch: number;
  readonly kubernetes: number;
  readonly site: number;
}

/** Free ones from `first` up. */
export async function portsFrom(first: number): Promise<Ports> {
  const [sluice = 0, forge = 0, batch = 0, kubernetes = 0, site = 0] = await findPorts(first, 5);
  return { sluice, forge, batch, kubernetes, site };
}

/** Who starts what. */
export interface Hosts {
  readonly forge: (options: ForgeOptions) => Promise<Forge>;
  readonly batch: (options: LocalBatchOptions) => Promise<LocalBatch>;
  readonly sluice: (settings: SluiceSettings) => SluiceProcess;
}
const HERE: Hosts = { forge: startForge, batch: startLocalBatch, sluice: spawnSluice };

export interface StackOptions {
  /** Folder for state and logs; it is the caller's to empty. */
  readonly home: string;
  readonly ports: Ports;
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    /** The branch that is watched. */
    readonly branch: string;
    /** Is it deployed when its branch moves? */
    readonly deploys: boolean;
    /** Local path of the repository that is copied into the forge, if the forge has none yet. */
    readonly mirrorOf: string;
  };
  /** As whom Sluice comes to the forge. */
  readonly as: 'token' | 'app';
  /** Each part is added as soon as it runs. */
  readonly closing: Closing;
  readonly hosts?: Hosts;
  readonly pollEverySeconds?: number;
  /** Hears which part is being started. */
  readonly onStep?: (sentence: string) => void;
}

export interface Stack {
  readonly home: string;
  readonly forge: Forge;
  readonly batch: LocalBatch;
  readonly kubernetes: LocalKubernetes;
  readonly site: Site;
  readonly sluice: SluiceProcess;
  readonly api: SluiceApi;
  /** owner/name on the forge. */
  readonly repo: string;
  readonly branch: string;
  /** True when the forge has had the repository since an earlier run in this folder. */
  readonly isKept: boolean;
  /** Bearer token of Sluice's management calls. */
  readonly manageToken: string;
  /** Bearer token that Sluice shows to Batch. */
  readonly batchToken: string;
}

const BILLING_PROJECT = 'sluice';
const BATCH_USER = 'ci';
/** By which the forge knows Sluice when people sign in. */
const CLIENT_ID = 'Iv1.sluice';
/** Who may give commands when they have signed in. */
export const managers: readonly string[] = developers.map(({ login }) => login);
const STORAGE_URI = 'gs://sluice-demo';
/** Webhooks make Sluice quick; this only bounds how long a lost one is missed. */
const POLL_EVERY_SECONDS = 10;
/** What is deployed is not ready at once, so that waiting for it is seen. */
const POD_READY_MS = 500;

type Secrets = ReturnType<typeof newSecrets>;

export async function startStack(options: StackOptions): Promise<Stack> {
  const { home, ports, repository, closing, hosts = HERE } = options;
  const secrets = newSecrets();
  mkdirSync(join(home, 'logs'), { recursive: true });

  options.onStep?.('starting the forge, Batch, Kubernetes and the live site');
  const site = await startSite({ port: ports.site, token: secrets.site });
  closing.add('live site', () => site.close());
  const kubernetes = await startKubernetes(options, secrets);
  closing.add('Kubernetes', () => kubernetes.close());
  const batch = await startBatch(options, secrets, kubernetes);
  closing.add('Batch', () => batch.close());
  const forge = await startForgeWith(options, secrets);
  closing.add('forge', () => forge.close());
  const repo = `${repository.owner}/${repository.name}`;
  const isKept = await hasRepository(forge, repo);
  if (!isKept) await addRepository(forge, options);

  const app = options.as === 'app' ? await appFor(options, forge, secrets) : null;

  options.onStep?.('starting Sluice in workerd');
  const sluice = hosts.sluice({
    home,
    port: ports.sluice,
    config: sluiceConfig(options, { forge, batch, kubernetes, site, app }, secrets.site),
    secrets: {
      ...(app === null ? { GITHUB_TOKEN: bot.token } : { GITHUB_APP_KEY: app.key }),
      GITHUB_WEBHOOK_SECRET: secrets.webhook,
      BATCH_TOKEN: secrets.batch,
      CALLBACK_SECRET: secrets.callback,
      MANAGE_TOKEN: secrets.manage,
      GITHUB_CLIENT_SECRET: secrets.client,
      SESSION_SECRET: secrets.session,
      KUBERNETES_TOKEN: secrets.kubernetes,
    },
  });
  closing.add('Sluice', () => sluice.stop());
  await sluice.ready();
  const api = sluiceApi(sluice.url, repository.branch);
  const { branch } = repository;
  const tokens = { manageToken: secrets.manage, batchToken: secrets.batch };
  return { home, forge, batch, kubernetes, site, sluice, api, repo, branch, isKept, ...tokens };
}

function newSecrets() {
  const secret = (): string => randomBytes(16).toString('hex');
  return {
    webhook: secret(),
    batch: secret(),
    callback: secret(),
    manage: secret(),
    client: secret(),
    session: secret(),
    kubernetes: secret(),
    site: secret(),
  };
}

function startKubernetes(
  { home, ports }: StackOptions,
  secrets: Secrets,
): Promise<LocalKubernetes> {
  return startLocalKubernetes({
    port: ports.kubernetes,
    root: join(home, 'state', 'kubernetes'),
    token: secrets.kubernetes,
    readyDelayMs: POD_READY_MS,
    log: logTo(home, 'kubernetes'),
  });
}

function startBatch(
  { home, ports, hosts = HERE }: StackOptions,
  secrets: Secrets,
  kubernetes: LocalKubernetes,
): Promise<LocalBatch> {
  return hosts.batch({
    port: ports.batch,
    root: join(home, 'state', 'batch'),
    tokens: [{ token: secrets.batch, user: BATCH_USER }],
    billingProjects: [{ name: BILLING_PROJECT, users: [BATCH_USER] }],
    kubeconfig: kubernetes.kubeconfig,
    // Jobs talk to the forge and the site on this machine, whatever proxy it is behind.
    env: { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' },
    log: logTo(home, 'batch'),
  });
}

function startForgeWith(options: StackOptions, secrets: Secrets): Promise<Forge> {
  const { home, ports, as, hosts = HERE } = options;
  return hosts.forge({
    port: ports.forge,
    root: join(home, 'state', 'forge'),
    users: everybody.map(({ login, name, token }) => ({
      login,
      name,
      token,
      admin: login === bot.login,
    })),
    // An App has a webhook of its own, and would be told everything twice.
    webhooks: as === 'app' ? [] : [hookOf(ports, secrets)],
    oauthApps: [
      {
        name: 'Sluice',
        clientId: CLIENT_ID,
        clientSecret: secrets.client,
        callbackUrl: `http://127.0.0.1:${ports.sluice}/sign-in/github/callback`,
      },
    ],
    log: logTo(home, 'forge'),
  });
}

const hookOf = (ports: Ports, { webhook: secret }: Secrets) => ({
  url: `http://127.0.0.1:${ports.sluice}/github_callback`,
  secret,
});

const appFor = (
  { home, ports, repository: { owner } }: StackOptions,
  { url: forgeUrl }: Forge,
  secrets: Secrets,
): Promise<GithubApp> => forgeApp({ home, forgeUrl, owner, hook: hookOf(ports, secrets) });

/** Kept state wins: what has landed on the forge since the first start stays landed. */
async function hasRepository(forge: Forge, repo: string): Promise<boolean> {
  const known = await fetch(`${forge.url}/repos/${repo}`, {
    headers: { authorization: `Bearer ${bot.token}` },
  });
  return known.ok;
}

async function addRepository(forge: Forge, { repository }: StackOptions): Promise<void> {
  const { owner, name, branch, mirrorOf } = repository;
  const writers = developers.map(({ login }) => login);
  await forge.createRepository({ owner, name, defaultBranch: branch, mirrorOf, writers });
}

function sluiceConfig(
  { ports, repository, pollEverySeconds = POLL_EVERY_SECONDS }: StackOptions,
  {
    forge,
    batch,
    kubernetes,
    site,
    app,
  }: Pick<Stack, 'forge' | 'batch' | 'kubernetes' | 'site'> & { readonly app: GithubApp | null },
  siteToken: string,
) {
  return {
    public_url: `http://127.0.0.1:${ports.sluice}`,
    github: {
      ...{ api_url: forge.url, git_url: forge.url, web_url: forge.url },
      app_id: app?.id ?? null,
      client_id: CLIENT_ID,
    },
    batch: { url: batch.url, billing_project: BILLING_PROJECT, user: BATCH_USER },
    kubernetes: { url: kubernetes.url },
    developers: developers.map(({ login }) => login),
    accounts: developers.map(({ login }) => ({ username: login })),
    // A newcomer sees the pages at once.
    public_reading: true,
    permissions: { manage_ci: managers },
    storage_uri: STORAGE_URI,
    docker_prefix: 'registry.local',
    cloud: 'gcp',
    region: 'us-central1',
    domain: 'localhost',
    global: { site_url: site.url, site_token: siteToken },
    poll_every_seconds: pollEverySeconds,
    branches: [
      {
        branch: `${repository.owner}/${repository.name}:${repository.branch}`,
        deployable: repository.deploys,
        mergeable: true,
        minimum_approvals: 1,
      },
    ],
  };
}

function logTo(home: string, name: string): (line: string) => void {
  const file = join(home, 'logs', `${name}.log`);
  return (line) => appendFileSync(file, `${line}\n`);
}
