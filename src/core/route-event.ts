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

export function routeEvent(event: WebhookEvent, branches: readonly BranchConfig[]): BranchMark[] {
  const repo = event.body.repository.full_name.toLowerCase();
  const watched = branches.filter(
    (branch) => `${branch.owner}/${branch.repo}`.toLowerCase() === repo,
  );
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
      const sha = event.body.check_run.head_sha;
      return watched.map(({ name }) => ({ branch: name, mark: { flag: 'github', read: { sha } } }));
    }
    case 'check_suite': {
      const sha = event.body.check_suite.head_sha;
      return watched.map(({ name }) => ({ branch: name, mark: { flag: 'github', read: { sha } } }));
    }
    default:
      return unreachable(event, 'routeEvent');
  }
}
