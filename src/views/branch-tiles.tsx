// How a watched branch is, in figures: its commit, deploy, queue, tests, polls, and what is left of GitHub's limits.
import type { BranchStatus, GithubBudgetStatus } from '../../schemas/status.ts';
import { DeployState } from './deploy-state.tsx';
import { Commit, Moment, None } from './parts.tsx';

interface Props {
  readonly status: BranchStatus;
  readonly queued: number;
}

export const BranchTiles = ({ status, queued }: Props) => (
  <dl class="tiles">
    <div>
      <dt>Commit</dt>
      <dd>
        <Commit sha={status.sha} />
      </dd>
    </div>
    <div>
      <dt>Deploy</dt>
      <dd>
        <DeployState status={status} />
      </dd>
    </div>
    <div>
      <dt>Queue</dt>
      <dd>
        <span class="big">
          {queued} <span class="soft small">of {status.n_prs} open</span>
        </span>
        <span class="small">
          {status.merge_candidate ? (
            <a href={`/${status.repo}/pull/${status.merge_candidate.slice(3)}`}>
              #{status.merge_candidate.slice(3)} goes first
            </a>
          ) : (
            <None>nobody goes first</None>
          )}
        </span>
      </dd>
    </div>
    <div>
      <dt>Running tests</dt>
      <dd>
        <span class="big">
          {status.running_tests}{' '}
          <span class="soft small">of {status.running_tests_max} at once</span>
        </span>
        <progress
          class="meter"
          aria-label="Running tests"
          value={Math.min(status.running_tests, status.running_tests_max)}
          max={status.running_tests_max}
        />
      </dd>
    </div>
    <div>
      <dt>Polled</dt>
      <dd>
        <Moment at={status.polled_at} />
        <div class="small soft">
          next <Moment at={status.next_poll_at} />
        </div>
      </dd>
    </div>
    <div>
      <dt>GitHub’s limits</dt>
      <dd class="small">
        <GithubBudget budget={status.github_budget} />
      </dd>
    </div>
  </dl>
);

const NAMES = { core: 'REST', graphql: 'GraphQL' } as const;

const GithubBudget = ({ budget }: { budget: GithubBudgetStatus }) => (
  <>
    {budget.limits.map(({ resource, limit, remaining, resets_at }) => (
      <div>
        {NAMES[resource]}: {remaining} of {limit} left, full again <Moment at={resets_at} />
      </div>
    ))}
    {budget.limits.length === 0 ? <None>not told yet</None> : null}
    {budget.waiting ? (
      <div>
        Nothing is asked; on again <Moment at={budget.waiting.until} />: {budget.waiting.because}
        {budget.waiting.landings_go_on ? ' Landings go on.' : ''}
      </div>
    ) : null}
    {budget.problem ? <div>{budget.problem}</div> : null}
  </>
);
