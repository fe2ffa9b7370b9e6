// All that our check says where we are a GitHub App, and the buttons on it (S6.7). What it says first, and whether
// it is posted at all, is in check.ts.
import type { Check } from '../../schemas/action.ts';
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { Build } from '../../schemas/state.ts';
import type { Mistake } from '../../schemas/unbuildable.ts';
import { batchUrl, before, short } from './check.ts';
import type { BranchConfig } from './config.ts';
import { unreachable } from './unreachable.ts';

export interface CheckRun {
  readonly check: Check;
  readonly status: 'queued' | 'in_progress' | 'completed';
  /** In Markdown. */
  readonly summary: string;
  /** The same, of what failed; null: nothing did. */
  readonly text: string | null;
  /** Told where they are in the files. */
  readonly mistakes: readonly Mistake[];
  readonly actions: readonly CheckAction[];
}

/** A button. GitHub takes 20, 40 and 20 characters. */
export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

/** What the buttons ask for, by what GitHub says was pressed. */
export const RETRY = 'retry';
export const TACTICAL_RETRY = 'tactical_retry';

/** On what has a result: before, there is nothing to repeat. */
const RETRIES: readonly CheckAction[] = [
  { label: 'Re-run', description: 'Test it again, all of it', identifier: RETRY },
  {
    label: 'Tactical re-run',
    description: 'Test again what has not passed yet',
    identifier: TACTICAL_RETRY,
  },
];

/** GitHub takes 65,535 bytes, and a character of a log may have three. */
const TEXT_MAX = 20_000;

export function runOf(
  check: Check,
  build: Build,
  failed: readonly FailedJob[],
  config: BranchConfig,
): CheckRun {
  const plain = { check, text: null, mistakes: [], actions: [] };
  switch (build.kind) {
    case 'unbuilt':
      return { ...plain, status: 'queued', summary: `[All that is waited for](${check.url})` };
    case 'running':
      return {
        ...{ ...plain, status: 'in_progress' },
        summary: `${batchOf(build, config)} tests it as one commit on \`${short(build.targetSha)}\`: ${jobs(build.jobs)}.`,
      };
    case 'passed':
      return {
        ...{ ...plain, status: 'completed', actions: RETRIES },
        summary: `As one commit on \`${short(build.targetSha)}\` it passed in ${batchOf(build, config)}: ${jobs(build.jobs)}${before(build)}.`,
      };
    case 'failed':
      return {
        ...{ ...plain, status: 'completed', actions: RETRIES },
        summary: `As one commit on \`${short(build.targetSha)}\` it failed in ${batchOf(build, config)}: ${build.failure}.`,
        text: textOf(build.batch, failed, config),
      };
    case 'unbuildable':
      return {
        ...{ ...plain, status: 'completed', mistakes: build.why.mistakes ?? [] },
        summary: fenced(build.why.message.slice(0, TEXT_MAX)),
      };
    default:
      return unreachable(build, 'runOf');
  }
}

const batchOf = ({ batch }: { readonly batch: number }, config: BranchConfig): string =>
  `[batch ${batch}](${batchUrl(config, batch)})`;

const jobs = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`);

/** Every job that failed has an equal part of the room for the end of its log. */
function textOf(batch: number, failed: readonly FailedJob[], config: BranchConfig): string | null {
  if (failed.length === 0) return null;
  const room = Math.floor(TEXT_MAX / failed.length);
  return failed.map((job) => partOf(job, batch, room, config)).join('\n\n');
}

const NAME_MAX = 100;
const REASON_MAX = 200;
/** For all but the log: the heading, its address, the fences. */
const AROUND_MAX = 600;

function partOf(job: FailedJob, batch: number, room: number, config: BranchConfig): string {
  const { name, reason, exitCode, state } = job;
  const heading = `### [${plainly(name, NAME_MAX)}](${batchUrl(config, batch)}/jobs/${job.job})`;
  const why = reason ?? (exitCode === null ? state : `exit code ${exitCode}`);
  const log = lastLines(job.log ?? '', Math.max(0, room - AROUND_MAX));
  return [heading, plainly(why, REASON_MAX), ...(log ? [fenced(log)] : [])].join('\n\n');
}

/** What jobs are called is for their authors to choose, and no order to whoever shows it. */
const plainly = (text: string, most: number): string =>
  text
    .replace(/\s+/g, ' ')
    .slice(0, most)
    .replace(/[\\`*_{}[\]()#<>@|!~]/g, (mark) => `\\${mark}`);

/** Whole lines, where there is room for one. */
function lastLines(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(text.length - most);
  return end.slice(end.indexOf('\n') + 1);
}

/** As it is: the fence is longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
