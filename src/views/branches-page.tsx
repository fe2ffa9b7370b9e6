// The overview: every watched branch with its open pull requests and, for each, why it has not landed.
import type { BranchStatus, LandedStatus, PullStatus } from '../../schemas/status.ts';
import { DeployedServices } from './deployed-services.tsx';
import { GithubBudget } from './github-budget.tsx';
import { Commit, Layout, Moment } from './layout.tsx';
import { BuildState, Reasons } from './pull-parts.tsx';

export interface BranchView {
  readonly status: BranchStatus;
  readonly pulls: readonly PullStatus[];
}

export const BranchesPage = (props: { branches: readonly BranchView[] }) => (
  <Layout title="Sluice" refreshSeconds={5}>
    {props.branches.map((branch) => (
      <BranchSection {...branch} />
    ))}
  </Layout>
);

const BranchSection = ({ status, pulls }: BranchView) => (
  <section>
    <h1>
      <a href={status.url}>{status.branch_fqn}</a>
    </h1>
    {status.frozen ? (
      <p class="banner">
        Frozen by {status.frozen.by} since <Moment at={status.frozen.since} />:{' '}
        {status.frozen.reason}
      </p>
    ) : null}
    {status.last_error ? (
      <p class="banner">
        {status.last_error} Next try: <Moment at={status.next_try_at} />
      </p>
    ) : null}
    <dl>
      <dt>At</dt>
      <dd>
        <Commit sha={status.sha} />
      </dd>
      <dt>Deploy</dt>
      <dd>
        <DeployState status={status} />
        {status.deployed_services.length > 0 ? (
          <DeployedServices services={status.deployed_services} />
        ) : null}
      </dd>
      <dt>Merge candidate</dt>
      <dd>{status.merge_candidate ?? <span class="none">none</span>}</dd>
      <dt>Tests</dt>
      <dd>
        {status.running_tests} running, at most {status.running_tests_max} at once
      </dd>
      <dt>Polled</dt>
      <dd>
        <Moment at={status.polled_at} />, next <Moment at={status.next_poll_at} />
      </dd>
      <dt>GitHub’s limits</dt>
      <dd>
        <GithubBudget budget={status.github_budget} />
      </dd>
      {status.webhook?.problem ? (
        <>
          <dt>Webhook</dt>
          <dd>
            What does not arrive is not asked for again: {status.webhook.problem}. Next look:{' '}
            <Moment at={status.webhook.next_sweep_at} />
          </dd>
        </>
      ) : null}
    </dl>
    <h2>Open</h2>
    {pulls.length === 0 ? (
      <p class="none">No open pull request.</p>
    ) : (
      <PullTable {...{ status, pulls }} />
    )}
    <h2>Landed</h2>
    {status.landed.length === 0 ? (
      <p class="none">Nothing yet.</p>
    ) : (
      <LandedTable repo={status.repo} landed={status.landed} />
    )}
  </section>
);

const DeployState = ({ status }: { status: BranchStatus }) => {
  if (!status.deploy_state) return <span class="none">none</span>;
  const tone = { running: 'wait', success: 'good', failure: 'bad', checkout_failure: 'bad' };
  return (
    <>
      <span class={`state ${tone[status.deploy_state]}`}>{status.deploy_state}</span>{' '}
      <Commit sha={status.deploy_sha} />
      {status.deploy_failure ? `: ${status.deploy_failure}` : ''}
    </>
  );
};

const PullTable = ({ status, pulls }: BranchView) => (
  <div class="wide">
    <table>
      <thead>
        <tr>
          <th>#</th>
          <th>Pull request</th>
          <th>Test</th>
          <th>Why it has not landed</th>
        </tr>
      </thead>
      <tbody>
        {pulls.map((pull) => (
          <tr id={`pr-${pull.number}`}>
            <td class="n">
              <a href={`/${status.repo}/pull/${pull.number}`}>#{pull.number}</a>
            </td>
            <td>
              <a href={pull.url}>{pull.title}</a> <span class="who">by {pull.author}</span>{' '}
              {pull.labels.map((label) => (
                <span class="label">{label}</span>
              ))}
              {pull.is_merge_candidate ? <span class="label">merge candidate</span> : null}
            </td>
            <td>
              <BuildState pull={pull} />
            </td>
            <td>
              <Reasons reasons={pull.reasons} brief />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const LandedTable = ({ repo, landed }: { repo: string; landed: readonly LandedStatus[] }) => (
  <div class="wide">
    <table>
      <thead>
        <tr>
          <th>#</th>
          <th>Pull request</th>
          <th>Tested</th>
          <th>Landed</th>
          <th>On</th>
          <th>At</th>
        </tr>
      </thead>
      <tbody>
        {landed.map((pull) => (
          <tr>
            <td class="n">
              <a href={`/${repo}/pull/${pull.number}`}>#{pull.number}</a>
            </td>
            <td>
              <a href={pull.url}>{pull.title}</a> <span class="who">by {pull.author}</span>
            </td>
            <td>
              <Commit sha={pull.tested_sha} /> in <a href={pull.batch_url}>batch {pull.batch_id}</a>
            </td>
            <td>
              <Commit sha={pull.merge_commit_sha} />{' '}
              {pull.verified ? (
                <span class="good">read back</span>
              ) : (
                <span class="wait">reading back</span>
              )}
            </td>
            <td>
              <Commit sha={pull.target_sha} />
            </td>
            <td class="n">
              <Moment at={pull.landed_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
