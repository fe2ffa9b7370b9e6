// What a pass needs from the world, as interfaces in the words of the core. The clients implement
// them over HTTP; a simulation implements them in memory. Nothing here throws for the world's faults.
import type { Check, LandingCommits, MergeMethod } from '../../schemas/action.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { BatchAnswer } from '../../schemas/batch-api.ts';
import type { JobRead, PlannedJob } from '../../schemas/batch-jobs.ts';
import type { Finding } from '../../schemas/diagnosis.ts';
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { BatchId, PullNumber, Sha } from '../../schemas/ids.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import type { LiveService, WorkloadKind } from '../../schemas/namespace.ts';
import type { BranchState, PullFacts, Rules, TestMerge } from '../../schemas/state.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';
import type { CheckRun } from '../core/check-run.ts';
import type { Fault } from '../core/fault.ts';
import type { BatchPurpose, LiveNamespace, ObservedBatch, PullRead } from '../core/observation.ts';
import type { LandingReadBack } from '../core/outcome.ts';
import type { Result } from '../core/result.ts';
import type { Delivery, Failing } from '../core/sweep.ts';

type Answer<T> = Promise<Result<T, Fault>>;

/**
 * The branch's memory. `update` is synchronous and atomic: it reads the newest state, writes what
 * the change made of it, and logs the news; commands that arrive while a pass waits use it too.
 */
