// The deployment's settings, as written in SLUICE_CONFIG: one JSON document, wire spelling.
// What it means to the code is in src/core/config.ts.
import { z } from 'zod';
import { LandingMode, MergeMethod } from './action.ts';
import {
  AlertSecrets,
  Alerts,
  SlackChannel,
  WebhookChannel,
  ZulipChannel,
} from './alert-channel.ts';
import { BranchName } from './ids.ts';
import { CloudflareAccess, DoorSecrets, Permissions, Token } from './permissions.ts';
import { Url } from './url.ts';

const Labels = z.strictObject({
  do_not_test: z.array(z.string()).default(['do-not-test']),
  do_not_merge: z.array(z.string()).default(['do-not-merge', 'WIP']),
  high_priority: z.array(z.string()).default(['high-priority']),
  /** Tests all steps, whatever has changed. */
  rerun_all: z.array(z.string()).default(['rerun-all']),
});

const Kubernetes = z.strictObject({
  /** The API server's, with the token in KUBERNETES_TOKEN; through the binding KUBERNETES where there is one. */
  url: Url,
});

/** A GitHub login; with the name of the account in what is deployed, where that is another. */
const Developer = z
  .union(
    [z.string().min(1), z.strictObject({ github: z.string().min(1), account: z.string().min(1) })],
    'expected a GitHub login, or {"github": login, "account": name}',
  )
  .transform((it) => (typeof it === 'string' ? { github: it, account: it } : it));
export type Developer = z.infer<typeof Developer>;

export const Branch = z.strictObject({
  branch: BranchName,
  /** Start a deploy batch when the branch moves. */
  deployable: z.boolean().default(false),
  /** Land pull requests. */
  mergeable: z.boolean().default(true),
  merge_method: MergeMethod.default('squash'),
  landing: LandingMode.default('exact'),
  /** The context of the commit status, or the name of the check run. */
  check_name: z.string().min(1).max(100).default('sluice'),
  /** Test batches at once, the merge candidate's not counted. */
  running_tests_max: z.number().int().min(1).max(100).default(3),
  /** Approvals that count when the branch has no review rule of its own. */
  minimum_approvals: z.number().int().min(0).max(20).default(1),
  merge_while_deploying: z.boolean().default(false),
  /** Steps of a deploy; null means all of scope deploy. */
  deploy_steps: z.array(z.string()).nullable().default(null),
});

/** What a commit message may be made of: `{title} (#{number})`. */
const MESSAGE_FIELDS = ['title', 'number', 'body', 'author', 'url'];

const CommitMessage = z
  .string()
  .max(2_000)
  .superRefine((template, context) => {
    const fields = [...template.matchAll(/\{(\w*)\}/g)].map(([, field = '']) => field);
    const unknown = fields.find((field) => !MESSAGE_FIELDS.includes(field));
    if (unknown === undefined && /\{(title|number)\}/.test(template.split('\n')[0] ?? '')) return;
    const message =
      unknown === undefined
        ? 'expected {title} or {number} in the first line'
        : `there is no {${unknown}}; expected some of ${MESSAGE_FIELDS.map((field) => `{${field}}`).join(', ')}`;
    context.addIssue({ code: 'custom', message });
  });

