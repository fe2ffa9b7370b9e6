// The tests that a pull request has had, newest first: why each was started, and how it ended.
import type { PullDetail } from '../../schemas/status.ts';
import { lengthOf, Moment, None } from './parts.tsx';

type Attempt = PullDetail['attempts'][number];

export const Attempts = ({ attempts }: { attempts: readonly Attempt[] }) =>
  attempts.length === 0 ? null : (
    <section class="card" aria-label="Attempts">
      <header>
        <h2>Attempts</h2>
      </header>
      <div class="wide">
        <table aria-label="Attempts">
          <thead>
            <tr>
              <th scope="col">Attempt</th>
              <th scope="col">Batch</th>
              <th scope="col">Why it was started</th>
              <th scope="col">How it ended</th>
              <th scope="col" class="end">
                Took
              </th>
              <th scope="col" class="end">
                Started
              </th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((attempt) => (
              <Row attempt={attempt} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );

const Row = ({ attempt }: { attempt: Attempt }) => (
  <tr>
    <th scope="row" class="number" data-label="Attempt">
      {attempt.attempt}
    </th>
    <td class="number" data-label="in batch">
      {attempt.batch_id !== null && attempt.batch_url !== null ? (
        <a href={attempt.batch_url}>{attempt.batch_id}</a>
      ) : (
        <None />
      )}
    </td>
    <td data-label="for">{words(attempt.reason)}</td>
    <td>{words(attempt.state)}</td>
    <td class="number end" data-label="took">
      {tookOf(attempt)}
    </td>
    <td class="end" data-label="started">
      <Moment at={attempt.started_at} />
    </td>
  </tr>
);

const words = (text: string | null) => (text === null ? <None /> : text.replaceAll('_', ' '));

function tookOf({ started_at: from, ended_at: to }: Attempt) {
  if (from === null || to === null) return <None />;
  return lengthOf(Date.parse(to) - Date.parse(from));
}
