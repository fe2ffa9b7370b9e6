// Turns what the platform hands over into settings that the rest of the code can trust, or
// into sentences that name the field, the value and what was expected. Pure.
import type { LandingMode, MergeMethod } from '../../schemas/action.ts';
import type { AlertSecrets } from '../../schemas/alert-channel.ts';
import {
  type BatchSecrets,
  Branch,
  ConfigDocument,
  Environment,
  type GithubSecrets,
  type GoogleKey,
  SettingsVariable,
} from '../../schemas/config.ts';
import type { BranchName } from '../../schemas/ids.ts';
import { type AlertSettings, alertSettings, mistakesOfAlerts } from './alert-settings.ts';
import { sentences } from './config-sentences.ts';
import { wholeText } from './config-text.ts';
import { digest } from './digest.ts';
import { type Doors, doorsOf } from './doors.ts';
import { err, ok, type Result } from './result.ts';

/** One watched branch with everything that judgements about it need. */
export interface BranchConfig {
  readonly name: BranchName;
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  /** Every watched branch of the same repository, this one too. */
  readonly watched: readonly string[];
  readonly deployable: boolean;
  readonly mergeable: boolean;
  readonly landing: LandingMode;
  readonly mergeMethod: MergeMethod;
  readonly checkName: string;
  /** The number of the GitHub App that we come as, and its check a check run; null: the check is a commit status. */
  readonly app: number | null;
  readonly runningTestsMax: number;
  readonly minimumApprovals: number;
  readonly mergeWhileDeploying: boolean;
  readonly deploySteps: readonly string[] | null;
  readonly labels: {
    readonly doNotTest: readonly string[];
    readonly doNotMerge: readonly string[];
    readonly highPriority: readonly string[];
    readonly rerunAll: readonly string[];
  };
  readonly developers: readonly string[];
  /** Logins, by the names of teams. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
  readonly publicUrl: string;
  readonly gitUrl: string;
  readonly webUrl: string;
  readonly batchUrl: string;
  /** null: there is none, and the namespaces of tests are left to their batches' own cleanup. */
  readonly kubernetesUrl: string | null;
  readonly namespaces: NamespaceSettings;
  readonly pollEveryMs: number;
  /** A template: see src/core/commit-message.ts. */
  readonly commitMessage: string;
  /** The share of GitHub's hourly limits that only landings may use. */
  readonly keptForLandings: number;
  readonly alerts: AlertSettings;
}

/** Of the namespaces of Kubernetes that tests make for themselves (S6.6). */
interface NamespaceSettings {
  /** The one that CI itself belongs to: part of the others' names. */
  readonly ciNamespace: string;
  /** The value of the label by which those of this branch are known. */
  readonly label: string;
  /**
   * One branch also looks after those of branches that nobody watches any more: all but the ones with these labels.
   * null: it is another branch that does.
   */
  readonly otherLabels: readonly string[] | null;
  readonly expireAfterMs: number;
}

export interface GithubApp {
  readonly id: number;
  /** In PEM. */
  readonly key: string;
}

export interface Secrets {
  readonly github: { readonly token: string } | { readonly app: GithubApp };
  /** The present webhook secret first, then the one that is being rotated out. */
  readonly webhookSecrets: readonly [string, ...string[]];
  /** A token of Batch's own, or a Google service account's key. */
  readonly batch: { readonly token: string } | { readonly key: GoogleKey };
  readonly callbackSecret: string;
  /** null: no Kubernetes is configured. */
  readonly kubernetesToken: string | null;
  /** By the name of the channel. */
  readonly alerts: AlertSecrets;
}

export interface Config {
  readonly document: ConfigDocument;
  readonly branches: readonly BranchConfig[];
  readonly secrets: Secrets;
  readonly doors: Doors;
}

