// Tests that were asked for again without a new commit: how often each, how often of late, and the single cases.
import type { RetriedTest } from '../../schemas/status.ts';
import type { DayOfTests } from '../core/flaky-days.ts';
import { Layout } from './layout.tsx';
import { LeftOut } from './left-out.tsx';
import { count, Moment, None } from './parts.tsx';
import { Plot } from './plot.tsx';

export interface FlakyTest {
  readonly job_name: string;
  readonly retried: number;
  /** Of all tests that came to an end. */
  readonly rate: number | null;
}

interface Props {
  readonly days: number;
  readonly leftOut: readonly string[];
  readonly rates: readonly FlakyTest[];
  readonly byDay: readonly DayOfTests[];
  readonly rows: readonly RetriedTest[];
  readonly branches: readonly string[];
}

const SPANS = [7, 14, 30] as const;
const ROWS_SHOWN = 50;

export const FlakyPage = ({ days, leftOut, rates, byDay, rows, branches }: Props) => (
  <Layout title="Flaky tests" live={branches}>
    <div class="heading">
      <h1>Flaky tests</h1>
      <nav class="flow" aria-label="How far back">
        {SPANS.map((span) => (
          <a
            class="button"
            href={`/flaky_tests?days=${span}`}
            aria-current={span === days ? 'page' : undefined}
          >
            {span} days
          </a>
        ))}
      </nav>
    </div>
    <LeftOut sentences={leftOut} />
    <p class="soft">
      Jobs that failed in a test that was then asked for again, without a new commit. The rate is of
      all tests that came to an end, as far as the event log goes back.
    </p>
    {rows.length === 0 ? (
      <section class="card">
        <p class="empty">None in the last {days} days.</p>
      </section>
    ) : (
      <>
        <OverTime {...{ days, byDay, rows }} />
        <section class="card" aria-label="By job">
          <header>
            <h2>By job</h2>
          </header>
          <Rates rates={rates} />
        </section>
        <Cases rows={rows} />
      </>
    )}
  </Layout>
);

const OverTime = ({ days, byDay, rows }: Pick<Props, 'days' | 'byDay' | 'rows'>) => (
  <section class="card" aria-label="Over time">
    <header>
      <h2>Over time</h2>
      <span class="soft small">{count(rows.length, 'failed job')} retried</span>
    </header>
    <Plot
      title={`Failed jobs that were retried on each of the last ${days} days`}
      bars={byDay.map(({ day, retried, finished }) => ({
        name: day,
        value: retried,
        text: `${day}: ${retried} retried, ${count(finished, 'test')} ended`,
      }))}
    />
  </section>
);

const Rates = ({ rates }: Pick<Props, 'rates'>) => (
  <div class="wide">
    <table aria-label="Flaky jobs">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col" class="end">
            Retried
          </th>
          <th scope="col" class="end">
            Rate
          </th>
          <th scope="col">
            <span class="visually-hidden">Share</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rates.map(({ job_name: name, retried, rate }) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="number end" data-label="retried">
              {retried}
            </td>
            <td class="number end" data-label="rate">
              {rate === null ? <None /> : `${(rate * 100).toFixed(1)} %`}
            </td>
            <td>
              <progress
                class="meter"
                aria-label={`Share of ${name}`}
                value={retried}
                max={rates[0]?.retried ?? 1}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Cases = ({ rows }: Pick<Props, 'rows'>) => (
  <section class="card" aria-label="Cases">
    <header>
      <h2>Cases</h2>
      <span class="soft small">the newest {Math.min(ROWS_SHOWN, rows.length)}</span>
    </header>
    <div class="wide">
      <table aria-label="Cases">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Pull request</th>
            <th scope="col">How it ended</th>
            <th scope="col">Retried by</th>
            <th scope="col" class="end">
              When
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_SHOWN).map((row) => (
            <tr>
              <th scope="row">{row.job_name}</th>
              <td class="text">
                <a href={`/${row.target_branch.split(':')[0]}/pull/${row.pr_number}`}>
                  #{row.pr_number}
                </a>{' '}
                <span class="soft">onto {row.target_branch}</span>
              </td>
              <td>
                {row.state}
                {row.exit_code === null ? '' : `, exit code ${row.exit_code}`} in batch{' '}
                {row.batch_id}
              </td>
              <td data-label="retried by">{row.retried_by}</td>
              <td class="end">
                <Moment at={row.retried_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);
