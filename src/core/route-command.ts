// Webhook -> commands: the buttons on our own check (S6.7). Pure; what is asked of anybody else's check is none of
// ours, and of what cannot be done now the branch says why.
import type { WebhookEvent } from '../../schemas/github-webhook.ts';
import type { BranchName } from '../../schemas/ids.ts';
import { RETRY, TACTICAL_RETRY } from './check-run.ts';
import type { Command } from './command.ts';
import type { BranchConfig } from './config.ts';
import { branchesOf, isOwnRun, isOwnSuite } from './route-event.ts';

export interface BranchCommand {
  readonly branch: BranchName;
  readonly command: Command;
}

export function routeCommand(
  event: WebhookEvent,
  branches: readonly BranchConfig[],
): BranchCommand[] {
  const watched = branchesOf(event, branches);
  if (event.name === 'check_suite') {
    const { action, check_suite: suite, sender } = event.body;
    if (action !== 'rerequested') return [];
    const asked = { sha: suite.head_sha, words: null, tactical: false, by: sender.login };
    return watched
      .filter((config) => isOwnSuite(suite, config))
      .map(({ name }) => ({ branch: name, command: { kind: 'retry_commit', ...asked } }));
  }
  if (event.name !== 'check_run') return [];
  const { check_run: run, sender } = event.body;
  const tactical = wishOf(event.body);
  if (tactical === null) return [];
  const words = run.external_id ?? '';
  const asked = { sha: run.head_sha, words, tactical, by: sender.login };
  return watched
    .filter((config) => isOwnRun(run, config))
    .map(({ name }) => ({ branch: name, command: { kind: 'retry_commit', ...asked } }));
}

/** @returns whether all of it is wanted again or only what has not passed; null: nothing is asked for */
function wishOf({
  action,
  requested_action: button,
}: Extract<WebhookEvent, { name: 'check_run' }>['body']): boolean | null {
  if (action === 'rerequested') return false;
  if (action !== 'requested_action') return null;
  if (button?.identifier === TACTICAL_RETRY) return true;
  return button?.identifier === RETRY ? false : null;
}
