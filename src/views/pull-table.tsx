// A table of open pull requests: what it is, where it stands, and why it has not landed.
import type { Child } from 'hono/jsx';
import type { PullRow } from '../core/pull-row.ts';
import { inBrief, Labels } from './parts.tsx';
import { PullState } from './pull-state.tsx';

interface Props {
  readonly rows: readonly PullRow[];
  readonly manyBranches?: boolean;
  readonly label: string;
  /** The heads of the columns, where they can be sorted by; their plain names otherwise, and places only if there are any. */
  readonly heads?: readonly Child[];
}

export const PullTable = ({ rows, manyBranches = false, label, heads }: Props) => {
  const hasPlaces = heads !== undefined || rows.some(({ position }) => position !== null);
  return (
    <div class="wide">
      <table class="pulls" aria-label={label}>
        <thead>
          <tr>
            {heads ?? (
              <>
                <th scope="col">Pull request</th>
                {hasPlaces ? <th scope="col">Queue</th> : null}
                <th scope="col">Test</th>
                <th scope="col">Why it has not landed</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((pull) => (
            <Row {...{ pull, manyBranches, hasPlaces }} />
          ))}
        </tbody>
      </table>
    </div>
  );
};

interface RowProps {
  readonly pull: PullRow;
  readonly manyBranches: boolean;
  readonly hasPlaces: boolean;
}

const Row = ({ pull, manyBranches, hasPlaces }: RowProps) => (
  <tr id={`${pull.branch}-${pull.number}`}>
    <th scope="row">
      <a href={`/${pull.repo}/pull/${pull.number}`}>{pull.title}</a>
      <Labels labels={pull.labels} />
      <div class="soft small">
        #{pull.number} by {pull.author}
        {manyBranches ? ` onto ${pull.branch}` : ''}
      </div>
    </th>
    {hasPlaces ? (
      <td class="number">{pull.position === null ? '' : `${pull.position}. `}</td>
    ) : null}
    <td>
      <PullState standing={pull.standing} outOfDate={pull.outOfDate} />
    </td>
    <td class="why">
      <Why why={pull.why} />
    </td>
  </tr>
);

const Why = ({ why }: Pick<PullRow, 'why'>) => {
  const [first, more] = inBrief(why);
  return (
    <>
      {first}
      {more ? (
        <span class="soft nowrap" title={why.slice(1).join('\n')}>
          {' '}
          {more}
        </span>
      ) : null}
    </>
  );
};
