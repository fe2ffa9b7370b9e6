// What our check on a pull request should say, from its state alone (S6.7, S9.1). The sentence is
// what a person sees first, so it says what is waited for.
import type { Check } from '../../schemas/action.ts';
import type { Build, PullRequest } from '../../schemas/state.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';
import type { BranchConfig } from './config.ts';
import { digest } from './digest.ts';
import { isAuthorized, labelsOf } from './judge-pull.ts';
import { unreachable } from './unreachable.ts';

/** GitHub's limit for the description of a commit status. */
const DESCRIPTION_MAX = 140;

type Tested = Extract<Build, { kind: 'passed' }>;
type Failed = Pick<Extract<Build, { kind: 'failed' }>, 'failure' | 'failedJobs'>;

export const sameCheck = (a: Check | null, b: Check | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.state === b.state &&
    a.description === b.description &&
    a.url === b.url &&
    a.words === b.words);

export function intendedCheck(
  pull: PullRequest,
  authorized: readonly string[],
  config: BranchConfig,
): Check {
  const { state, description } = verdict(pull, authorized, config);
  const url = pullUrl(config, pull.facts.number);
  const line = clip(config.app === null ? inThreeBytes(description) : description);
  const check = { state, description: line, url };
  return config.app === null ? check : { ...check, words: wordsOf(pull, description, url) };
}

/** What has the same words need not be posted again, also where only the beginning of a sentence is shown. */
function wordsOf({ build }: PullRequest, description: string, url: string): string {
  const mistakes = build.kind === 'unbuildable' ? (build.why.mistakes ?? []) : [];
  const places = mistakes.map(({ file, line, column, message }) => [file, line, column, message]);
  return digest(JSON.stringify([build.kind, description, url, ...places]));
}

/** The page that answers why a pull request has not landed. */
export const pullUrl = (config: BranchConfig, number: number): string =>
  `${config.publicUrl}/${config.owner}/${config.repo}/pull/${number}`;

export const batchUrl = (config: BranchConfig, batch: number): string =>
  `${config.batchUrl}/batches/${batch}`;

function verdict(
  pull: PullRequest,
  authorized: readonly string[],
  config: BranchConfig,
): Omit<Check, 'url'> {
  const { build, facts } = pull;
  switch (build.kind) {
    case 'running':
      return {
        state: 'pending',
        description: `Testing on ${short(build.targetSha)} in batch ${build.batch}${progress(build, config)}`,
      };
    case 'passed':
      return {
        state: 'success',
        description: `Passed on ${short(build.targetSha)} in batch ${build.batch}${before(build)}`,
      };
    case 'failed':
      return {
        state: 'failure',
        description: `Failed in batch ${build.batch}: ${failureOf(build)}`,
      };
    case 'unbuildable':
      return { state: 'failure', description: inShort(build.why) };
    case 'unbuilt': {
      const held = labelsOf(facts, config.labels.doNotTest)[0];
      if (!isAuthorized(facts, authorized, config))
        return {
          state: 'pending',
          description: `Not tested: ${facts.author.login} is not a known developer. A maintainer can authorize ${short(facts.source.sha)}; Details says how.`,
        };
      if (held) return { state: 'pending', description: `Not tested while labelled ${held}` };
      return { state: 'pending', description: 'Waiting to be tested' };
    }
    default:
      return unreachable(build, 'intendedCheck');
  }
}

/** A commit status would be posted for a count alone. */
const progress = (
  { finished, jobs }: Extract<Build, { kind: 'running' }>,
  { app }: BranchConfig,
): string => (app === null || finished === 0 ? '' : `: ${finished} of ${jobs} jobs have ended`);

/** Each step is posted, and with what else is said of a build that makes at most ten posts (S6.7). */
const PROGRESS_STEPS = 5;

/** @returns how many of the jobs have ended, rounded down to one of a few steps */
export function inSteps(finished: number, jobs: number): number {
  const step = Math.ceil(jobs / PROGRESS_STEPS);
  return Math.floor(finished / step) * step;
}

/** A result may stand on earlier batches for the same commits, too. */
export const before = ({ passedBefore }: Pick<Tested, 'passedBefore'>): string =>
  passedBefore ? `, and ${passedBefore.steps} steps before in ${listed(passedBefore.batches)}` : '';

const listed = (batches: readonly number[]): string =>
  batches.length === 1 ? `batch ${batches[0]}` : `batches ${batches.join(', ')}`;

/** With the names of the jobs, as far as they are known. */
export const failureOf = ({ failure, failedJobs }: Failed): string =>
  failedJobs && failedJobs.length > 0 ? `${failure}: ${failedJobs.join(', ')}` : failure;

/** Of several mistakes the first, and how many there are besides: what a status has room for. */
export function inShort({ message, mistakes = [] }: Unbuildable): string {
  if (mistakes.length < 2) return message;
  const more = `; and ${mistakes.length - 1} more`;
  const [first = ''] = message.split('\n');
  return `${clip(first, DESCRIPTION_MAX - more.length)}${more}`;
}

/** After a word, if none is very long. Half a character at the cut would come back from GitHub as another, and be posted for ever. */
function clip(text: string, most = DESCRIPTION_MAX): string {
  const line = text.toWellFormed().replace(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const space = line.lastIndexOf(' ', most - 1);
  const cut = line.slice(0, space > most / 2 ? space : most - 1);
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** GitHub refuses a commit status with a character of four bytes, as most emoji are. */
const inThreeBytes = (text: string): string => text.replace(/[\u{10000}-\u{10FFFF}]/gu, '\uFFFD');

export const short = (sha: string): string => sha.slice(0, 7);