/** @returns the settings, or one sentence a mistake, each naming field, value and expectation. */
export function parseConfig(environment: unknown): Result<Config, readonly string[]> {
  const env = Environment.safeParse(environment);
  const document = documentIn(environment);
  const wrong = document.ok ? [] : document.error;
  if (!env.success) return err([...sentences(env.error, environment, ''), ...wrong]);
  if (!document.ok) return document;
  const github = githubSecret(env.data, document.value.github.app_id);
  if (!github.ok) return err([github.error]);
  const batch = batchSecret(env.data);
  if (batch === null) return err(['neither BATCH_TOKEN nor BATCH_KEY is given; expected one.']);
  const kubernetesToken = env.data.KUBERNETES_TOKEN ?? null;
  if (document.value.kubernetes !== null && kubernetesToken === null)
    return err([
      'KUBERNETES_TOKEN is missing; expected a token, since there is a SLUICE_CONFIG.kubernetes.',
    ]);
  const alerts = env.data.ALERT_SECRETS ?? {};
  const mistakes = mistakesOfAlerts(document.value, alerts);
  if (mistakes.length > 0) return err(mistakes);
  const doors = doorsOf(env.data, document.value);
  if (!doors.ok) return doors;
  return ok({
    document: document.value,
    branches: branchesOf(document.value),
    secrets: {
      github: github.value,
      webhookSecrets: [
        env.data.GITHUB_WEBHOOK_SECRET,
        ...(env.data.GITHUB_WEBHOOK_SECRET_OLD ? [env.data.GITHUB_WEBHOOK_SECRET_OLD] : []),
      ],
      batch,
      callbackSecret: env.data.CALLBACK_SECRET,
      kubernetesToken,
      alerts,
    },
    doors: doors.value,
  });
}

/** No sentence for one that is missing: that is said with the secrets that are. */
function documentIn(environment: unknown): Result<ConfigDocument, readonly string[]> {
  const given = SettingsVariable.safeParse(environment);
  if (!given.success) return err([]);
  const settings = given.data.SLUICE_CONFIG;
  return parseDocument(typeof settings === 'string' ? wholeText(settings, environment) : settings);
}

/** @param value as JSON text, or parsed */
export function parseDocument(
  value: string | Record<string, unknown>,
): Result<ConfigDocument, readonly string[]> {
  const json = documentOf(value);
  if (!json.ok) return json;
  const parsed = ConfigDocument.safeParse(json.value);
  if (!parsed.success) return err(sentences(parsed.error, json.value, 'SLUICE_CONFIG.'));
  const clashes = clashesOf(parsed.data);
  return clashes.length > 0 ? err(clashes) : ok(parsed.data);
}

/** Of a token and an App exactly one: with both, nobody could say as whom Sluice comes. */
export function githubSecret(
  { GITHUB_TOKEN: token, GITHUB_APP_KEY: key }: GithubSecrets,
  app: number | null,
): Result<Secrets['github'], string> {
  if (app === null && key !== undefined)
    return err(
      'SLUICE_CONFIG.github.app_id is missing; expected the number of the GitHub App, since there is a GITHUB_APP_KEY.',
    );
  if (app === null)
    return token === undefined
      ? err(
          'GITHUB_TOKEN is missing; expected a token of GitHub, or GITHUB_APP_KEY with the key of the GitHub App that SLUICE_CONFIG.github.app_id names.',
        )
      : ok({ token });
  if (key === undefined)
    return err(`GITHUB_APP_KEY is missing; expected the private key of GitHub App ${app} in PEM.`);
  if (token !== undefined)
    return err(
      `GITHUB_TOKEN is ${token.length} characters long; expected none, since Sluice comes as GitHub App ${app}.`,
    );
  return ok({ app: { id: app, key } });
}

/** @returns null when there is none; the key where there are both */
export function batchSecret({
  BATCH_TOKEN: token,
  BATCH_KEY: key,
}: BatchSecrets): Secrets['batch'] | null {
  if (key) return { key };
  return token === undefined ? null : { token };
}

