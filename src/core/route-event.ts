// Webhook -> marks (S4.3): which flags of which branches an event concerns. Pure; an event about
// nothing that is watched gives no mark.
import type { WebhookEvent } from '../../schemas/github-webhook.ts';
import type { BranchName } from '../../schemas/ids.ts';
import type { BranchConfig } from './config.ts';
import type { Mark } from './mark.ts';
import { unreachable } from './unreachable.ts';

export interface BranchMark {
  readonly branch: BranchName;
  readonly mark: Mark;
}

type EventOf<Name extends WebhookEvent['name']> = Extract<WebhookEvent, { name: Name }>['body'];

/** The watched ones of its repository. */
export function branchesOf(event: WebhookEvent, branches: readonly BranchConfig[]): BranchConfig[] {
  const repo = event.body.repository.full_name.toLowerCase();
  return branches.filter((branch) => `${branch.owner}/${branch.repo}`.toLowerCase() === repo);
}

/** The branch's own check. */
export const isOwnRun = (
  { name, app }: EventOf<'check_run'>['check_run'],
  config: BranchConfig,
): boolean => isOwnSuite({ app }, config) && name === config.checkName;

/** There is nothing in it but the checks of watched branches. */
export const isOwnSuite = (
  { app }: Pick<EventOf<'check_suite'>['check_suite'], 'app'>,
  config: BranchConfig,
): boolean => config.app !== null && app?.id === config.app;

export function routeEvent(event: WebhookEvent, branches: readonly BranchConfig[]): BranchMark[] {
  const watched = branchesOf(event, branches);
  const on = (names: readonly string[], mark: Mark): BranchMark[] =>
    watched
      .filter(({ branch }) => names.includes(branch))
      .map(({ name }) => ({ branch: name, mark }));
  switch (event.name) {
    case 'pull_request': {
      const { pull_request: pull, changes } = event.body;
      // A retargeted pull request concerns the branch that it left, too.
      const bases = [pull.base.ref, ...(changes?.base ? [changes.base.ref.from] : [])];
      return on(bases, { flag: 'github', read: pull.number });
    }
    case 'pull_request_review': {
      const { number, base } = event.body.pull_request;
      return on([base.ref], { flag: 'github', read: number });
    }
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/.exec(event.body.ref)?.[1];
      return branch === undefined ? [] : on([branch], { flag: 'github', read: 'branch' });
    }
    case 'status': {
      // Our own check is ours to know; hearing of it again would cost a read for every post.
      const { sha, context } = event.body;
      return watched
        .filter(({ checkName }) => checkName !== context)
        .map(({ name }) => ({ branch: name, mark: { flag: 'github', read: { sha } } }));
    }
    case 'check_run': {
      const run = event.body.check_run;
      const mark: Mark = { flag: 'github', read: { sha: run.head_sha } };
      return watched
        .filter((config) => !isOwnRun(run, config))
        .map(({ name }) => ({ branch: name, mark }));
    }
    case 'check_suite': {
      const suite = event.body.check_suite;
      const mark: Mark = { flag: 'github', read: { sha: suite.head_sha } };
      return watched
        .filter((config) => !isOwnSuite(suite, config))
        .map(({ name }) => ({ branch: name, mark }));
    }
    default:
      return unreachable(event, 'routeEvent');
  }
}
