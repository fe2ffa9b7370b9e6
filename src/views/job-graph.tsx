// The jobs of a batch as a picture of what waits for what, with the same as a table for who cannot use it.
import type { JobStatus, JobsStatus } from '../../schemas/job-status.ts';
import { Icon, type IconName, Mark, type Tone } from './icon.tsx';
import { type Layout, layOut } from './job-layout.ts';
import { count, lengthOf, Moment, None } from './parts.tsx';

const WIDTH = 186;
const HEIGHT = 30;
const GAP_X = 26;
const GAP_Y = 8;
/** A long name is cut; the whole is in the table, and in the tip. */
const NAME_MAX = 18;

const STATES = {
  Pending: { text: 'waiting', tone: 'none', icon: 'wait' },
  Ready: { text: 'ready', tone: 'none', icon: 'wait' },
  Creating: { text: 'starting', tone: 'wait', icon: 'run' },
  Running: { text: 'running', tone: 'wait', icon: 'run' },
  Success: { text: 'succeeded', tone: 'good', icon: 'check' },
  Failed: { text: 'failed', tone: 'bad', icon: 'cross' },
  Error: { text: 'could not run', tone: 'bad', icon: 'warn' },
  Cancelled: { text: 'cancelled', tone: 'none', icon: 'none' },
} as const satisfies Record<string, { text: string; tone: Tone; icon: IconName }>;

const stateOf = ({ state }: JobStatus) =>
  state === null ? ({ text: 'not known', tone: 'none', icon: 'dot' } as const) : STATES[state];

const ENDED = ['Success', 'Failed', 'Error', 'Cancelled'];
export const isOver = ({ jobs }: JobsStatus): boolean =>
  jobs.every(({ state }) => state !== null && ENDED.includes(state));

export const Jobs = ({ status, title }: { status: JobsStatus; title: string }) => {
  const { jobs } = status;
  const ended = jobs.filter(({ state }) => state !== null && ENDED.includes(state)).length;
  const hasEdges = jobs.some(({ parent_ids }) => parent_ids.length > 0);
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="flow soft small">
          {jobs.length > 0 ? `${ended} of ${count(jobs.length, 'job')} ended` : null}
          <a href={status.batch_url}>batch {status.batch_id}</a>
        </span>
      </header>
      {status.problem ? (
        <p class="in wait">
          {status.problem} The jobs are shown as of <Moment at={status.read_at} />.
        </p>
      ) : null}
      {jobs.length === 0 ? <p class="empty">Batch knows no jobs of it.</p> : null}
      {hasEdges ? <Graph jobs={jobs} /> : null}
      {jobs.length > 0 ? (
        <details id={`jobs-of-${status.batch_id}`} class="log" open={!hasEdges}>
          <summary>All jobs as a table</summary>
          <JobTable jobs={jobs} />
        </details>
      ) : null}
    </section>
  );
};

const Graph = ({ jobs }: { jobs: readonly JobStatus[] }) => {
  const layout = layOut(jobs.map(({ job_id: id, parent_ids: parents }) => ({ id, parents })));
  const width = layout.columns * (WIDTH + GAP_X) - GAP_X + 2;
  const height = layout.rows * (HEIGHT + GAP_Y) - GAP_Y + 2;
  return (
    <figure class="graph" tabindex={0} aria-label="Jobs and what they wait for">
      <svg width={width} height={height} viewBox={`-1 -1 ${width} ${height}`}>
        <title>Jobs and what they wait for</title>
        <g>
          {layout.edges.map(([from, to]) => (
            <path class="edge" d={lineOf(layout, from, to)} />
          ))}
        </g>
        {jobs.map((job) => (
          <JobNode job={job} layout={layout} />
        ))}
      </svg>
    </figure>
  );
};

const cornerOf = ({ places }: Layout, id: number) => {
  const { column, row } = places.get(id) ?? { column: 0, row: 0 };
  return { x: column * (WIDTH + GAP_X), y: row * (HEIGHT + GAP_Y) };
};

function lineOf(layout: Layout, from: number, to: number): string {
  const start = cornerOf(layout, from);
  const end = cornerOf(layout, to);
  const [x1, y1] = [start.x + WIDTH, start.y + HEIGHT / 2];
  const [x2, y2] = [end.x, end.y + HEIGHT / 2];
  const bend = Math.min(GAP_X, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

const JobNode = ({ job, layout }: { job: JobStatus; layout: Layout }) => {
  const { text, tone, icon } = stateOf(job);
  const { x, y } = cornerOf(layout, job.job_id);
  const time = job.duration === null ? '' : lengthOf(job.duration);
  const whole = `${job.name}: ${text}${time ? `, ${time}` : ''}`;
  return (
    <a href={job.url}>
      <title>{whole}</title>
      <g data-tone={tone}>
        <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={6} />
        <Mark name={icon} x={x + 8} y={y + 7} />
        <text x={x + 31} y={y + 19.5}>
          {job.name.length > NAME_MAX ? `${job.name.slice(0, NAME_MAX - 1)}…` : job.name}
        </text>
        <text class="time" x={x + WIDTH - 8} y={y + 19.5}>
          {time}
        </text>
      </g>
    </a>
  );
};

const JobTable = ({ jobs }: { jobs: readonly JobStatus[] }) => {
  const names = new Map(jobs.map(({ job_id, name }) => [job_id, name]));
  return (
    <div class="wide">
      <table aria-label="Jobs">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">State</th>
            <th scope="col" class="end">
              Time
            </th>
            <th scope="col">Waits for</th>
            <th scope="col">Log</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr>
              <th scope="row">
                <a href={job.url}>{job.name}</a>
              </th>
              <td class="nowrap">
                <Icon name={stateOf(job).icon} tone={stateOf(job).tone} /> {stateOf(job).text}
                {job.exit_code ? `, exit code ${job.exit_code}` : ''}
              </td>
              <td class="number end" data-label="time">
                {job.duration === null ? <None /> : lengthOf(job.duration)}
              </td>
              <td data-label="waits for">
                {job.parent_ids.map((id) => names.get(id) ?? id).join(', ') || <None />}
              </td>
              <td>
                <a href={job.log_url} aria-label={`Log of ${job.name}`}>
                  log
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