export interface Store {
  read(): BranchState;
  update(change: (state: BranchState) => BranchState): BranchState;
  /** What failed in a batch, with its logs: too much for the state, and only for people to read. */
  keepFailures(batch: BatchId, jobs: readonly FailedJob[]): void;
  /** None when it is not known, or no more. */
  failures(batch: BatchId): readonly FailedJob[];
  /** What was submitted in a batch; only for people to look at. */
  keepJobs(batch: BatchId, jobs: readonly PlannedJob[]): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** In [0, 1). */
export type Random = () => number;

/** GitHub answers a query about so many pull requests well within its time limit. */
export const PULLS_PER_REQUEST = 25;

export interface PullPage {
  readonly head: Sha | null;
  readonly pulls: readonly PullFacts[];
  readonly unreadable: readonly Extract<PullRead, { kind: 'unreadable' }>[];
  /** Our own refs of the branch, in full; on the first page only, and the first hundred of each kind. */
  readonly ownRefs: readonly string[];
  /** null on the last page. */
  readonly next: string | null;
}

/** The commit to make: `sourceSha` merged by `method` on `targetSha`. Same input, same commit. */
export interface TestedCommit {
  readonly method: MergeMethod;
  readonly pr: PullNumber;
  readonly sourceSha: Sha;
  readonly targetSha: Sha;
  /** To which whoever else wrote the source's commits is added when they are squashed. */
  readonly message: string;
  readonly author: { readonly login: string; readonly name: string; readonly email: string };
  /** Of author and committer, in milliseconds since the epoch; from the data, never the clock. */
  readonly date: number;
  /** GitHub's own merge of the pull request, which saves another one if it is of these two commits. */
  readonly testMerge: TestMerge | null;
}

export type MadeCommit =
  | {
      readonly kind: 'made';
      readonly sha: Sha;
      readonly tree: Sha;
      /** By path, those that are there. */
      readonly files: ReadonlyMap<string, FileRead>;
    }
  | { readonly kind: 'unbuildable'; readonly why: Unbuildable };

/** A file at a commit. */
export interface FileRead {
  /** The same id, the same content. */
  readonly id: string;
  /** Null: it is not text, or more than GitHub shows. */
  readonly text: string | null;
}

export interface GitHub {
  /** Open pull requests that target the branch, oldest first. @param first at most so many; 25 unless told */
  readPage(cursor: string | null, first?: number): Answer<PullPage>;
  /**
   * The branch and the given pull requests, at most 25, in one request.
   * @param commit of which the message is wanted, too; null when there is no such commit
   */
  readPulls(
    numbers: readonly PullNumber[],
    commit?: Sha,
  ): Answer<{ head: Sha | null; pulls: PullRead[]; message?: string | null }>;
  readRules(): Answer<Rules>;
  /**
   * Makes the commit, keeps it fetchable under a ref of the pull request's, and reads these files of it meanwhile.
   */
  makeTestedCommit(commit: TestedCommit, paths: readonly string[]): Answer<MadeCommit>;
  /** Several files at once. @returns by path; those that the commit does not have are left out */
  readFiles(sha: Sha, paths: readonly string[]): Answer<ReadonlyMap<string, FileRead>>;
  /**
   * Paths that differ between a commit and one of its descendants, old names of what was renamed too.
   * @returns null when there are more than GitHub lists, or it gives up on them
   */
  changedFiles(base: Sha, head: Sha): Answer<readonly string[] | null>;
  /** As a commit status. */
  postCheck(sha: Sha, check: Check): Answer<void>;
  /** As a check run, which only Apps have. @param isFirst there certainly is none of ours on the commit */
  postRun(sha: Sha, run: CheckRun, isFirst: boolean): Answer<void>;
  /**
   * Lands by the landing's mode, on a branch that was looked at just before. @returns what the branch was moved to; `moved`
   * when branch or source were elsewhere, or it may have landed already; `refused` with GitHub's words
   * @param message of the tested commit, which the merge API wants to be told
   */
  land(
    landing: LandingCommits,
    source: { readonly branch: string; readonly movable: boolean },
    message?: string | null,
  ): Answer<
    | { readonly kind: 'landed'; readonly sha: Sha }
    | { readonly kind: 'moved' }
    | { readonly kind: 'refused'; readonly words: string }
  >;
  /** What became of a landing, by what GitHub shows now. */
  readBack(landing: LandingCommits): Answer<LandingReadBack>;
  /** Compares what has landed with what was tested, and says in words what was found instead. */
  verify(
    landing: LandingCommits,
    landedSha: Sha,
  ): Answer<
    | { readonly kind: 'as_tested' }
    | { readonly kind: 'differs' | 'not_in_branch'; readonly words: string }
  >;
  /** Assigns them and asks them for review; nothing changes when it was done before. */
  assign(pr: PullNumber, login: string): Answer<void>;
  /**
   * Has our one comment of a kind say this. @param id of the comment, as far as is known: it is looked for where it is not
   * @returns its id
   */
  comment(
    pr: PullNumber,
    words: { readonly kind: string; readonly text: string },
    id: number | null,
  ): Answer<number>;
  /** Comments on and closes a pull request whose branch could not be moved: GitHub cannot see it as merged. */
  closeLanded(pr: PullNumber, landedSha: Sha): Answer<void>;
  /** @param ref in full; one that is not there is as good as dropped */
  dropRef(ref: string): Answer<void>;
}

/** What GitHub has on record of the webhooks that it sent us. */
export interface Deliveries {
  /** Those that did not arrive, and that nobody has asked for again: oldest first, as many as are asked for at once. */
  failed(wanted: Failing): Answer<readonly Delivery[]>;
  sendAgain(delivery: Delivery): Answer<void>;
}

/** What GitHub lets us do on the branch, and what is to be mended; ten requests or so. */
export type Examine = () => Answer<readonly Finding[]>;

export interface NewBatch {
  /** Same key again = same batch. */
  readonly key: string;
  readonly name: string;
  readonly purpose: BatchPurpose;
  readonly attributes: Readonly<Record<string, string>>;
  readonly jobs: readonly JobSpec[];
}

/** A test that is repeated: of the same commits, as the attempt of this number. */
export interface RepeatedTest {
  readonly pr: PullNumber;
  readonly sourceSha: Sha;
  readonly targetSha: Sha;
  readonly attempt: number;
}

/** By name, each with the newest batch that it passed in. */
export type PassedJobs = ReadonlyMap<string, BatchId>;

export interface FailuresRead {
  readonly jobs: readonly FailedJob[];
  /** Why a log could not be read; null: all there are were. */
  readonly unread: Fault | null;
}

export interface BatchService {
  /** The branch's batches with a larger id than `after`, newest first. */
  list(after: BatchId | 0): Answer<readonly ObservedBatch[]>;
  /** @returns null when there is no such batch */
  get(id: BatchId): Answer<ObservedBatch | null>;
  create(batch: NewBatch): Answer<BatchId>;
  cancel(id: BatchId): Answer<void>;
  /** The jobs that have passed in earlier attempts of the very same test. */
  passedJobs(test: RepeatedTest): Answer<PassedJobs>;
  /** The jobs that failed, with the ends of their logs; none of a batch that is gone. */
  failures(id: BatchId): Answer<FailuresRead>;
  /** How all of a batch's jobs do; none of a batch that is gone. */
  jobs(id: BatchId): Answer<readonly JobRead[]>;
}

/** The batches of developers' own deploys. */
export interface DevBatches {
  create(batch: Omit<NewBatch, 'purpose'>): Answer<BatchId>;
  /** A developer's newest ten, newest first. */
  newest(user: string): Answer<readonly BatchAnswer[]>;
}

export interface Kubernetes {
  /** Those with the labels of the branch, also when they are being deleted. */
  listNamespaces(): Answer<readonly LiveNamespace[]>;
  /** @returns null when there is no such namespace */
  getNamespace(name: string): Answer<LiveNamespace | null>;
  /** With everything in it, and only if it is as it was seen; one that is not there is as good as deleted. */
  deleteNamespace(seen: Pick<LiveNamespace, 'name' | 'uid' | 'version'>): Answer<void>;
  /** All of a kind in a namespace; none where there is no such namespace. */
  readWorkloads(namespace: string, kind: WorkloadKind): Answer<readonly LiveService[]>;
}

export interface Notifier {
  alert(channel: string, alert: Alert): Answer<void>;
}
