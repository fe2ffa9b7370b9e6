// The operations that read: branches, pull requests, people, and what is on record.
import { z } from 'zod';
import { EventsAnswer, RetriedAnswer } from '../../../schemas/answers.ts';
import { BatchAnswer } from '../../../schemas/batch-api.ts';
import { Sha } from '../../../schemas/ids.ts';
import { JobsStatus } from '../../../schemas/job-status.ts';
import {
  DeveloperPulls,
  DeveloperStatus,
  PullSummary,
  TeamsStatus,
} from '../../../schemas/people-status.ts';
import { QueueStatus } from '../../../schemas/queue-status.ts';
import {
  DeployStatus,
  EventStatus,
  LandedStatus,
  PullDetail,
  PullStatus,
  WatchedBranches,
} from '../../../schemas/status.ts';
import type { Operation } from './operation.ts';

const API = '/api/v1alpha';
const BRANCH = `${API}/watched_branches/{branch}`;
const DEVELOPER = `${API}/developers/{user}`;

const NO_BRANCH = 'It is not a watched branch.';
const NO_NUMBER = 'The number of a pull request is an integer.';
const NO_DEVELOPER = 'That is none of the developers.';

type Reading = Omit<Operation, 'method' | 'permission' | 'answers'> & {
  readonly says: string;
  readonly answer: z.ZodType;
  /** It has an ETag. */
  readonly isTagged?: true;
};

const reading = ({ says, answer, isTagged, ...rest }: Reading): Operation => ({
  method: 'get',
  permission: 'read_ci',
  answers: {
    200: { says, body: answer },
    ...(isTagged ? { 304: { says: 'It is as it was under the ETag in If-None-Match.' } } : {}),
  },
  ...rest,
});

const branches: readonly Reading[] = [
  {
    path: `${API}/watched_branches`,
    summary: 'Every watched branch.',
    says: 'In the order of the settings.',
    answer: WatchedBranches,
    isTagged: true,
    tag: 'Branches',
  },
  {
    path: `${BRANCH}/prs`,
    summary: 'The open pull requests of a branch, each with every reason why it has not landed.',
    says: 'In merge-priority order.',
    answer: z.array(PullStatus),
    isTagged: true,
    tag: 'Pull requests',
    refusals: { 404: NO_BRANCH },
  },
  {
    path: `${BRANCH}/prs/{number}`,
    summary: 'One pull request: its conditions, place in the queue, attempts and timeline.',
    says: 'It is open, or landed lately.',
    answer: z.union([PullDetail, LandedStatus]),
    tag: 'Pull requests',
    refusals: { 400: NO_NUMBER, 404: 'It is neither open on that branch nor landed lately.' },
  },
  {
    path: `${BRANCH}/prs/{number}/timeline`,
    summary: 'What has happened to a pull request, also to one that is open no more.',
    says: 'The newest 500 events, oldest first.',
    answer: z.array(EventStatus),
    tag: 'Pull requests',
    refusals: { 400: NO_NUMBER, 404: NO_BRANCH },
  },
  {
    path: `${BRANCH}/prs/{number}/jobs`,
    summary: 'How the jobs of its newest test do, and what waits for what.',
    says: 'As Batch told last; `problem` says why it is no newer.',
    answer: JobsStatus,
    tag: 'Pull requests',
    refusals: { 400: NO_NUMBER, 404: 'It has no test, or is neither open nor landed lately.' },
  },
  {
    path: `${BRANCH}/queue`,
    summary: 'What would land if all went well, with an estimate of when.',
    says: 'The next to land first.',
    answer: QueueStatus,
    tag: 'Branches',
    refusals: { 404: NO_BRANCH },
  },
  {
    path: `${BRANCH}/events`,
    summary: 'What a branch did and noticed.',
    says: 'At most 500, oldest first.',
    answer: EventsAnswer,
    tag: 'Branches',
    query: z.object({ after: z.number().int().nonnegative().optional() }),
    refusals: { 400: 'after is not the seq of an event.', 404: NO_BRANCH },
  },
  {
    path: `${API}/deploy_status`,
    summary: 'The newest deploy of every branch.',
    says: 'In the order of the settings.',
    answer: z.array(DeployStatus),
    tag: 'Branches',
  },
  {
    path: `${API}/retried_tests`,
    summary: 'Failed jobs whose tests were asked for again.',
    says: 'One page, newest first.',
    answer: RetriedAnswer,
    tag: 'Pull requests',
    query: z.object({
      after: z.iso.datetime({ offset: true }).optional(),
      cursor: z.number().int().optional(),
      limit: z.number().int().positive().optional(),
    }),
    refusals: { 400: 'One of the parameters is wrong.' },
  },
  {
    path: `${API}/authorized_shas`,
    summary: 'Commits that may be tested whoever wrote them.',
    says: 'In the order of the alphabet.',
    answer: z.array(Sha),
    tag: 'Pull requests',
  },
];

const people: readonly Reading[] = [
  {
    path: `${API}/developers`,
    summary: 'Whose commits are tested without being authorized.',
    says: 'In the order of the settings.',
    answer: z.array(DeveloperStatus),
    tag: 'People',
  },
  {
    path: DEVELOPER,
    summary: 'One developer by either name.',
    says: 'Both names.',
    answer: DeveloperStatus,
    tag: 'People',
    refusals: { 404: NO_DEVELOPER },
  },
  {
    path: `${DEVELOPER}/prs`,
    summary: 'The pull requests that are about a developer.',
    says: 'By what they have to do with them.',
    answer: DeveloperPulls,
    tag: 'People',
    refusals: { 404: NO_DEVELOPER },
  },
  ...['open', 'reviewer', 'action_required'].map((concern) => ({
    path: `${DEVELOPER}/prs/${concern}`,
    summary: `Of the pull requests that are about a developer, those of ${concern}.`,
    says: 'Of every branch.',
    answer: z.array(PullSummary),
    tag: 'People',
    refusals: { 404: NO_DEVELOPER },
  })),
  {
    path: `${DEVELOPER}/dev_deploys`,
    summary: "A developer's own deploys.",
    says: 'The newest ten, as Batch has them.',
    answer: z.array(BatchAnswer),
    tag: 'People',
    refusals: { 404: 'That is nobody who has an account.', 502: 'Batch does not answer.' },
  },
  {
    path: `${API}/teams`,
    summary: 'The teams of the settings.',
    says: 'By name.',
    answer: TeamsStatus,
    tag: 'People',
  },
];

export const READING: readonly Operation[] = [...branches, ...people].map(reading);
