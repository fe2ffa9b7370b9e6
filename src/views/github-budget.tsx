// What is left of GitHub's limits, and until when nothing is asked of it.
import type { GithubBudgetStatus } from '../../schemas/status.ts';
import { Moment } from './layout.tsx';

const NAMES = { core: 'REST', graphql: 'GraphQL' } as const;

export const GithubBudget = ({ budget }: { budget: GithubBudgetStatus }) => (
  <>
    {budget.limits.map(({ resource, limit, remaining, resets_at }, index) => (
      <>
        {index > 0 ? ', ' : ''}
        {NAMES[resource]}: {remaining} of {limit} left until <Moment at={resets_at} />
      </>
    ))}
    {budget.limits.length === 0 ? <span class="none">not told yet</span> : null}
    {budget.waiting ? (
      <>
        . Waiting until <Moment at={budget.waiting.until} />: {budget.waiting.because}
        {budget.waiting.landings_go_on ? '; landings go on' : ''}
      </>
    ) : null}
    {budget.problem ? `. ${budget.problem}` : null}
  </>
);
