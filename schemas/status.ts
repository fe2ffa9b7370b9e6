// What the JSON API says of branches and pull requests, wire spelling. The page renders exactly this.
// Where the existing service has the same field, it has the same name and meaning.
import { z } from 'zod';
import { TestReason } from './action.ts';
import { DeployedServiceStatus, KubernetesStatus } from './cluster-status.ts';
import { Trouble } from './diagnosis.ts';
import { EventKind, News } from './event.ts';
import { AheadStatus, ConditionStatus, PlaceStatus } from './queue-status.ts';
import { Mistake } from './unbuildable.ts';

const Time = z.iso.datetime();

export const ReasonStatus = z.object({
  kind: z.string(),
  text: z.string(),
  next: z.string(),
  /** Who can change it; null: nobody need do anything. */
  who: z.string().nullable(),
  at: Time.nullable(),
});

export const PullStatus = z
  .object({
    state: z.literal('open'),
    number: z.number().int(),
    title: z.string(),
    author: z.string(),
    url: z.string(),
    source_branch_name: z.string(),
    source_sha: z.string(),
    labels: z.array(z.string()),
    assignees: z.array(z.string()),
    reviewers: z.array(z.string()),
    review_state: z.enum(['approved', 'changes_requested', 'pending']),
    /** Whose last word on it is a request for changes. */
    changes_requested_by: z.array(z.string()),
    gh_statuses: z.record(z.string(), z.enum(['success', 'pending', 'failure'])),
    build_state: z.enum(['unauthorized', 'success', 'failure', 'error', 'building']).nullable(),
    batch_id: z.number().int().nullable(),
    batch_url: z.string().nullable(),
    attempt: z.number().int(),
    target_sha: z.string().nullable(),
    tested_sha: z.string().nullable(),
    out_of_date: z.boolean(),
    /** Title or body were edited after the test; the tested commit has the older message. */
    message_edited: z.boolean(),
    /** What people should know that keeps nothing from landing. */
    notices: z.array(z.string()),
    is_merge_candidate: z.boolean(),
    is_mergeable: z.boolean(),
    check: z.object({ state: z.string(), description: z.string() }).nullable(),
    /** Every reason why it has not landed, most important first. */
    reasons: z.array(ReasonStatus),
    /** Every condition of landing; it lands when all are met. In a list only those that are not. */
    conditions: z.array(ConditionStatus),
    /** null: not in the queue, because it lacks something of its own. */
    queue: PlaceStatus.nullable(),
  })
  .meta({ id: 'Pull' });
export type PullStatus = z.infer<typeof PullStatus>;

/** A job that failed, with the end of its log. */
export const FailedJobStatus = z.object({
  job_id: z.number().int(),
  name: z.string(),
  state: z.enum(['Failed', 'Error']),
  exit_code: z.number().int().nullable(),
  /** In milliseconds. */
  duration: z.number().nullable(),
  /** Why it could not run, such as `timed out`. */
  reason: z.string().nullable(),
  /** By container; the last 60 lines at most. */
  log: z.object({ main: z.string().nullable() }),
  url: z.string(),
});
export type FailedJobStatus = z.infer<typeof FailedJobStatus>;

/** One batch that tested a pull request. */
export const AttemptStatus = z.object({
  /** Counts up with every retry; a test that is repeated because the branch has moved is of the same attempt. */
  attempt: z.number().int(),
  batch_id: z.number().int(),
  batch_url: z.string(),
  reason: TestReason,
  /** null: longer ago than is remembered. */
  started_at: Time.nullable(),
  ended_at: Time.nullable(),
  /** `cancelled`: nobody waited for it any more. */
  state: z.enum(['running', 'success', 'failure', 'cancelled']),
});
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/** One line of a branch's event log. `text` is a sentence for people, `data` the same for machines. */
export const EventStatus = z
  .object({
    seq: z.number().int(),
    at: Time,
    kind: EventKind,
    pr: z.number().int().nullable(),
    text: z.string(),
    data: News.unwrap().shape.data,
  })
  .meta({ id: 'Event' });
export type EventStatus = z.infer<typeof EventStatus>;

/** What the existing service says of one open pull request beside the rest. */
const asBefore = {
  review_approved: z.boolean(),
  /** Of the required checks, other than Sluice's own. */
  checks_all_pass: z.boolean(),
  is_up_to_date: z.boolean(),
  blocking_labels: z.array(z.string()),
  prs_ahead_in_queue: z.array(AheadStatus),
  blocking_deploy_batch_id: z.number().int().nullable(),
  batch: z
    .object({
      id: z.number().int(),
      state: z.enum(['running', 'success', 'failure']),
      /** Batch's page tells it. */
      cost: z.null(),
      artifacts_uri: z.string(),
    })
    .nullable(),
};

