// One watched branch: its memory, its clock and its alarm. Thin on purpose: a request only marks and
// arms the alarm, the alarm runs passes, and everything that can be judged or decided is elsewhere.
import { DurableObject } from 'cloudflare:workers';
import type { NamespaceStatus } from '../schemas/cluster-status.ts';
import type { Build, PullRequest } from '../schemas/state.ts';
import type {
  BranchStatus,
  DeployStatus,
  EventStatus,
  FailedJobStatus,
  LandedStatus,
  PullDetail,
  PullStatus,
  RetriedTest,
} from '../schemas/status.ts';
import type { Budget } from '../src/clients/github/budget.ts';
import { type Command, obey, retriedPull } from '../src/core/command.ts';
import { type BranchConfig, parseConfig } from '../src/core/config.ts';
import { backoffMs } from '../src/core/fault.ts';
import { markAll } from '../src/core/flags.ts';
import { applyMark, type Mark } from '../src/core/mark.ts';
import { nextAlarm } from '../src/core/next-alarm.ts';
import { namespaceStatuses } from '../src/loop/cluster-status.ts';
import type { Loop } from '../src/loop/loop.ts';
import { pass } from '../src/loop/pass.ts';
import {
  branchStatus,
  deployStatus,
  eventStatus,
  failedJobStatuses,
  landedStatus,
  pullStatuses,
} from '../src/loop/status.ts';
import { createHands, githubBudgetOf } from './hands.ts';
import { HeardDeliveries } from './heard-deliveries.ts';
import { log } from './log.ts';
import { SqliteStore } from './store.ts';

/** An alarm that is so much overdue was lost by the platform. */
const OVERDUE_MS = 2 * 60_000;
const EVENTS_PER_ANSWER = 500;

