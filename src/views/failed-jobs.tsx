// The jobs that failed in a batch, each with the end of its log: what a person looks for first.
import type { FailedJobStatus } from '../../schemas/status.ts';
import { Icon } from './icon.tsx';
import { lengthOf } from './parts.tsx';

export const FailedJobs = ({ jobs }: { jobs: readonly FailedJobStatus[] }) =>
  jobs.length === 0 ? null : (
    <section class="card" aria-label="Failed jobs">
      <header>
        <h2>What failed</h2>
        <span class="soft small">the ends of their logs</span>
      </header>
      {jobs.map((job, index) => (
        <details class="log" open={index === 0} id={`failed-${job.job_id}`}>
          <summary>
            <Icon name={job.state === 'Error' ? 'warn' : 'cross'} tone="bad" />{' '}
            <strong>{job.name}</strong> <span class="bad">{wordsOf(job)}</span>
          </summary>
          <pre tabindex={0}>{job.log.main ?? 'It left no log.'}</pre>
          <p class="in">
            <a href={job.url}>The whole log of {job.name}</a>
          </p>
        </details>
      ))}
    </section>
  );

function wordsOf({ exit_code: exitCode, reason, duration }: FailedJobStatus): string {
  const how = reason ?? (exitCode === null ? 'could not run' : `exit code ${exitCode}`);
  return duration === null ? how : `${how}, after ${lengthOf(duration)}`;
}
