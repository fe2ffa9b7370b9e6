// The parts of GitHub's webhook bodies that say where something changed; unknown fields pass. What
// changed is read back, so nothing else of them is used.
import { z } from 'zod';
import { PullNumber, RepoName, Sha } from './ids.ts';

const Repository = z.object({ full_name: RepoName });
const PullRef = z.object({ number: PullNumber, base: z.object({ ref: z.string() }) });

export const PullRequestEvent = z.object({
  repository: Repository,
  action: z.string(),
  pull_request: PullRef,
  /** Present when it was edited; a retargeted one came from another base. */
  changes: z
    .object({ base: z.object({ ref: z.object({ from: z.string() }) }).optional() })
    .optional(),
});

export const PullRequestReviewEvent = z.object({
  repository: Repository,
  action: z.string(),
  pull_request: PullRef,
});

export const PushEvent = z.object({ repository: Repository, ref: z.string() });

export const StatusEvent = z.object({ repository: Repository, sha: Sha, context: z.string() });

/** Who made it, for whom its buttons are. */
const App = z.object({ id: z.number().int() }).nullish();
/** Who did it. */
const Sender = z.object({ login: z.string() });

/** For heads of forks GitHub sends no pull requests (P24): the commit tells. */
export const CheckRunEvent = z.object({
  repository: Repository,
  action: z.string(),
  check_run: z.object({
    head_sha: Sha,
    name: z.string(),
    external_id: z.string().nullish(),
    app: App,
  }),
  /** The button that was pressed, by our name for it. */
  requested_action: z.object({ identifier: z.string() }).nullish(),
  sender: Sender,
});
export const CheckSuiteEvent = z.object({
  repository: Repository,
  action: z.string(),
  check_suite: z.object({ head_sha: Sha, app: App }),
  sender: Sender,
});

/**
 * X-GitHub-Hook-ID and X-GitHub-Delivery, as one key. The GUID alone names the event: it is the same for every hook that
 * hears of it, and when it is delivered again.
 */
export const DeliveryHeaders = z
  .object({ hook: z.string().regex(/^\d{1,20}$/), guid: z.string().min(1).max(64) })
  .transform(({ hook, guid }) => `${hook} ${guid}`);

/** By the value of X-GitHub-Event. Any other event is none of ours. */
export const webhookSchemas = {
  pull_request: PullRequestEvent,
  pull_request_review: PullRequestReviewEvent,
  push: PushEvent,
  status: StatusEvent,
  check_run: CheckRunEvent,
  check_suite: CheckSuiteEvent,
} as const;

export type WebhookEvent = {
  [Name in keyof typeof webhookSchemas]: {
    name: Name;
    body: z.infer<(typeof webhookSchemas)[Name]>;
  };
}[keyof typeof webhookSchemas];
