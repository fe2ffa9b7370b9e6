// One pull request: the answer to "why has this not landed?" on top, then its turn, its test and its history.
import type { JobsStatus } from '../../schemas/job-status.ts';
import type { EventStatus, LandedStatus, PullDetail } from '../../schemas/status.ts';
import { standingOf } from '../core/pull-row.ts';
import { Attempts } from './attempts.tsx';
import { Checklist, headline, isLanding } from './checklist.tsx';
import { FailedJobs } from './failed-jobs.tsx';
import { isOver, Jobs } from './job-graph.tsx';
import { Layout } from './layout.tsx';
import { Mistakes } from './mistakes.tsx';
import { Commit, Labels, Moment, None, Notice, Pill } from './parts.tsx';
import { PullActions } from './pull-actions.tsx';
import { PullState } from './pull-state.tsx';
import { Queue } from './queue.tsx';
import { Timeline } from './timeline.tsx';

/** How jobs go is told by nobody. */
const JOBS_AGAIN_SECONDS = 3;

interface Props {
  /** `owner/repo:branch` */
  readonly branch: string;
  readonly repo: string;
  readonly pull: PullDetail | LandedStatus;
  readonly jobs: JobsStatus | null;
  /** Newest first. */
  readonly events: readonly EventStatus[];
}

export const PullPage = ({ branch, repo, pull, jobs, events }: Props) => (
  <Layout
    title={`#${pull.number} ${pull.title}`}
    live={[branch]}
    againSeconds={jobs && !isOver(jobs) ? JOBS_AGAIN_SECONDS : undefined}
  >
    <div class="stack">
      <div class="heading">
        <h1>
          {pull.title} <span class="soft">#{pull.number}</span>
        </h1>
        {pull.state === 'open' ? (
          <PullState
            standing={standingOf(isLanding(pull), pull.build_state)}
            outOfDate={pull.out_of_date}
          />
        ) : (
          <Pill tone="good" icon="land">
            Landed
          </Pill>
        )}
      </div>
      <p class="soft">
        by {pull.author}, onto <a href={`/prs?branch=${encodeURIComponent(branch)}`}>{branch}</a>,{' '}
        <a href={pull.url}>on GitHub</a>
        {pull.state === 'open' ? <Labels labels={pull.labels} /> : null}
      </p>
    </div>
    {pull.state === 'open' ? (
      <OpenPull {...{ repo, pull, jobs, events }} />
    ) : (
      <LandedPull {...{ pull, jobs, events }} />
    )}
  </Layout>
);

const OpenPull = ({ repo, pull, jobs, events }: Omit<Props, 'branch'> & { pull: PullDetail }) => (
  <>
    <p class="visually-hidden" data-announce>
      {headline(pull)}
    </p>
    <div class="columns">
      <div>
        <Checklist pull={pull} />
        <Mistakes mistakes={pull.mistakes} />
        {pull.notices.map((notice) => (
          <Notice tone="info" icon="warn">
            {notice}
          </Notice>
        ))}
        {pull.message_edited ? (
          <Notice tone="wait" icon="warn">
            Title or description were edited after the test: the tested commit has the earlier
            message, and that is what would land.
          </Notice>
        ) : null}
        <FailedJobs jobs={pull.failed_jobs} />
        {jobs ? <Jobs status={jobs} title="Its test" /> : null}
        <Attempts attempts={pull.attempts} />
        <Timeline events={events} />
      </div>
      <div>
        <PullActions repo={repo} pull={pull} />
        <Queue repo={repo} pull={pull} />
        <Facts pull={pull} />
      </div>
    </div>
  </>
);

const Facts = ({ pull }: { pull: PullDetail }) => (
  <section class="card" aria-label="Facts">
    <header>
      <h2>Facts</h2>
    </header>
    <dl class="facts in">
      <dt>Source</dt>
      <dd>
        {pull.source_branch_name} <Commit sha={pull.source_sha} />
      </dd>
      <dt>Test</dt>
      <dd>
        {pull.batch_id && pull.batch_url ? (
          <>
            <a href={pull.batch_url}>batch {pull.batch_id}</a> on <Commit sha={pull.target_sha} />
          </>
        ) : (
          <None>none</None>
        )}
      </dd>
      <dt>Tested commit</dt>
      <dd>
        <Commit sha={pull.tested_sha} />
      </dd>
      <dt>Review</dt>
      <dd>{pull.review_state.replace('_', ' ')}</dd>
      <dt>Reviewers</dt>
      <dd>{pull.reviewers.join(', ') || <None />}</dd>
      <dt>Assignees</dt>
      <dd>{pull.assignees.join(', ') || <None />}</dd>
      <dt>Our check</dt>
      <dd>{pull.check ? `${pull.check.state}: ${pull.check.description}` : <None>none</None>}</dd>
    </dl>
  </section>
);

const LandedPull = ({
  pull,
  jobs,
  events,
}: Pick<Props, 'jobs' | 'events'> & { pull: LandedStatus }) => (
  <>
    <Notice tone="good" icon="land">
      <p data-announce>
        Landed as <Commit sha={pull.merge_commit_sha} /> <Moment at={pull.landed_at} />.
      </p>
      <p>
        {pull.merge_commit_sha === pull.tested_sha
          ? 'The commit that landed is the commit that was tested, on '
          : 'GitHub merged it; what it made is compared with what was tested, on '}
        <Commit sha={pull.target_sha} />, in <a href={pull.batch_url}>batch {pull.batch_id}</a>.{' '}
        {pull.verified
          ? 'The branch was read back and holds it.'
          : 'The branch is being read back.'}
      </p>
    </Notice>
    {jobs ? <Jobs status={jobs} title="Its test" /> : null}
    <Timeline events={events} />
  </>
);