function documentOf(value: string | Record<string, unknown>): Result<unknown, readonly string[]> {
  if (typeof value !== 'string') return ok(value);
  try {
    return ok(JSON.parse(value));
  } catch (error) {
    return err([`SLUICE_CONFIG is not JSON: ${error instanceof Error ? error.message : error}`]);
  }
}

/**
 * Two branches of one repository may share a source commit; with one check name they would
 * overwrite each other's check for ever.
 */
function clashesOf(document: ConfigDocument): string[] {
  const seen = new Map<string, string>();
  const clashes: string[] = [];
  document.branches.forEach((branch, index) => {
    // To GitHub, case makes two branches, but not two repositories or two check names.
    const [repo = '', ...name] = branch.branch.split(':');
    for (const [key, field] of [
      [`name ${repo.toLowerCase()}:${name.join(':')}`, 'branch'],
      [`check ${repo.toLowerCase()} ${branch.check_name.toLowerCase()}`, 'check_name'],
    ] as const) {
      const earlier = seen.get(key);
      const where = `SLUICE_CONFIG.branches[${index}].${field}`;
      if (earlier)
        clashes.push(
          `${where} is ${JSON.stringify(branch[field])}, which ${earlier} has too; expected a different one.`,
        );
      else seen.set(key, where);
    }
  });
  return clashes;
}

function branchConfig(
  document: ConfigDocument,
  branch: ConfigDocument['branches'][number],
): BranchConfig {
  const [repoName = '', ...rest] = branch.branch.split(':');
  const [owner = '', repo = ''] = repoName.split('/');
  return {
    name: branch.branch,
    owner,
    repo,
    branch: rest.join(':'),
    watched: watchedIn(document, repoName),
    deployable: branch.deployable,
    mergeable: branch.mergeable,
    landing: branch.landing,
    mergeMethod: branch.merge_method,
    checkName: branch.check_name,
    app: document.github.app_id,
    runningTestsMax: branch.running_tests_max,
    minimumApprovals: branch.minimum_approvals,
    mergeWhileDeploying: branch.merge_while_deploying,
    deploySteps: branch.deploy_steps,
    labels: {
      doNotTest: document.labels.do_not_test,
      doNotMerge: document.labels.do_not_merge,
      highPriority: document.labels.high_priority,
      rerunAll: document.labels.rerun_all,
    },
    developers: document.developers.map(({ github }) => github),
    teams: document.teams,
    publicUrl: document.public_url,
    gitUrl: document.github.git_url,
    webUrl: document.github.web_url,
    batchUrl: document.batch.url,
    kubernetesUrl: document.kubernetes?.url ?? null,
    namespaces: namespaceSettings(document, branch.branch),
    pollEveryMs: document.poll_every_seconds * 1000,
    commitMessage: document.commit_message,
    keptForLandings: document.github.kept_for_landings,
    alerts: alertSettings(document.alerts, branch.branch),
  };
}

export const branchesOf = (document: ConfigDocument): BranchConfig[] =>
  document.branches.map((branch) => branchConfig(document, branch));

/** The settings of a branch that nobody watches; it is never landed on. */
export const unwatchedBranch = (document: ConfigDocument, branch: BranchName): BranchConfig =>
  branchConfig(document, Branch.parse({ branch, mergeable: false }));

/** Of the branches, the first one also looks after what belongs to none. */
function namespaceSettings(document: ConfigDocument, name: BranchName): NamespaceSettings {
  const [first, ...others] = document.branches.map(({ branch }) => branch);
  return {
    ciNamespace: document.namespace,
    label: digest(name),
    otherLabels: name === first ? others.map(digest) : null,
    expireAfterMs: document.namespace_expires_after_hours * 3_600_000,
  };
}

const watchedIn = ({ branches }: ConfigDocument, repo: string): string[] =>
  branches
    .map((branch) => branch.branch)
    .filter((name) => name.toLowerCase().startsWith(`${repo.toLowerCase()}:`))
    .map((name) => name.slice(repo.length + 1));
