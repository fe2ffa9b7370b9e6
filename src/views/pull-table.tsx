// A table of open pull requests: what it is, where it stands, and why it has not landed.
import type { Child } from 'hono/jsx';
import type { PullStatus } from '../../schemas/status.ts';
import { count, Labels } from './parts.tsx';
import { PullState } from './pull-state.tsx';

export interface PullRow {
  readonly repo: string;
  /** Shown only where there are several. */
  readonly branch: string;
  readonly pull: PullStatus;
}

interface Props {
  readonly rows: readonly PullRow[];
  readonly manyBranches?: boolean;
  readonly label: string;
  /** The heads of the columns, where they can be sorted by; their plain names otherwise. */
  readonly heads?: readonly Child[];
}

export const PullTable = ({ rows, manyBranches = false, label, heads }: Props) => (
  <div class="wide">
    <table class="pulls cards" aria-label={label}>
      <thead>
        <tr>
          {heads ?? (
            <>
              <th scope="col">Pull request</th>
              <th scope="col">Queue</th>
              <th scope="col">Test</th>
              <th scope="col">Why it has not landed</th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row {...row} manyBranches={manyBranches} />
        ))}
      </tbody>
    </table>
  </div>
);

const Row = ({ repo, branch, pull, manyBranches }: PullRow & { manyBranches: boolean }) => (
  <tr id={`${branch}-${pull.number}`}>
    <th scope="row">
      <a href={`/${repo}/pull/${pull.number}`}>{pull.title}</a>
      <Labels labels={pull.labels} />
      <div class="soft small">
        #{pull.number} by {pull.author}
        {manyBranches ? ` onto ${branch}` : ''}
      </div>
    </th>
    <td class="number">{pull.queue ? `${pull.queue.position}. ` : ''}</td>
    <td>
      <PullState pull={pull} />
    </td>
    <td class="why">
      <Why pull={pull} />
    </td>
  </tr>
);

const Why = ({ pull: { reasons } }: { pull: PullStatus }) => {
  const [first, ...others] = reasons;
  if (!first) return null;
  return (
    <>
      {first.text}
      {others.length > 0 ? (
        <span class="soft nowrap" title={others.map(({ text }) => text).join('\n')}>
          {' '}
          and {count(others.length, 'more reason')}
        </span>
      ) : null}
    </>
  );
};
