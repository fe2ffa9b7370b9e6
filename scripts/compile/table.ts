// A compiled batch as a table to be read: a line for each job, splits of one step in one line.
import type { CompiledBatch, CompiledJob } from '../../src/compile/compile.ts';
import type { BuildFile } from '../../src/compile/parse.ts';

interface Row {
  readonly name: string;
  readonly part: CompiledJob['part'];
  readonly jobs: number;
  readonly job: CompiledJob;
}

export function tableOf(batch: CompiledBatch, { graph }: BuildFile): string {
  const rows = rowsOf(batch.jobs);
  const cells = [
    ['JOB', 'WHAT', 'CPU', 'TIMEOUT', 'ALWAYS', 'WAITS FOR'],
    ...rows.map(({ name, part, jobs, job }) => [
      jobs === 1 ? name : `${name} × ${jobs}`,
      part === 'step' ? (graph.byName.get(job.step)?.kind ?? part) : part,
      job.spec.resources?.cpu ?? job.spec.resources?.machine_type ?? '1',
      job.spec.timeout === undefined ? 'none' : `${job.spec.timeout} s`,
      job.spec.always_run ? 'yes' : '',
      waitsFor(job.parents),
    ]),
  ];
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', summaryOf(batch)].join('\n');
}

/** Jobs of one step that do the same stand together: splits. */
function rowsOf(jobs: readonly CompiledJob[]): Row[] {
  const rows = new Map<string, Row>();
  for (const job of jobs) {
    const isSplit = job.part === 'step' && job.name !== job.step && /_\d+$/.test(job.name);
    const name = isSplit ? job.step : job.name;
    const key = `${job.part} ${name}`;
    rows.set(key, { name, part: job.part, job, jobs: (rows.get(key)?.jobs ?? 0) + 1 });
  }
  return [...rows.values()];
}

const SHOWN_PARENTS = 3;

function waitsFor(parents: readonly string[]): string {
  const shown = parents.slice(0, SHOWN_PARENTS).join(', ');
  const more = parents.length - SHOWN_PARENTS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function summaryOf({ namespace, deployedServices, jobs }: CompiledBatch): string {
  const steps = new Set(jobs.map(({ step }) => step)).size;
  const deployed =
    namespace === null
      ? 'nothing is deployed'
      : `deploys into ${namespace}: ${deployedServices.map(({ name }) => name).join(', ') || 'nothing that is waited for'}`;
  return `${counted(jobs.length, 'job')} of ${counted(steps, 'step')}; ${deployed}`;
}

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
