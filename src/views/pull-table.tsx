// A table of open pull requests: what it is, where it stands, and why it has not landed.
import type { Child } from 'hono/jsx';
import type { PullRow } from '../core/pull-row.ts';
import { count, Labels } from './parts.tsx';
import { PullState } from './pull-state.tsx';

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

const Row = ({ manyBranches, ...pull }: PullRow & { manyBranches: boolean }) => (
  <tr id={`${pull.branch}-${pull.number}`}>
    <th scope="row">
      <a href={`/${pull.repo}/pull/${pull.number}`}>{pull.title}</a>
      <Labels labels={pull.labels} />
      <div class="soft small">
        #{pull.number} by {pull.author}
        {manyBranches ? ` onto ${pull.branch}` : ''}
      </div>
    </th>
    <td class="number">{pull.position === null ? '' : `${pull.position}. `}</td>
    <td>
      <PullState standing={pull.standing} outOfDate={pull.outOfDate} />
    </td>
    <td class="why">
      <Why why={pull.why} />
    </td>
  </tr>
);

const Why = ({ why: [first, ...others] }: Pick<PullRow, 'why'>) => {
  if (first === undefined) return null;
  return (
    <>
      {first}
      {others.length > 0 ? (
        <span class="soft nowrap" title={others.join('\n')}>
          {' '}
          and {count(others.length, 'more reason')}
        </span>
      ) : null}
    </>
  );
};
