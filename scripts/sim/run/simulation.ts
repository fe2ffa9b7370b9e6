// The whole simulated world while one history takes place: the repository, Batch, the watched branches, and
// the virtual clock that they share. What people do is in actors.ts, what goes wrong in faults.ts, what
// must hold in invariants.ts.
import type { BatchId } from '../../../schemas/ids.ts';
import { routeCommand } from '../../../src/core/route-command.ts';
import { routeEvent } from '../../../src/core/route-event.ts';
import { actors } from '../history/actors.ts';
import { isStrict, missesMerges } from '../history/fates.ts';
import { faults } from '../history/faults.ts';
import { hashOf } from '../history/hash.ts';
import type { History, Step } from '../history/history.ts';
import { createPrng } from '../history/prng.ts';
import { breachOf } from '../invariants/call-invariants.ts';
import type { Invariant } from '../invariants/invariant.ts';
import type { Violation } from '../invariants/violation.ts';
import { bakeryRepo } from '../world/bakery.ts';
import { BatchWorld, type WorldBatch } from '../world/batch-world.ts';
import type { Files } from '../world/commit-graph.ts';
import { Credential } from '../world/credential.ts';
import { GithubWorld } from '../world/github-world.ts';
import { handsInto } from '../world/hands.ts';
import { KubernetesWorld } from '../world/kubernetes-world.ts';
import { orderOf } from '../world/order-call.ts';
import type { Call, Moment } from '../world/wire.ts';
import { Calendar } from './calendar.ts';
import { batchBegins, batchEnds } from './cluster-life.ts';
import { Looks } from './looks.ts';
import { wordsOf } from './mishap.ts';
import { Town } from './town.ts';

const BEGIN = 1_767_600_000_000;
const MINUTE = 60_000;
const LONGEST_TEST_MS = 8 * MINUTE;
const LONGEST_TEST_WHEN_CALM_MS = MINUTE;

export const soundness: Invariant = {
  name: 'a pass never throws',
  sentence:
    'Whatever the world answers, a pass ends without an exception, and what was stored can be read again.',
};

export const rest: Invariant = {
  name: 'it comes to rest',
  sentence: 'Within three hours after people and faults rest every branch has nothing left to do.',
};

export interface StoryLine {
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly text: string;
  /** A single call, which only a trace shows when it went well. */
  readonly detail: boolean;
}

export class Simulation {
  readonly history: History;
  readonly calendar = new Calendar(BEGIN);
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  readonly kubernetes: KubernetesWorld | null;
  readonly towns: readonly Town[];
  readonly looks = new Looks();
  readonly alerts: { readonly town: Town; readonly cause: string }[] = [];
  /** Batches that were made for a process that had died by then, until Batch is listed again. */
  readonly ghosts = new Set<BatchId>();
  readonly ghostRuns = new Set<number>();
  /** Steps that did something. */
  readonly taken = new Set<Step>();
  readonly story: StoryLine[] = [];
  violation: Violation | null = null;
  /** Batches end when they end, or only when they are released. */
  holding = false;
  calm = false;
  readonly #tracing: boolean;
  readonly #ends = new Set<() => void>();
  #held: WorldBatch[] = [];

