// One watched branch: its memory, its clock and its alarm. Thin on purpose: a request only marks and
// arms the alarm, the alarm runs passes, and everything that can be judged or decided is elsewhere.
import { DurableObject } from 'cloudflare:workers';
import type { NamespaceStatus } from '../schemas/cluster-status.ts';
import type { News } from '../schemas/event.ts';
import type { BatchId, PullNumber, Sha } from '../schemas/ids.ts';
import type { JobsStatus } from '../schemas/job-status.ts';
import type { PullQuery } from '../schemas/pull-query.ts';
import type { QueueStatus } from '../schemas/queue-status.ts';
import type { PullRequest } from '../schemas/state.ts';
import type {
  BranchStatus,
  DeployStatus,
  EventStatus,
  LandedStatus,
  PullDetail,
  PullStatus,
} from '../schemas/status.ts';
import type { Budget } from '../src/clients/github/budget.ts';
import { batchOfPull, pullOfBatch } from '../src/core/batch-of-pull.ts';
import { type Command, obey, retriedPull } from '../src/core/command.ts';
import { commandNews } from '../src/core/command-news.ts';
import { type BranchConfig, parseConfig } from '../src/core/config.ts';
import { withCall, withEvent, withPass, withWebhook } from '../src/core/counters.ts';
import type { Sample } from '../src/core/exposition.ts';
import { backoffMs } from '../src/core/fault.ts';
import type { PullTable } from '../src/core/filter-pulls.ts';
import { markAll } from '../src/core/flags.ts';
import type { Mark } from '../src/core/mark.ts';
import { mustRing, nextAlarm } from '../src/core/next-alarm.ts';
import { pastOf, TIMED_EVENTS } from '../src/core/past.ts';
import type { LineUp, PersonalRows } from '../src/core/pull-row.ts';
import { namespaceStatuses } from '../src/loop/cluster-status.ts';
import { jobsStatus } from '../src/loop/job-status.ts';
import type { Loop } from '../src/loop/loop.ts';
import { branchSamples } from '../src/loop/metrics.ts';
import { pass } from '../src/loop/pass.ts';
import { pullDetail } from '../src/loop/pull-detail.ts';
import { lineUp, pullTable, rowsAbout } from '../src/loop/pull-rows.ts';
import { landedPull, pullStatuses, type View, viewOf } from '../src/loop/pull-status.ts';
import { retriedTests } from '../src/loop/retried-tests.ts';
import { branchStatus, deployStatus, eventStatus } from '../src/loop/status.ts';
import { Counting } from './counting.ts';
import { createHands, githubBudgetOf } from './hands.ts';
import { Inbox } from './inbox.ts';
import { log } from './log.ts';
import { type EventLogQuery, SqliteStore } from './store.ts';
import { Watchers } from './watchers.ts';

const EVENTS_PER_ANSWER = 500;
/** Events that tell how long tests and deploys take. */
const TIMED_MAX = 200;

