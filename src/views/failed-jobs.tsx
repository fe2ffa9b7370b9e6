// The jobs that failed in a batch, each with the end of its log: what a person looks for first.
import type { FailedJobStatus } from '../../schemas/status.ts';

export const FailedJobs = ({ jobs }: { jobs: readonly FailedJobStatus[] }) => (
  <>
    {jobs.map((job, index) => (
      <details open={index === 0}>
        <summary>
          <a href={job.url}>{job.name}</a> <span class="bad">{wordsOf(job)}</span>
        </summary>
        <pre>{job.log.main ?? 'It left no log.'}</pre>
      </details>
    ))}
  </>
);

function wordsOf({ exit_code: exitCode, reason, duration }: FailedJobStatus): string {
  const how = reason ?? (exitCode === null ? 'could not run' : `exit code ${exitCode}`);
  return duration === null ? how : `${how}, after ${lengthOf(duration)}`;
}

function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