export class WatchedBranch extends DurableObject<Env> {
  readonly #store: SqliteStore;
  readonly #heard: HeardDeliveries;
  readonly #config: BranchConfig;
  readonly #loop: Loop;
  readonly #budget: Budget;
  #crashes = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const config = parseConfig(env);
    if (!config.ok) throw new Error(config.error.join('\n'));
    const branch = config.value.branches.find(({ name }) => name === ctx.id.name);
    if (!branch) throw new Error(`${ctx.id.name} is not a watched branch.`);
    this.#config = branch;
    this.#store = new SqliteStore(ctx.storage, branch.name, Date.now, ({ kind, pr, text, data }) =>
      log(kind, { branch: branch.name, pr, text, ...data }),
    );
    this.#heard = new HeardDeliveries(ctx.storage.sql);
    this.#budget = githubBudgetOf(config.value, branch);
    this.#loop = { config: branch, store: this.#store, ...createHands(config.value, branch, env) };
    // S3.1: an object without an alarm would sleep for ever. One that an alarm woke still shows it.
    void ctx.blockConcurrencyWhile(async () => {
      if ((await ctx.storage.getAlarm()) === null) await ctx.storage.setAlarm(Date.now());
    });
  }

  /**
   * S4.4: durable, with its alarm, before the caller answers.
   * @param delivery by which a webhook is known again; null for what is none
   * @returns false when it was heard before, and nothing was marked
   */
  async mark(marks: readonly Mark[], delivery: string | null): Promise<boolean> {
    if (delivery !== null && this.#heard.has(delivery)) return false;
    const before = this.#store.read();
    const after = this.#store.update((state) => marks.reduce(applyMark, state));
    if (after === before) return true;
    // In the same turn: if the mark is not written, neither is that it was heard, and GitHub may send it again.
    if (delivery !== null) this.#heard.add(delivery);
    await this.ctx.storage.setAlarm(Date.now());
    return true;
  }

  /** The cron's errand (S4.1): sets every flag, and arms an alarm that was lost. */
  async poll(): Promise<void> {
    this.#store.update((state) => ({ ...state, flags: markAll(state.flags) }));
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > Date.now() || alarm < Date.now() - OVERDUE_MS)
      await this.ctx.storage.setAlarm(Date.now());
  }

  /** @returns null, or a sentence that says why the command makes no sense now */
  async command(command: Command): Promise<string | null> {
    let refusal: string | null = null;
    const before = this.#store.read();
    this.#store.update((state) => {
      const obeyed = obey(state, command, Date.now());
      if (obeyed.ok) return obeyed.value;
      refusal = obeyed.error;
      return state;
    });
    if (refusal !== null) return refusal;
    if ('tactical' in command) this.#noteRetried(retriedPull(before, command), command.by);
    await this.ctx.storage.setAlarm(Date.now());
    return null;
  }

  override async alarm(): Promise<void> {
    const refusal = this.#store.refusal();
    if (refusal !== null) return this.#refuse(refusal);
    let crashed = false;
    try {
      await pass(this.#loop);
      this.#crashes = 0;
    } catch (error) {
      // Our own fault. The flags are still dirty, so the work is done as soon as it can be.
      crashed = true;
      this.#crashes += 1;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#store.note({ kind: 'pass.crashed', pr: null, text, data: { crashes: this.#crashes } });
    } finally {
      // The platform gives up after six retries, so its retry is never leaned on.
      const now = Date.now();
      const pause = crashed ? backoffMs(this.#crashes, Math.random(), null) : 0;
      const at = nextAlarm(this.#store.read(), this.#config, now);
      await this.ctx.storage.setAlarm(Math.max(at, now + pause));
    }
  }

  /** Says it again at every poll, until a version is deployed that can read what is stored. */
  async #refuse(refusal: string): Promise<void> {
    log('state.refused', { branch: this.#config.name, text: refusal });
    await this.ctx.storage.setAlarm(Date.now() + this.#config.pollEveryMs);
  }

  async status(): Promise<BranchStatus> {
    return branchStatus(this.#store.read(), this.#config, this.#budget.present);
  }

  async namespaces(): Promise<NamespaceStatus[]> {
    return namespaceStatuses(this.#store.read(), this.#config);
  }

  async pulls(): Promise<PullStatus[]> {
    return pullStatuses(this.#store.read(), this.#config, Date.now());
  }

  /** @returns null for a pull request that is neither open here nor landed lately */
  async pull(number: number): Promise<PullDetail | LandedStatus | null> {
    const state = this.#store.read();
    const open = (await this.pulls()).find((pull) => pull.number === number);
    const build = state.pulls[number]?.build;
    if (open) return { ...open, failed_jobs: this.#failedJobs(build) };
    const landing = state.landings.find(({ pr }) => pr === number);
    return landing ? landedStatus(landing, this.#config) : null;
  }

  async deployStatus(): Promise<DeployStatus> {
    const state = this.#store.read();
    const failed = 'batch' in state.deploy ? this.#store.failures(state.deploy.batch) : [];
    return deployStatus(state, this.#config, failed);
  }

  /** Newest first, with how many tests came to an end in that time. @param since milliseconds since the epoch */
  async retried(
    since: number,
    before: number,
    limit: number,
  ): Promise<{ rows: RetriedTest[]; finished: number }> {
    return {
      rows: this.#store.retried(since, before, limit),
      finished: this.#store.finishedTests(since),
    };
  }

  async events(after: number): Promise<EventStatus[]> {
    return this.#store.events(after, EVENTS_PER_ANSWER).map(eventStatus);
  }

  async eventsOf(pr: number): Promise<EventStatus[]> {
    return this.#store.eventsOf(pr, EVENTS_PER_ANSWER).map(eventStatus);
  }

  #failedJobs(build: Build | undefined): FailedJobStatus[] {
    if (build?.kind !== 'failed') return [];
    return failedJobStatuses(build.batch, this.#store.failures(build.batch), this.#config);
  }

  /** What failed in a test that is asked for again. */
  #noteRetried(pull: PullRequest | null, by: string): void {
    if (pull?.build.kind !== 'failed') return;
    const { number, source } = pull.facts;
    const { batch } = pull.build;
    this.#store.noteRetried(
      this.#store.failures(batch).map(({ job, name, state, exitCode }) => ({
        ...{ batch_id: batch, job_id: job, job_name: name, state, exit_code: exitCode },
        ...{ pr_number: number, target_branch: this.#config.name },
        ...{ source_branch: source.branch, source_sha: source.sha, retried_by: by },
      })),
    );
  }
}
