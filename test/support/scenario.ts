// A story about one watched branch in an in-memory world, in verbs that read as prose. The clock is
// virtual: nothing here waits. After each story the laws of laws.ts are checked.
import { expect, test } from 'vitest';
import type { WebhookEvent } from '../../schemas/github-webhook.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { ReportedCheck } from '../../schemas/state.ts';
import { bakery, bakeryRepo } from '../../scripts/sim/world/bakery.ts';
import { BatchWorld } from '../../scripts/sim/world/batch-world.ts';
import { BranchObject } from '../../scripts/sim/world/branch-object.ts';
import type { Files } from '../../scripts/sim/world/commit-graph.ts';
import { Credential } from '../../scripts/sim/world/credential.ts';
import { GithubWorld, type WorldPull } from '../../scripts/sim/world/github-world.ts';
import { handsInto } from '../../scripts/sim/world/hands.ts';
import { KubernetesWorld } from '../../scripts/sim/world/kubernetes-world.ts';
import { breaches } from '../../scripts/sim/world/laws.ts';
import { type Choice, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import { type Call, isWrite, type Trouble, Wire } from '../../scripts/sim/world/wire.ts';
import type { BranchConfig } from '../../src/core/config.ts';
import { decide, type Plan } from '../../src/core/decide.ts';
import { routeCommand } from '../../src/core/route-command.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { PullExpectation } from './pull-expectation.ts';

const MINUTE = 60_000;
/** More passes or calls than that without coming to rest are an endless loop. */
const PASSES_MAX = 1_000;
const CALLS_MAX = 4_000;

/** A small well-behaved pull request by a developer; say what is different about it. */
type Opening = Partial<Pick<WorldPull, 'author' | 'title' | 'body' | 'labels' | 'draft'>> & {
  readonly approved?: boolean;
  readonly fork?: string;
  readonly files?: Files;
};

export class Scenario {
  now = Date.UTC(2026, 0, 5, 9);
  readonly wire = new Wire(() => this.now);
  readonly github = new GithubWorld(
    bakeryRepo,
    () => this.now,
    (event) => this.#hear(event),
  );
  readonly batch = new BatchWorld(
    () => this.now,
    () => this.#heed(),
  );
  /** Of no account unless the settings name a Kubernetes. */
  readonly kubernetes = new KubernetesWorld(() => this.now);
  readonly alerts: string[] = [];
  readonly object: BranchObject;
  /** As whom GitHub is asked; nothing is limited unless a story says so. */
  readonly credential = new Credential(() => this.now);
  webhooks: 'delivered' | 'lost' = 'delivered';
  callbacks: 'delivered' | 'lost' = 'delivered';
  /** In the order of the calls: `calls` had been made before. */
  readonly #news: { readonly at: number; readonly text: string; readonly calls: number }[] = [];
  readonly #landed = new Set<PullNumber>();

  constructor(change: Partial<BranchConfig> = {}) {
    const config = { ...bakery, ...change };
    this.object = new BranchObject(
      config,
      () => this.now,
      handsInto({
        github: this.github,
        batch: this.batch,
        kubernetes: config.kubernetesUrl === null ? null : this.kubernetes,
        wire: this.wire,
        credential: this.credential,
        onAlert: (cause, text) => this.alerts.push(`${cause}: ${text}`),
        random: () => 0.5,
      }),
      ({ text }) => this.#news.push({ at: this.now, text, calls: this.wire.calls.length }),
    );
    this.github.push('main', { 'build.yaml': 'jobs: 2', 'menu.txt': 'bread' });
  }

  // People

  openPr({ approved, fork, files, author = 'alice', ...rest }: Opening = {}): PullNumber {
    const next = Object.keys(this.github.view.pulls).length + 1;
    return this.github.openPull({
      title: `Change ${next}`,
      body: '',
      draft: false,
      author,
      labels: [],
      approvedBy: approved ? [reviewerOf(author)] : [],
      changesRequestedBy: [],
      base: 'main',
      repo: fork ?? bakeryRepo,
      files: files ?? { [`change-${next}.txt`]: 'new' },
      ...rest,
    });
  }

  /** @param count how many; `opening` of each */
  openPrs(count: number, opening: Opening = {}): PullNumber[] {
    return Array.from({ length: count }, () => {
      this.now += 1_000;
      return this.openPr(opening);
    });
  }

  push(pr: PullNumber, files: Files = { 'more.txt': `of #${pr} at ${this.now}` }): Sha {
    return this.github.pushToPull(pr, files);
  }

  approve(...prs: readonly PullNumber[]): void {
    for (const pr of prs) {
      const { author } = this.github.pull(pr);
      this.github.changePull(pr, { approvedBy: [reviewerOf(author)] }, 'review');
    }
  }

  label(pr: PullNumber, ...labels: readonly string[]): void {
    this.github.changePull(pr, { labels }, 'labeled');
  }

  close(pr: PullNumber): void {
    this.github.changePull(pr, { state: 'closed' }, 'closed');
  }

  report(pr: PullNumber, name: string, state: ReportedCheck['state']): void {
    this.github.report(pr, { name, app: null, state });
  }

  authorize(pr: PullNumber): void {
    this.object.command({ kind: 'authorize', sha: this.github.pull(pr).source.sha, by: 'alice' });
  }

  // Time

  /** Passes run as their alarms ring, until nothing is due before the next poll. */
  async settle(): Promise<void> {
    await this.#runUntil(() => (this.object.state.polledAt ?? 0) + this.object.config.pollEveryMs);
  }

  /** The time of the next poll comes, and what follows from it. */
  async poll(): Promise<void> {
    this.now = (this.object.state.polledAt ?? 0) + this.object.config.pollEveryMs;
    await this.settle();
  }

  async advance(minutes: number): Promise<void> {
    const end = this.now + minutes * MINUTE;
    await this.#runUntil(() => end + 1);
    this.now = end;
  }

  /** Every batch that runs now succeeds. */
  async passOnce(): Promise<void> {
    for (const batch of this.batch.running) this.batch.finish(batch, 'success');
    await this.settle();
  }

  /** Every batch succeeds, those too that follow from it, until none runs. */
  async letBatchesPass(): Promise<void> {
    await this.settle();
    for (let round = 0; this.batch.running.length > 0; round++) {
      if (round > PASSES_MAX) throw new Error('there is always another batch');
      await this.passOnce();
    }
  }

  // Trouble

  /** Every call that is chosen meets this trouble. @returns how to end it */
  failWhen(chosen: Choice, trouble: Trouble = lostOnTheWay): () => void {
    return this.wire.disturb((call, count) => (chosen(call, count) ? trouble : null));
  }

  /** The next call that is chosen meets this trouble. */
  failOnce(chosen: Choice, trouble: Trouble = lostOnTheWay): void {
    const stop = this.wire.disturb((call, count) => {
      if (!chosen(call, count)) return null;
      stop();
      return trouble;
    });
  }

  /** Something happens just before, or just after, the next call that is chosen takes effect. */
  meanwhile(chosen: Choice, event: () => void, when: Trouble['when'] = 'before'): void {
    this.failOnce(chosen, { when, with: event });
  }

  // Looking

  get main(): Sha {
    return this.github.branch('main');
  }

  get plan(): Plan {
    return decide(this.object.state, this.object.config, this.now);
  }

  callsOf(name: string): readonly Call[] {
    return this.wire.calls.filter((call) => call.name === name);
  }

  expect(pr: PullNumber): PullExpectation {
    return new PullExpectation(this, pr, () => this.#landed.add(pr));
  }

  /** What landed and what was alerted is what the story told, and one more poll writes nothing. */
  async expectNothingElse(): Promise<void> {
    const merged = Object.values(this.github.view.pulls)
      .filter(({ state }) => state === 'merged')
      .map(({ number }) => number);
    expect(merged.filter((pr) => !this.#landed.has(pr))).toEqual([]);
    const before = this.wire.calls.length;
    await this.poll();
    await this.poll();
    const since = this.wire.calls.slice(before);
    expect(since.filter(isWrite).map(({ name }) => name)).toEqual([]);
    expect(this.plan.actions).toEqual([]);
  }

  expectNoBreach(): void {
    expect(breaches(this)).toEqual([]);
  }

  /** What happened, for a person who asks why a story ended otherwise. */
  toldSoFar(): string {
    const lines = this.wire.calls.flatMap(({ name, args, at, trouble }, index) => {
      const fate = trouble ? ` (${fateOf(trouble)})` : '';
      const call = `    ${name} ${JSON.stringify(args).slice(0, 100)}${fate}`;
      return [{ at, text: call }, ...this.#news.filter(({ calls }) => calls === index + 1)];
    });
    const begin = lines[0]?.at ?? 0;
    return lines
      .map(({ at, text }) => `${((at - begin) / 1000).toFixed(1).padStart(8)} s ${text}`)
      .join('\n');
  }

  async #runUntil(end: () => number): Promise<void> {
    const before = this.wire.calls.length;
    for (let passes = 0; ; passes++) {
      if (this.object.alarm > this.now && this.object.alarm >= end()) return;
      if (passes > PASSES_MAX || this.wire.calls.length - before > CALLS_MAX)
        throw new Error('the branch never comes to rest');
      this.now = Math.max(this.now, this.object.alarm);
      await this.object.wake();
    }
  }

  #hear(event: WebhookEvent): void {
    if (this.webhooks === 'lost' || !this.object) return;
    const configs = [this.object.config];
    this.object.mark(routeEvent(event, configs).map(({ mark }) => mark));
    for (const { command } of routeCommand(event, configs)) this.object.command(command);
  }

  #heed(): void {
    if (this.callbacks === 'delivered') this.object.mark([{ flag: 'batch', read: 'everything' }]);
  }
}

const fateOf = ({ when, with: what }: Trouble): string =>
  typeof what === 'function' ? `meanwhile, ${when}` : `${what === 'crash' ? what : 'lost'} ${when}`;

const reviewerOf = (author: string): string => (author === 'bob' ? 'alice' : 'bob');

/** @param change of the branch's settings */
export function scenario(
  name: string,
  story: (ci: Scenario) => Promise<void>,
  change: Partial<BranchConfig> = {},
): void {
  test(name, async () => {
    const ci = new Scenario(change);
    try {
      await ci.settle();
      await story(ci);
      ci.expectNoBreach();
    } catch (error) {
      throw new Error(ci.toldSoFar(), { cause: error });
    }
  });
}