  constructor(history: History, tracing: boolean) {
    this.history = history;
    this.#tracing = tracing;
    const now = (): number => this.calendar.now;
    this.github = new GithubWorld(bakeryRepo, now, (event) => {
      for (const { branch, mark } of routeEvent(event, this.#configs()))
        this.townOf(branch)?.mail.send(mark);
      for (const { branch, command } of routeCommand(event, this.#configs()))
        this.townOf(branch)?.press(command);
    });
    this.github.missesMerges = missesMerges(history.seed);
    this.kubernetes = history.setting.cluster ? new KubernetesWorld(now) : null;
    this.batch = new BatchWorld(
      now,
      (batch) => this.#heed(batch),
      (batch) => this.#begin(batch),
    );
    this.#found();
    const surroundings = this.#surroundings();
    this.towns = history.setting.branches.map(
      (config, index) => new Town(index, config, history.seed, surroundings),
    );
    const strict = isStrict(history.seed);
    for (const { wire, object } of this.towns) {
      wire.strict = strict;
      object.store.strict = strict;
    }
    for (const step of history.steps) this.calendar.at(BEGIN + step.at, () => this.#take(step));
  }

  townOf(name: string | undefined): Town | undefined {
    return this.towns?.find(({ config }) => config.name === name);
  }

  /** The town of a branch by its short name; none when the branch is not watched. */
  townOn(branch: string): Town | undefined {
    return this.towns.find(({ config }) => config.branch === branch);
  }

  tell(line: () => string, detail = false): void {
    if (this.#tracing) this.story.push({ at: this.calendar.now - BEGIN, text: line(), detail });
  }

  violate(invariant: string, detail: string): void {
    this.violation ??= { seed: this.history.seed, invariant, detail };
    this.tell(() => `VIOLATION of "${invariant}": ${detail}`);
  }

  /** @param minutes of virtual time, at most; @returns whether it was enough before */
  async run(minutes: number, isEnough: () => boolean = () => false): Promise<boolean> {
    const end = this.calendar.now + minutes * MINUTE;
    const enough = await this.calendar.run(end, () => this.violation !== null || isEnough());
    return enough && this.violation === null;
  }

  /** A fault ends after some time, or when everything calms down. */
  endLater(ms: number, end: () => void): void {
    this.#ends.add(end);
    this.calendar.after(ms, () => this.#ends.delete(end) && end());
  }

  /** People and faults rest, and batches wait to be released. */
  calmDown(): void {
    this.calm = true;
    this.holding = true;
    this.batch.hollowNext = null;
    for (const end of this.#ends) end();
    this.#ends.clear();
    for (const town of this.towns) {
      town.calmDown();
      town.credential.becomeGenerous();
    }
    this.tell(() => '* everything calms down');
  }

  release(): void {
    this.holding = false;
    for (const batch of this.#held) this.#end(batch);
    this.#held = [];
  }

  /** It cannot pass: by what is in the commit that it runs. */
  isDoomed({ purpose }: WorldBatch): boolean {
    const sha = purpose.kind === 'test' ? purpose.testedSha : purpose.sha;
    const { files } = this.github.graph.get(sha);
    return 'bug' in files || ('left' in files && 'right' in files);
  }

  #hasBadLuck = ({ token }: WorldBatch): boolean =>
    hashOf(`${this.history.seed} luck ${token}`) % 12 === 0;

  #heed(batch: WorldBatch): void {
    this.#inCluster((around) => batchEnds(batch, around));
    this.townOf(batch.attributes['target_branch'])?.mail.send({ flag: 'batch', read: batch.id });
  }

  #inCluster(happen: (around: Parameters<typeof batchEnds>[1]) => void): void {
    const { calendar, batch, kubernetes, history } = this;
    if (kubernetes) happen({ seed: history.seed, calendar, batch, kubernetes });
  }

  #begin(batch: WorldBatch): void {
    this.#inCluster((around) => batchBegins(batch, around));
    const dice = hashOf(`${this.history.seed} ${batch.token}`) / 2 ** 32;
    const longest = this.calm ? LONGEST_TEST_WHEN_CALM_MS : LONGEST_TEST_MS;
    this.tell(() => `batch ${batch.id} begins: ${batch.token}`);
    this.calendar.after(5_000 + dice ** 2 * longest, () => {
      if (this.holding) this.#held.push(batch);
      else this.#end(batch);
    });
  }

  #end({ id }: WorldBatch): void {
    const batch = this.batch.get(id);
    if (batch.overAt !== null) return;
    const state = this.isDoomed(batch) || this.#hasBadLuck(batch) ? 'failure' : 'success';
    this.tell(() => `batch ${id} ends: ${state}`);
    // Doomed by the same step each time, and by bad luck by any.
    const place = this.isDoomed(batch) ? 0 : hashOf(`${this.history.seed} bad ${batch.token}`);
    this.batch.finish(batch, state, batch.jobs[place % batch.jobs.length]);
  }

  #take(step: Step): void {
    if (this.calm) return;
    const { name, dice, aim } = step;
    const prng = createPrng(dice);
    const towns = aim === null ? this.towns : this.towns.filter(({ index }) => index === aim);
    const table = step.kind === 'actor' ? actors : faults;
    const done = table[name]?.happen({ sim: this, prng, towns, aimed: aim !== null }) ?? null;
    if (done === null) return;
    this.taken.add(step);
    this.tell(() => `${step.kind === 'fault' ? '! ' : '* '}${done}`);
  }

  /** All branches begin at one commit. */
  #found(): void {
    const files: Files = { 'build.yaml': 'jobs: 2', menu: 'bread' };
    const [first, ...others] = this.history.setting.branches;
    if (!first) return;
    const sha = this.github.push(first.branch, files);
    for (const { branch } of others) this.github.moveBranch(branch, sha);
    this.github.require(...this.history.setting.required);
  }

  /** One for all, with the limits of the history; or one each, which nobody limits. */
  #credentials(): () => Credential {
    const { limits } = this.history.setting;
    const made = () => new Credential(() => this.calendar.now);
    if (limits === 'one each') return made;
    const shared = made();
    shared.limits = limits;
    return () => shared;
  }

  #surroundings() {
    return {
      calendar: this.calendar,
      credential: this.#credentials(),
      hands: (town: Town) =>
        handsInto({
          github: this.github,
          batch: this.batch,
          kubernetes: this.kubernetes,
          wire: town.wire,
          credential: town.credential,
          onAlert: (cause) => this.alerts.push({ town, cause }),
          random: () => town.prng.next(),
        }),
      witness: (town: Town, moment: Moment, call: Call) => this.#see(town, moment, call),
      tell: (town: Town, line: () => string) =>
        this.tell(() => `    ${town.config.branch}: ${line()}`),
      broken: (_: Town, error: unknown) => this.violate(soundness.name, wordsOf(error)),
      restless: ({ config }: Town) =>
        this.violate(rest.name, `${config.branch} wakes up for ever at one moment`),
    };
  }

  #see(town: Town, moment: Moment, call: Call): void {
    this.looks.see(town, moment, call, this.github);
    if (moment === 'sent') town.callsOfPass += 1;
    this.#noteGhosts(moment, call);
    if (moment === 'answered') town.looked(call);
    const found = breachOf(moment, { sim: this, town, call });
    if (found) this.violate(found.name, found.breach);
    this.tell(
      () => `        ${town.config.branch} ${call.name} ${moment}${troubleOf(moment, call)}`,
      call.trouble === null || moment !== 'sent',
    );
  }

