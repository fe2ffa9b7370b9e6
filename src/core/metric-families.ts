// Every metric that there is, by name, with what it means; docs/operating.md says what to do about them.
import type { Family } from './exposition.ts';

const gauge = (name: string, help: string): Family => ({ name, type: 'gauge', help });
const counter = (name: string, help: string): Family => ({ name, type: 'counter', help });

/** The first two have the names and the meaning that they had in Hail's CI. */
export const METRIC_FAMILIES: readonly Family[] = [
  gauge('ci_tracked_prs', 'Open pull requests by the state of their test and of their review.'),
  gauge('ci_watched_branch_update_latency_seconds', 'How long the last pass over the branch took.'),
  gauge('sluice_up', 'Whether the object of the branch answered this scrape.'),
  gauge('sluice_last_pass_timestamp_seconds', 'When the last pass ended.'),
  gauge('sluice_last_poll_timestamp_seconds', 'When everything was last read again.'),
  gauge('sluice_queue_length', 'Pull requests that wait for no person.'),
  gauge('sluice_queue_oldest_seconds', 'How long the longest of them has waited.'),
  gauge('sluice_standstill_seconds', 'Since when nothing has moved while one of them waits.'),
  gauge('sluice_tests_running', 'Test batches that run.'),
  gauge('sluice_tests_limit', 'How many may run beside that of the merge candidate.'),
  gauge('sluice_frozen', 'Whether landing and deploying are frozen.'),
  gauge('sluice_deploy_state', 'One for the state of the newest deploy, zero for the others.'),
  gauge('sluice_outbox', 'Actions that have not succeeded yet, by what is known of them.'),
  gauge('sluice_api_wait_seconds', 'For how long nothing may be asked of an API.'),
  gauge('sluice_alerts_pending', 'Alerts that some channel has not taken yet.'),
  gauge('sluice_github_budget_remaining', "What is left of this hour's limit of GitHub."),
  gauge('sluice_github_budget_limit', "This hour's limit of GitHub."),
  counter('sluice_passes_total', 'Passes over the branch.'),
  counter(
    'sluice_passes_crashed_total',
    'Those of them that Sluice itself broke off by a mistake.',
  ),
  counter('sluice_pass_seconds_total', 'How long all passes took.'),
  counter('sluice_calls_total', 'Requests to other services by outcome.'),
  counter('sluice_events_total', 'What happened, by the kinds of the event log.'),
  counter('sluice_webhooks_total', 'Webhooks of GitHub that concerned the branch.'),
  {
    name: 'sluice_time_to_land_seconds',
    type: 'histogram',
    help: 'How long pull requests waited for no person before they landed.',
  },
];