export const ConfigDocument = z.strictObject({
  /** Where this service is reached from outside: links on checks, Batch's callback. */
  public_url: Url,
  github: z
    .strictObject({
      api_url: Url.default('https://api.github.com'),
      git_url: Url.default('https://github.com'),
      web_url: Url.default('https://github.com'),
      /** The share of GitHub's hourly limits that only landings may use. */
      kept_for_landings: z.number().min(0).max(0.9).default(0.1),
      /** The number of the GitHub App that Sluice comes as, with its key in GITHUB_APP_KEY; null: it has a token. */
      app_id: z.number().int().positive().nullable().default(null),
      /** Of the App, or of an OAuth App, that people sign in with; its secret in GITHUB_CLIENT_SECRET; null: nobody does. */
      client_id: z
        .string()
        .regex(/^[\w.]+$/, 'expected the client ID of a GitHub App or an OAuth App')
        .nullable()
        .default(null),
    })
    .prefault({}),
  batch: z.strictObject({
    url: Url,
    billing_project: z.string().min(1),
    /** The Hail account that owns our batches. */
    user: z.string().min(1).default('ci'),
  }),
  /** Deletes what tests leave behind, and tells what is live; null: nothing does. */
  kubernetes: Kubernetes.nullable().default(null),
  /** Whose commits may run without being authorized one by one. */
  developers: z.array(Developer),
  /** Of whom one may be asked for a review by `#assign NAME` in a pull request's text: logins by the team's name. */
  teams: z
    .record(
      z.string().regex(/^[\w-]+$/, 'expected a name of letters, digits, _ and -'),
      z.array(z.string().min(1)).min(1, 'expected at least one login'),
    )
    .default({}),
  /** Bearer tokens of machines; a token is revoked by taking its row out. */
  tokens: z.array(Token).default([]),
  /** Which people have which permission: logins, teams such as `acme/maintainers`, e-mail addresses. */
  permissions: Permissions.prefault({}),
  /** Whether anybody may read, who is not signed in, too. */
  public_reading: z.boolean().default(false),
  /** Cloudflare Access before this service, whose word on who asks is taken; null: there is none. */
  access: CloudflareAccess.nullable().default(null),
  /** Name and address of the committer of tested commits. */
  committer: z
    .strictObject({ name: z.string().min(1), email: z.string().min(3) })
    .default({ name: 'Sluice', email: 'sluice@users.noreply.github.com' }),
  /**
   * Of the commit that is tested and lands, made of `{title}`, `{number}`, `{body}`, `{author}` and `{url}`. Whoever else
   * wrote what is squashed is added, as far as the newest 1,000 commits tell.
   */
  commit_message: CommitMessage.default('{title} (#{number})\n\n{body}'),
  /** Where batches keep their files. */
  storage_uri: z.string().regex(/^[a-z0-9]+:\/\/.+$/, 'expected a bucket such as gs://name'),
  /** Where images are published: `registry/project/repository`. */
  docker_prefix: z.string().min(1),
  /** The images that Sluice's own jobs run in: one with kubectl, jq and the cloud's tools, one with buildkit. */
  ci_utils_image: z.string().default('ci-utils'),
  buildkit_image: z.string().default('moby/buildkit:rootless'),
  /** Steps of other clouds are left out. */
  cloud: z.string().min(1).default('gcp'),
  /** Where jobs run. */
  region: z.string().min(1).default('us-central1'),
  /** Other regions that a step may name. */
  regions: z.array(z.string().min(1)).default([]),
  /** What is deployed is reached under it: `<namespace>.internal.<domain>`. */
  domain: z.string().min(1).default('localhost'),
  /** The Kubernetes namespace that CI belongs to: part of the names of tests' namespaces. */
  namespace: z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/,
      'expected a Kubernetes name of at most 32 characters',
    )
    .default('default'),
  /** A test's namespace is deleted when it is so old, even if its batch still runs. */
  namespace_expires_after_hours: z.number().int().min(1).max(720).default(24),
  /** What build.yaml's templates see as `global`. */
  global: z.record(z.string(), z.unknown()).default({}),
  /**
   * What build.yaml's templates see as `code.developers`: who has an account in what is deployed, and may deploy a
   * branch into a namespace of the same name.
   */
  accounts: z.array(z.looseObject({ username: z.string().min(1) })).default([]),
  poll_every_seconds: z.number().int().min(1).max(86_400).default(60),
  labels: Labels.prefault({}),
  /** Who is told when something is wrong, besides the log. */
  alerts: Alerts.prefault({}),
  branches: z.array(Branch).min(1, 'expected at least one watched branch'),
});
export type ConfigDocument = z.infer<typeof ConfigDocument>;

function jsonText(otherwise: string) {
  return z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue(otherwise);
      return z.NEVER;
    }
  });
}

const AlertSecretsText = jsonText(
  'expected the secrets of the alert channels by name, as JSON',
).pipe(AlertSecrets);

/** The key file of a Google service account. */
const GoogleKey = z.object({
  client_email: z.string().min(3),
  private_key: z.string().includes('PRIVATE KEY', 'expected a private key in PEM'),
  token_uri: Url.default('https://oauth2.googleapis.com/token'),
});
export type GoogleKey = z.infer<typeof GoogleKey>;

const GoogleKeyText = jsonText(
  'expected the key file of a Google service account, which is JSON',
).pipe(GoogleKey);

/** What Batch knows us by: one of these. */
export const BatchSecrets = z.object({
  BATCH_TOKEN: z.string().min(1).optional(),
  BATCH_KEY: GoogleKeyText.optional(),
});
export type BatchSecrets = z.infer<typeof BatchSecrets>;

/** What GitHub knows us by: one of these. */
export const GithubSecrets = z.object({
  GITHUB_TOKEN: z.string().min(1).optional(),
  /** Of the App that github.app_id names. */
  GITHUB_APP_KEY: z.string().includes('PRIVATE KEY', 'expected a private key in PEM').optional(),
});
export type GithubSecrets = z.infer<typeof GithubSecrets>;

export const SettingsVariable = z.object({
  SLUICE_CONFIG: z.union(
    [z.string(), z.record(z.string(), z.unknown())],
    'expected the settings as a JSON document',
  ),
});

/** Secrets and settings as the platform hands them over. */
export const Environment = z
  .object({
    ...SettingsVariable.shape,
    ...GithubSecrets.shape,
    GITHUB_WEBHOOK_SECRET: z.string().min(8, 'expected at least 8 characters'),
    GITHUB_WEBHOOK_SECRET_OLD: z.string().min(8).optional(),
    ...BatchSecrets.shape,
    CALLBACK_SECRET: z.string().min(16, 'expected at least 16 characters'),
    ...DoorSecrets.shape,
    KUBERNETES_TOKEN: z.string().min(1).optional(),
    ALERT_SECRETS: AlertSecretsText.optional(),
  })
  .refine((env) => env.BATCH_TOKEN !== undefined || env.BATCH_KEY !== undefined, {
    path: ['BATCH_TOKEN'],
    error: 'expected a token of Batch, or BATCH_KEY with the key of a Google service account',
  });

/** Every name of a setting, at whatever depth. */
export const settingNames = [
  ...[ConfigDocument, Kubernetes, Branch, Labels, Token, Permissions, CloudflareAccess],
  ...[Alerts, ZulipChannel, SlackChannel, WebhookChannel],
].flatMap(({ shape }) => Object.keys(shape));