/** One open pull request by itself: with its tests, what failed in the newest, and what has happened to it. */
export const PullDetail = PullStatus.extend({
  ...asBefore,
  failed_jobs: z.array(FailedJobStatus),
  /** All that is wrong with the files that its jobs are made of. */
  mistakes: z.array(Mistake),
  /** Newest first. */
  attempts: z.array(AttemptStatus),
  /** Its newest 500 events, oldest first. */
  timeline: z.array(EventStatus),
}).meta({ id: 'PullDetail' });
export type PullDetail = z.infer<typeof PullDetail>;

export const LandedStatus = z.object({
  state: z.literal('landed'),
  number: z.number().int(),
  title: z.string(),
  author: z.string(),
  url: z.string(),
  labels: z.array(z.string()),
  merged: z.literal(true),
  merge_commit_sha: z.string(),
  source_sha: z.string(),
  target_sha: z.string(),
  tested_sha: z.string(),
  batch_id: z.number().int(),
  batch_url: z.string(),
  landed_at: Time,
  verified: z.boolean(),
});
export type LandedStatus = z.infer<typeof LandedStatus>;

/** What GitHub still lets us ask, by its last answers; shared by all branches of one credential. */
export const GithubBudgetStatus = z.object({
  /** Of this hour; those of which nothing was told yet are not listed. */
  limits: z.array(
    z.object({
      resource: z.enum(['core', 'graphql']),
      limit: z.number().int(),
      used: z.number().int(),
      remaining: z.number().int(),
      kept_for_landings: z.number().int(),
      resets_at: Time,
    }),
  ),
  /** Nothing is asked before then; landings may be exempt. */
  waiting: z.object({ until: Time, because: z.string(), landings_go_on: z.boolean() }).nullable(),
  /** What the credentials may not do and should, with where to mend it. */
  problem: z.string().nullable(),
});
export type GithubBudgetStatus = z.infer<typeof GithubBudgetStatus>;

/** The hourly look for webhooks that did not arrive. */
export const WebhookStatus = z.object({
  swept_at: Time,
  redelivered: z.number().int(),
  /** Why GitHub does not let us look. */
  problem: z.string().nullable(),
  next_sweep_at: Time,
});

/** The daily look at what GitHub lets us do on the branch. */
export const DiagnosisStatus = z.object({
  /** null: GitHub did not answer yet. */
  looked_at: Time.nullable(),
  /** All but what is well. */
  troubles: z.array(
    Trouble.unwrap().extend({
      /** In a sentence, with the address where. */
      todo: z.string().nullable(),
    }),
  ),
});

export const BranchStatus = z.object({
  branch: z.string(),
  branch_fqn: z.string(),
  repo: z.string(),
  url: z.string(),
  sha: z.string().nullable(),
  deploy_state: z.enum(['running', 'success', 'failure', 'checkout_failure']).nullable(),
  deploy_sha: z.string().nullable(),
  deploy_batch_id: z.number().int().nullable(),
  deploy_failure: z.string().nullable(),
  n_prs: z.number().int(),
  merge_candidate: z.string().nullable(),
  running_tests: z.number().int(),
  running_tests_max: z.number().int(),
  frozen: z
    .object({
      reason: z.string(),
      by: z.string(),
      since: Time,
      /** It ends by itself then; null: when somebody unfreezes it. */
      until: Time.nullable(),
    })
    .nullable(),
  last_error: z.string().nullable(),
  next_try_at: Time.nullable(),
  polled_at: Time.nullable(),
  next_poll_at: Time.nullable(),
  github_budget: GithubBudgetStatus,
  /** null: not yet, or another branch of the repository looks. */
  webhook: WebhookStatus.nullable(),
  /** null: not looked yet. */
  diagnosis: DiagnosisStatus.nullable(),
  landed: z.array(LandedStatus),
  kubernetes: KubernetesStatus,
  /** Of the newest deploy. */
  deployed_services: z.array(DeployedServiceStatus),
});
export type BranchStatus = z.infer<typeof BranchStatus>;

export const DeployStatus = z.object({
  branch: z.string(),
  repo: z.string(),
  sha: z.string().nullable(),
  deploy_batch_id: z.number().int().nullable(),
  deploy_state: z.enum(['success', 'failure', 'checkout_failure']).nullable(),
  /** What failed; sentences when no batch could be made. */
  failure_information: z.union([z.array(FailedJobStatus), z.array(z.string())]).nullable(),
});
export type DeployStatus = z.infer<typeof DeployStatus>;

/** A failed job whose test was asked for again. */
export const RetriedTest = z.object({
  id: z.number().int(),
  batch_id: z.number().int(),
  job_id: z.number().int(),
  job_name: z.string(),
  state: z.enum(['Failed', 'Error']),
  exit_code: z.number().int().nullable(),
  pr_number: z.number().int(),
  target_branch: z.string(),
  source_branch: z.string(),
  source_sha: z.string(),
  retried_by: z.string(),
  retried_at: Time,
});
export type RetriedTest = z.infer<typeof RetriedTest>;

export const WatchedBranches = z.object({ frozen: z.boolean(), branches: z.array(BranchStatus) });
export type WatchedBranches = z.infer<typeof WatchedBranches>;