  #noteGhosts(moment: Moment, call: Call): void {
    // Nobody sees it at once, and whoever dies then has not heard of it.
    const isUnseen = !call.alive() || this.github.lagMs > 0;
    if (moment === 'happened' && call.name === 'github.postCheck' && isUnseen) {
      const run = this.github.view.runs[String(call.args[0])]?.at(-1);
      if (run) this.ghostRuns.add(run.id);
    }
    const order = moment === 'happened' && !call.alive() ? orderOf(call) : null;
    const made = order && this.batch.all.find(({ token }) => token === order.token);
    if (made) this.ghosts.add(made.id);
    if (moment !== 'answered' || call.name !== 'batch.list') return;
    // Of one pull request's tests alone others are not seen.
    const asked = Object.entries(call.args[0] as Readonly<Record<string, string>>);
    for (const id of this.ghosts) {
      const { begunAt, attributes } = this.batch.get(id);
      const isListed = asked.every(([name, value]) => attributes[name] === value);
      if (isListed && begunAt < call.at) this.ghosts.delete(id);
    }
  }

  #configs() {
    return this.towns?.map(({ config }) => config) ?? [];
  }
}

function troubleOf(moment: string, { trouble, args }: Call): string {
  if (moment !== 'sent') return '';
  const told = ` ${JSON.stringify(args).slice(0, 120)}`;
  if (!trouble) return told;
  const what = trouble.with;
  const name = typeof what === 'function' ? 'meanwhile' : what === 'crash' ? 'crash' : what.kind;
  return `${told} (${name} ${trouble.when})`;
}
