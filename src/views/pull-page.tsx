// One pull request: the answer to "why has this not landed?" on top, then its test and its history.
import type { EventStatus, LandedStatus, PullDetail } from '../../schemas/status.ts';
import { FailedJobs } from './failed-jobs.tsx';
import { Commit, Layout, Moment } from './layout.tsx';
import { BuildState, Reasons } from './pull-parts.tsx';

interface Props {
  readonly branch: string;
  readonly pull: PullDetail | LandedStatus;
  /** Newest first. */
  readonly events: readonly EventStatus[];
}

export const PullPage = ({ branch, pull, events }: Props) => (
  <Layout title={`#${pull.number} ${pull.title}`} refreshSeconds={5}>
    <h1>
      <a href={pull.url}>
        #{pull.number} {pull.title}
      </a>
    </h1>
    <p class="who">
      by {pull.author}, onto {branch}
    </p>
    {pull.state === 'open' ? <OpenPull pull={pull} /> : <LandedPull pull={pull} />}
    <h2>What happened</h2>
    <div class="wide">
      <table>
        <tbody>
          {events.map((event) => (
            <tr>
              <td class="n">
                <Moment at={event.at} />
              </td>
              <td>{event.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </Layout>
);

const OpenPull = ({ pull }: { pull: PullDetail }) => (
  <>
    <h2>Why it has not landed</h2>
    <Reasons reasons={pull.reasons} />
    {pull.notices.map((notice) => (
      <p>{notice}</p>
    ))}
    <h2>Its test</h2>
    <p>
      <BuildState pull={pull} />
    </p>
    <FailedJobs jobs={pull.failed_jobs} />
    {pull.message_edited ? (
      <p>
        Title or description were edited after the test: the tested commit has the earlier message,
        and that is what would land.
      </p>
    ) : null}
    <dl>
      <dt>Source</dt>
      <dd>
        {pull.source_branch_name} at <Commit sha={pull.source_sha} />
      </dd>
      <dt>Tested commit</dt>
      <dd>
        <Commit sha={pull.tested_sha} />
      </dd>
      <dt>Review</dt>
      <dd>{pull.review_state.replace('_', ' ')}</dd>
      <dt>Check</dt>
      <dd>{pull.check ? `${pull.check.state}: ${pull.check.description}` : 'none'}</dd>
    </dl>
  </>
);

const LandedPull = ({ pull }: { pull: LandedStatus }) => (
  <>
    <p class="state good">
      Landed as <Commit sha={pull.merge_commit_sha} /> at <Moment at={pull.landed_at} />
    </p>
    <p>
      The commit that landed is the commit that was tested, on <Commit sha={pull.target_sha} />, in{' '}
      <a href={pull.batch_url}>batch {pull.batch_id}</a>.{' '}
      {pull.verified ? 'The branch was read back and holds it.' : 'The branch is being read back.'}
    </p>
  </>
);
