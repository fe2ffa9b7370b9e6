// The overview: every watched branch, how it is, who lands next, and what landed last.
import type { BranchStatus, LandedStatus } from '../../schemas/status.ts';
import type { LineUp } from '../core/pull-row.ts';
import { BranchTiles } from './branch-tiles.tsx';
import { ActionButton } from './form.tsx';
import { FreezeForm } from './freeze-form.tsx';
import { Layout } from './layout.tsx';
import { useMayManage } from './page-context.ts';
import { Commit, Linked, Moment, Notice, Pill } from './parts.tsx';
import { PullTable } from './pull-table.tsx';

export interface BranchView {
  readonly status: BranchStatus;
  readonly line: LineUp;
}

const LANDED_SHOWN = 5;

export const BranchesPage = ({ branches }: { branches: readonly BranchView[] }) => (
  <Layout title="Branches" live={branches.map(({ status }) => status.branch_fqn)}>
    <div class="heading">
      <h1>Branches</h1>
      <UpdateNow />
    </div>
    {branches.map((branch) => (
      <BranchCard {...branch} />
    ))}
  </Layout>
);

const UpdateNow = () =>
  useMayManage() ? (
    <ActionButton action="/update" title="Read GitHub and Batch again, now">
      Update now
    </ActionButton>
  ) : null;

const BranchCard = ({ status, line }: BranchView) => (
  <section class="card" id={`branch-${status.branch_fqn}`} aria-label={status.branch_fqn}>
    <header>
      <h2>
        <a href={status.url}>{status.branch_fqn}</a>
      </h2>
      <span class="flow">
        {status.frozen ? (
          <Pill tone="info" icon="freeze">
            Frozen
          </Pill>
        ) : (
          <Pill tone="good" icon="check">
            Open for landings
          </Pill>
        )}
      </span>
    </header>
    <Troubles status={status} />
    <div class="in">
      <BranchTiles status={status} queued={line.queued} />
    </div>
    <div class="in">
      <FreezeForm status={status} />
    </div>
    <Line status={status} line={line} />
    <header>
      <h3>Landed lately</h3>
    </header>
    {status.landed.length === 0 ? (
      <p class="empty">Nothing yet.</p>
    ) : (
      <LandedTable status={status} />
    )}
  </section>
);

const Line = ({ status, line }: BranchView) => {
  const { next, queued, others, unqueued } = line;
  const all = `/prs?branch=${encodeURIComponent(status.branch_fqn)}`;
  return (
    <>
      <header>
        <h3>Next to land</h3>
        {status.n_prs === 0 ? null : <a href={all}>All {status.n_prs} open pull requests</a>}
      </header>
      {queued === 0 ? (
        <p class="empty">
          {status.n_prs === 0
            ? 'No open pull request.'
            : 'Nobody: each of them lacks something of its own.'}
        </p>
      ) : (
        <PullTable label={`Queue of ${status.branch_fqn}`} rows={next} />
      )}
      <More count={queued - next.length} of="in the queue" href={all} />
      {unqueued === 0 ? null : (
        <>
          <header>
            <h3>Not in the queue</h3>
            <span class="soft small">something of their own is missing</span>
          </header>
          <PullTable label={`Not in the queue of ${status.branch_fqn}`} rows={others} />
          <More count={unqueued - others.length} of="not in the queue" href={all} />
        </>
      )}
    </>
  );
};

const More = (props: { count: number; of: string; href: string }) =>
  props.count <= 0 ? null : (
    <p class="more small">
      <a href={props.href}>
        {props.count} more {props.of}
      </a>
    </p>
  );

const Troubles = ({ status }: { status: BranchStatus }) => (
  <>
    {status.frozen ? (
      <Notice tone="info" icon="freeze">
        Frozen by {status.frozen.by} <Moment at={status.frozen.since} />
        {status.frozen.until ? (
          <>
            , to be unfrozen <Moment at={status.frozen.until} />
          </>
        ) : null}
        : {status.frozen.reason}
      </Notice>
    ) : null}
    {status.last_error ? (
      <Notice tone="bad" icon="warn">
        {status.last_error}{' '}
        {status.next_try_at ? (
          <>
            Next try: <Moment at={status.next_try_at} />
          </>
        ) : null}
      </Notice>
    ) : null}
    <NotAllowed status={status} />
    {status.webhook?.problem ? (
      <Notice tone="wait" icon="warn">
        Webhooks that do not arrive are not asked for again: {status.webhook.problem}. Next look:{' '}
        <Moment at={status.webhook.next_sweep_at} />
      </Notice>
    ) : null}
  </>
);

/** What GitHub does not let Sluice do, as it was found before anything was refused. */
const NotAllowed = ({ status: { diagnosis } }: { status: BranchStatus }) => {
  const faults = (diagnosis?.troubles ?? []).filter(({ mark }) => mark === 'fault');
  if (faults.length === 0) return null;
  return (
    <Notice tone="bad" icon="warn">
      As GitHub is set up, Sluice cannot do all of its work (seen{' '}
      <Moment at={diagnosis?.looked_at ?? null} />
      ):
      <ul>
        {faults.map(({ what, text, todo }) => (
          <li>
            {what}: {text}. {todo ? <Linked text={todo} /> : null}
          </li>
        ))}
      </ul>
    </Notice>
  );
};

const LandedTable = ({ status }: { status: BranchStatus }) => (
  <div class="wide">
    <table aria-label={`Landed lately on ${status.branch_fqn}`}>
      <thead>
        <tr>
          <th scope="col">Pull request</th>
          <th scope="col">Commit</th>
          <th scope="col">Tested in</th>
          <th scope="col" class="end">
            Landed
          </th>
        </tr>
      </thead>
      <tbody>
        {status.landed.slice(0, LANDED_SHOWN).map((pull) => (
          <LandedRow repo={status.repo} pull={pull} />
        ))}
      </tbody>
    </table>
  </div>
);

const LandedRow = ({ repo, pull }: { repo: string; pull: LandedStatus }) => (
  <tr>
    <th scope="row">
      <a href={`/${repo}/pull/${pull.number}`}>{pull.title}</a>{' '}
      <span class="soft small nowrap">
        #{pull.number} by {pull.author}
      </span>
    </th>
    <td>
      <Commit sha={pull.merge_commit_sha} />
      {pull.verified ? null : <span class="soft small"> reading back</span>}
    </td>
    <td class="number">
      <a href={pull.batch_url}>batch {pull.batch_id}</a>
    </td>
    <td class="end">
      <Moment at={pull.landed_at} />
    </td>
  </tr>
);
