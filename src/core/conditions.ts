// Every condition of landing, with a tick or a cross. A cross is a reason of the decision itself, under the condition
// that it breaks; where a reason is left out because another says it all, the pull request's own state decides.
import type { BranchState, PullRequest } from '../../schemas/state.ts';
import { short } from './check.ts';
import type { BranchConfig } from './config.ts';
import type { Plan } from './decide.ts';
import { explain } from './explain.ts';
import { isDeveloper } from './judge-pull.ts';
import type { Reason } from './reason.ts';
import { unreachable } from './unreachable.ts';

export interface Condition {
  readonly name: string;
  readonly title: string;
  readonly met: boolean;
  readonly text: string;
  /** Who can change it; null: nobody need do anything. */
  readonly who: string | null;
  readonly next: string | null;
}

/** What a condition says of a pull request when none of the reasons speaks against it. */
interface Standard {
  readonly name: string;
  readonly title: string;
  readonly holds: boolean;
  readonly text: string;
}

/** @returns the condition that a reason breaks; null: it breaks none */
export function conditionOf(reason: Reason): string | null {
  switch (reason.kind) {
    case 'landing':
      return null;
    case 'pull_unread':
      return 'readable';
    case 'not_authorized':
      return 'authorized';
    case 'draft':
      return 'ready_for_review';
    case 'do_not_merge_label':
    case 'do_not_test_label':
      return 'labels';
    case 'not_approved':
    case 'changes_requested':
      return 'approved';
    case 'check_failed':
    case 'check_pending':
      return nameOfCheck(reason.check);
    case 'test_queued':
    case 'test_starting':
    case 'test_running':
    case 'batch_unread':
    case 'test_failed':
    case 'unbuildable':
      return 'tested';
    case 'stale_test':
      return 'up_to_date';
    case 'behind':
      return 'turn';
    case 'parked':
      return 'accepted';
    case 'call_failing':
      return reason.what === 'test' ? 'tested' : 'accepted';
    case 'landing_in_doubt':
      return 'landings_known';
    case 'frozen':
      return 'not_frozen';
    case 'branch_not_mergeable':
      return 'mergeable';
    case 'deploying':
      return 'no_deploy';
    case 'branch_not_read':
    case 'branch_missing':
      return 'branch_known';
    default:
      return unreachable(reason, 'conditionOf');
  }
}

/** It follows from another condition, which says who can change it. */
const AFTER_OTHERS = 'It follows once the conditions above it are met.';

/** Whether it is not met only because others are not. */
export const isFollowing = ({ next }: Pick<Condition, 'next'>): boolean => next === AFTER_OTHERS;

const CHECK = 'check ';
const nameOfCheck = (check: string): string => `${CHECK}${check}`;
/** Of a required check, by the name of the condition. */
export const isCheck = (name: string): boolean => name.startsWith(CHECK);

/** What is not met comes first, in the order of the reasons. @param plan made of this state and these settings */
export function conditionsOf(
  { pr, reasons }: Plan['blocked'][number],
  plan: Pick<Plan, 'queue'>,
  state: BranchState,
  config: BranchConfig,
): Condition[] {
  const pull = state.pulls[pr];
  if (!pull) return [];
  const broken = Map.groupBy(reasons, conditionOf);
  const standards = [
    ...ofPull(pull, state, config),
    ...ofTest(pull, state, config),
    ofTurn(pr, plan.queue),
    ...ofBranch(config),
  ];
  const order = [...broken.keys()];
  const placeOf = ({ name }: Standard): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  const sorted = standards.toSorted((a, b) => placeOf(a) - placeOf(b));
  return sorted.map(({ holds, ...standard }) => {
    const [first, ...others] = (broken.get(standard.name) ?? []).map((it) => explain(it, config));
    if (!first) return { ...standard, met: holds, who: null, next: holds ? null : AFTER_OTHERS };
    const text = [first, ...others].map((it) => it.text).join(' ');
    return { ...standard, met: false, text, who: first.who, next: first.next };
  });
}

function ofPull({ facts }: PullRequest, state: BranchState, config: BranchConfig): Standard[] {
  const { approvedBy } = facts.review;
  const required = (state.rules?.checks ?? []).filter(({ name }) => name !== config.checkName);
  return [
    held(
      'authorized',
      'Authorization',
      isDeveloper(facts.author.login, config)
        ? `${facts.author.login} is a known developer.`
        : 'A maintainer has authorized this commit.',
    ),
    held('ready_for_review', 'Ready for review', 'It is not a draft.'),
    held('labels', 'No label against it', 'No label keeps it from being tested or from landing.'),
    held(
      'approved',
      'Approval',
      approvedBy.length > 0 ? `Approved by ${approvedBy.join(', ')}.` : 'It needs no approval.',
    ),
    ...[...new Set(required.map(({ name }) => name))].map((check) =>
      held(nameOfCheck(check), `Required check ${check}`, `${check} succeeded.`),
    ),
    held('readable', 'Read from GitHub', 'What GitHub says of it was understood.'),
  ];
}

function ofTest({ build }: PullRequest, { head }: BranchState, config: BranchConfig): Standard[] {
  const target = 'targetSha' in build ? build.targetSha : null;
  const now = head === null ? 'not known' : `at ${short(head)}`;
  return [
    {
      name: 'tested',
      title: 'A passing test',
      holds: build.kind === 'passed',
      text: build.kind === 'passed' ? `Batch ${build.batch} succeeded.` : 'It has not been tested.',
    },
    {
      name: 'up_to_date',
      title: `A test on ${config.branch} as it is now`,
      holds: build.kind !== 'unbuildable' && target !== null && target === head,
      text:
        target === null || build.kind === 'unbuildable'
          ? 'There is no test yet.'
          : target === head
            ? `Its newest test is on ${short(target)}.`
            : `Its newest test is on ${short(target)}; ${config.branch} is ${now}.`,
    },
  ];
}

function ofTurn(pr: number, queue: Plan['queue']): Standard {
  const [first] = queue;
  const text =
    first === pr
      ? 'It is the next to land.'
      : queue.includes(pr)
        ? `#${first} goes first.`
        : 'It is not in the queue while another condition is not met.';
  return { name: 'turn', title: 'Its turn', holds: first === pr, text };
}

const ofBranch = ({ branch }: BranchConfig): Standard[] => [
  held('accepted', 'Landing not refused', 'Nothing has refused its landing lately.'),
  held('landings_known', 'Landings before it known', 'Every landing before it was read back.'),
  held('branch_known', 'Branch read', `${branch} and its batches were read.`),
  held('mergeable', 'Landing switched on', `Pull requests land on ${branch}.`),
  held('not_frozen', 'Not frozen', `${branch} is not frozen.`),
  held('no_deploy', 'No deploy in the way', 'No deploy that it would have to wait for is running.'),
];

/** It is met when no reason speaks against it. */
const held = (name: string, title: string, text: string): Standard => ({
  name,
  title,
  holds: true,
  text,
});