export class WatchedBranch extends DurableObject<Env> {
  readonly #store: SqliteStore;
  readonly #counting: Counting;
  readonly #inbox: Inbox;
  readonly #watchers: Watchers;
  readonly #config: BranchConfig;
  readonly #loop: Loop;
  readonly #budget: Budget;
  readonly #storageUri: string;
  #crashes = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const config = parseConfig(env);
    if (!config.ok) throw new Error(config.error.join('\n'));
    const branch = config.value.branches.find(({ name }) => name === ctx.id.name);
    if (!branch) throw new Error(`${ctx.id.name} is not a watched branch.`);
    this.#config = branch;
    this.#counting = new Counting(ctx.storage);
    this.#watchers = new Watchers(ctx);
    const tell = (news: News): void => {
      const { kind, pr, text, data } = news;
      log(kind, { ...data, branch: branch.name, pr, text });
      this.#counting.count((counters) => withEvent(counters, news));
    };
    this.#store = new SqliteStore(ctx.storage, branch.name, Date.now, tell, () =>
      this.#watchers.tell(),
    );
    this.#inbox = new Inbox(ctx.storage, this.#store);
    this.#budget = githubBudgetOf(config.value, branch);
    this.#storageUri = config.value.document.storage_uri;
    this.#loop = {
      config: branch,
      store: this.#store,
      ...createHands(config.value, branch, env, (api, outcome) =>
        this.#counting.count((counters) => withCall(counters, api, outcome)),
      ),
    };
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
    const isNew = await this.#inbox.put(marks, delivery);
    if (delivery !== null)
      this.#counting.count((counters) => withWebhook(counters, isNew ? 'noted' : 'repeated'));
    return isNew;
  }

  /** The cron's errand (S4.1): sets every flag, and arms an alarm that was lost. */
  async poll(): Promise<void> {
    this.#store.update((state) => ({ ...state, flags: markAll(state.flags) }));
    const alarm = await this.ctx.storage.getAlarm();
    if (mustRing(alarm, Date.now())) await this.ctx.storage.setAlarm(Date.now());
  }

  /** @returns null, or a sentence that says why the command makes no sense now */
  async command(command: Command): Promise<string | null> {
    const before = this.#store.read();
    const obeyed = obey(before, command, Date.now());
    if (!obeyed.ok) return obeyed.error;
    // What was commanded stands in the log before what came of it.
    this.#store.note(commandNews(before, command));
    this.#store.update(() => obeyed.value);
    if ('tactical' in command) this.#noteRetried(retriedPull(before, command), command.by);
    await this.ctx.storage.setAlarm(Date.now());
    return null;
  }

  /** The one request that is no call of a method: a page wants to hear of changes. */
  override async fetch(): Promise<Response> {
    return this.#watchers.accept();
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 say that there was none, and cannot be sent.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  override async alarm(): Promise<void> {
    const refusal = this.#store.refusal();
    if (refusal !== null) return this.#refuse(refusal);
    let crashed = false;
    const begun = Date.now();
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
      const took = { at: now, ms: now - begun, crashed };
      this.#counting.count((counters) => withPass(counters, took));
      this.#counting.save();
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

  async metrics(): Promise<Sample[]> {
    const [state, config] = [this.#store.read(), this.#config];
    const [counters, budget] = [this.#counting.present, this.#budget.present];
    return branchSamples({ state, config, counters, budget, now: Date.now() });
  }

  async namespaces(): Promise<NamespaceStatus[]> {
    return namespaceStatuses(this.#store.read(), this.#config);
  }

  async pulls(): Promise<PullStatus[]> {
    return pullStatuses(this.#view());
  }

  async pullTable(query: PullQuery): Promise<PullTable> {
    return pullTable(this.#view(), query);
  }

  async lineUp(): Promise<LineUp> {
    return lineUp(this.#view());
  }

  async pullsAbout(login: string): Promise<PersonalRows> {
    return rowsAbout(this.#view(), login);
  }

  /** Not `queue`: the platform keeps that name for itself. */
  async landingQueue(): Promise<QueueStatus> {
    return { branch_fqn: this.#config.name, queue: this.#view().queue };
  }

  #view(): View {
    const past = pastOf(this.#store.newestOf(TIMED_EVENTS, TIMED_MAX));
    return viewOf(this.#store.read(), this.#config, past, Date.now());
  }

  /** @returns null for a pull request that is neither open here nor landed lately */
  async pull(number: number): Promise<PullDetail | LandedStatus | null> {
    const { build } = this.#store.read().pulls[number] ?? {};
    const view = this.#view();
    const open = pullDetail(number, view, {
      storageUri: this.#storageUri,
      events: this.#store.eventsOf(number, EVENTS_PER_ANSWER),
      failed: build?.kind === 'failed' ? this.#store.failures(build.batch) : [],
    });
    return open ?? landedPull(number, view);
  }

  async isOpen(number: PullNumber): Promise<boolean> {
    return this.#store.read().pulls[number] !== undefined;
  }

  /** Which pull request a batch tests, or tested as it landed; null: none that is known. */
  async pullOfBatch(batch: BatchId): Promise<PullNumber | null> {
    return pullOfBatch(this.#store.read(), batch);
  }

  /** Commits that may be tested whoever wrote them. */
  async authorized(): Promise<readonly Sha[]> {
    return this.#store.read().authorized;
  }

  /** How the jobs of a pull request's newest test do; null where it has none. Asks Batch, with some patience. */
  async jobsOf(number: number): Promise<JobsStatus | null> {
    const batch = batchOfPull(this.#store.read(), number);
    return batch === null ? null : this.#jobs(batch);
  }

  /** The same of the newest deploy. */
  async deployJobs(): Promise<JobsStatus | null> {
    const { deploy } = this.#store.read();
    return 'batch' in deploy ? this.#jobs(deploy.batch) : null;
  }

  async deployStatus(): Promise<DeployStatus> {
    const state = this.#store.read();
    const failed = 'batch' in state.deploy ? this.#store.failures(state.deploy.batch) : [];
    return deployStatus(state, this.#config, failed);
  }

  /** Newest first, with how many tests came to an end in that time. @param since milliseconds since the epoch */
  async retried(since: number, before: number, limit: number) {
    const finished = this.#store.finishedTests(since);
    return { rows: this.#store.retried(since, before, limit), finished };
  }

  async events(after: number): Promise<EventStatus[]> {
    return this.#store.events(after, EVENTS_PER_ANSWER).map(eventStatus);
  }

  /** Newest first. */
  async eventLog(query: EventLogQuery): Promise<EventStatus[]> {
    return this.#store.eventLog(query).map(eventStatus);
  }

  /** Days of UTC, as far as the event log goes back. @param since milliseconds since the epoch */
  async finishedByDay(since: number): Promise<{ day: string; count: number }[]> {
    return this.#store.finishedByDay(since);
  }

  /** Of one pull request, the newest, oldest first. */
  async eventsOf(pr: number): Promise<EventStatus[]> {
    return this.#store.eventsOf(pr, EVENTS_PER_ANSWER).map(eventStatus);
  }

  #noteRetried(pull: PullRequest | null, by: string): void {
    if (pull?.build.kind !== 'failed') return;
    const failures = this.#store.failures(pull.build.batch);
    this.#store.noteRetried(retriedTests(pull, pull.build.batch, failures, this.#config, by));
  }

  async #jobs(batch: BatchId): Promise<JobsStatus> {
    return jobsStatus(batch, await this.#store.jobs.of(batch, this.#loop.batch), this.#config);
  }
}
