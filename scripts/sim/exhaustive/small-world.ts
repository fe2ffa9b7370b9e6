// The world of the exhaustive check: two pull requests on one deployable branch, the real pass and core, and a
// clock that stands still until the branch sleeps. Takes one step at a time, and can be set back to any
// moment between two steps. What it checks of itself are the invariants of single calls.
import type { Mark } from '../../../src/core/mark.ts';
import { routeEvent } from '../../../src/core/route-event.ts';
import { breachOf } from '../invariants/call-invariants.ts';
import { Hearing } from '../run/hearing.ts';
import { Looks } from '../run/looks.ts';
import type { Resident, Scene } from '../run/scene.ts';
import { soundness } from '../run/simulation.ts';
import { bakery, bakeryRepo } from '../world/bakery.ts';
import { BatchWorld } from '../world/batch-world.ts';
import { BranchObject } from '../world/branch-object.ts';
import { Credential } from '../world/credential.ts';
import { GithubWorld } from '../world/github-world.ts';
import { handsInto } from '../world/hands.ts';
import { type Call, isWrite, type Moment, Wire } from '../world/wire.ts';
import { digestOf } from './digest.ts';
import type { Outside, Step, Upset } from './step.ts';

const BEGIN = 1_767_600_000_000;
const SECOND = 1_000;
const config = { ...bakery, deployable: true };
/** Approved from the beginning, in the repository itself; and of a fork, approved when a person does. */
const [FIRST, SECOND_PULL] = [1, 2];

/** What may still go wrong, each once. */
interface Luck {
  readonly crash: boolean;
  readonly loss: boolean;
  readonly meanwhile: boolean;
}

export class SmallWorld implements Scene, Resident {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  readonly kubernetes = null;
  /** No process here dies with a call on its way. */
  readonly ghosts = new Set<never>();
  readonly ghostRuns = new Set<never>();
  readonly looks = new Looks();
  readonly credential = new Credential(() => this.now);
  readonly object: BranchObject;
  readonly config = config;
  readonly index = 0;
  readonly skewMs = 0;
  readonly removed = [];
  readonly told = { frozen: false, authorized: new Set<never>() };
  alerts: readonly { readonly town: Resident; readonly cause: string }[] = [];
  /** Those of alerts alone: the only ones that are asked about later. */
  calls: readonly Call[] = [];
  callsOfPass = 0;
  writesOfPass = 0;
  /** Calls of the pass that change the world. */
  changesOfPass = 0;
  now = BEGIN;
  /** On their way. */
  mail: readonly Mark[] = [];
  luck: Luck = { crash: true, loss: true, meanwhile: true };
  violation: { readonly invariant: string; readonly detail: string } | null = null;
  readonly #hearing = new Hearing();
  readonly #wire: Wire;

  constructor() {
    const now = (): number => this.now;
    this.github = new GithubWorld(bakeryRepo, now, (event) => {
      for (const { mark } of routeEvent(event, [config])) this.mail = [...this.mail, mark];
    });
    this.batch = new BatchWorld(now, ({ id }) => {
      this.mail = [...this.mail, { flag: 'batch', read: id }];
    });
    this.#wire = new Wire(now, undefined, (moment, call) => this.#see(moment, call));
    const hands = handsInto({
      github: this.github,
      batch: this.batch,
      wire: this.#wire,
      credential: this.credential,
      onAlert: (cause) => {
        this.alerts = [...this.alerts, { town: this, cause }];
      },
      random: () => 0.5,
    });
    this.object = new BranchObject(config, now, hands, () => {});
    this.github.push(config.branch, { 'build.yaml': 'jobs: 2', menu: 'bread' });
    const pull = {
      body: '',
      draft: false,
      labels: [],
      changesRequestedBy: [],
      base: config.branch,
    };
    this.github.openPull({
      ...{ ...pull, title: 'Cake', author: 'alice', approvedBy: ['bob'] },
      ...{ repo: bakeryRepo, files: { cake: `${FIRST}` } },
    });
    this.github.openPull({
      ...{ ...pull, title: 'Pie', author: 'bob', approvedBy: [] },
      ...{ repo: 'bob/bakery', files: { pie: `${SECOND_PULL}` } },
    });
  }

  get state() {
    return this.object.state;
  }

  get forgotten() {
    return this.#hearing.forgotten(this.state.flags);
  }

  looked(call: Call): void {
    this.#hearing.looked(call);
  }

  get isApproved(): boolean {
    return this.github.pull(SECOND_PULL).approvedBy.length > 0;
  }

  /** Everything that may happen next, a pass without troubles last. */
  get steps(): readonly Step[] {
    return [
      ...this.#outside(),
      ...(this.isApproved ? [] : [{ kind: 'a person approves' } as const]),
      ...(this.luck.loss ? this.#letters() : []).map(
        (mark): Step => ({ kind: 'a message is lost', mark }),
      ),
      ...(this.luck.crash ? [{ kind: 'the process dies' } as const] : []),
      { kind: 'the alarm rings', upset: null },
    ];
  }

  /** Every way to upset a pass that, left alone, makes so many calls and writes. */
  upsets(calls: number, writes: number): readonly Upset[] {
    const count = (to: number) => Array.from({ length: to }, (_, index) => index + 1);
    const moments = ['before', 'after'] as const;
    const { crash, meanwhile } = this.luck;
    return [
      ...(crash ? count(calls) : []).flatMap((call) =>
        moments.map((when): Upset => ({ kind: 'dies at a call', call, when })),
      ),
      ...(crash ? count(writes) : []).flatMap((write) =>
        moments.map((when): Upset => ({ kind: 'dies as it writes', write, when })),
      ),
      ...(meanwhile ? count(calls) : []).flatMap((call) =>
        this.#outside().map((outside): Upset => ({ kind: 'meanwhile', call, outside })),
      ),
    ];
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'a message arrives':
      case 'a batch ends':
        return this.#happen(step);
      case 'a message is lost':
        this.luck = { ...this.luck, loss: false };
        return this.#takeLetter(step.mark);
      case 'a person approves':
        return this.github.changePull(SECOND_PULL, { approvedBy: ['alice'] }, 'review');
      case 'the process dies':
        this.luck = { ...this.luck, crash: false };
        return this.object.restart();
      case 'the alarm rings':
        return this.#ring(step.upset);
    }
  }

  /** Everything that the future depends on, as a short text; times count as distances from now. */
  get digest(): string {
    const { github, batch, mail, luck, alerts, state } = this;
    const untimed = batch.all.map(({ createdAt: _, begunAt: __, overAt, ...rest }) => [
      rest,
      overAt === null,
    ]);
    const world = [github.view, github.landings, untimed, alerts.length];
    const rest = [this.object.alarm, mail.map((mark) => JSON.stringify(mark)).sort(), luck];
    return digestOf(state, [...world, ...rest, this.#hearing.open, this.looks.shown], this.now);
  }

  /** @returns what sets everything back to how it is now */
  remember(): () => void {
    const { alerts, calls, now, mail, luck } = this;
    const parts = [this.github, this.batch, this.looks, this.object, this.#hearing].map((part) =>
      part.remember(),
    );
    return () => {
      for (const setBack of parts) setBack();
      Object.assign(this, { alerts, calls, now, mail, luck });
    };
  }

  violate(invariant: string, detail: string): void {
    this.violation ??= { invariant, detail };
  }

  #outside(): readonly Outside[] {
    return [
      ...this.#letters().map((mark): Outside => ({ kind: 'a message arrives', mark })),
      ...this.batch.running.map(({ id }): Outside => ({ kind: 'a batch ends', batch: id })),
    ];
  }

  /** Two letters that say the same are one choice. */
  #letters(): readonly Mark[] {
    return [...new Map(this.mail.map((mark) => [JSON.stringify(mark), mark])).values()];
  }

  #takeLetter(mark: Mark): void {
    const text = JSON.stringify(mark);
    const place = this.mail.findIndex((letter) => JSON.stringify(letter) === text);
    this.mail = this.mail.filter((_, index) => index !== place);
  }

  #happen(outside: Outside): void {
    if (outside.kind === 'a batch ends') {
      const batch = this.batch.get(outside.batch);
      if (batch.overAt === null) this.batch.finish(batch, 'success');
      return;
    }
    this.#takeLetter(outside.mark);
    this.#hearing.hear(outside.mark, this.now);
    this.object.mark([outside.mark]);
  }

  async #ring(upset: Upset | null): Promise<void> {
    this.now = Math.max(this.now, this.object.alarm);
    this.callsOfPass = 0;
    this.writesOfPass = 0;
    this.changesOfPass = 0;
    this.#wire.calls.length = 0;
    this.#arrange(upset);
    try {
      const end = await this.object.wake();
      // What a dead process has sent still takes effect.
      if (end === 'crashed') await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      this.violate(soundness.name, error instanceof Error ? `${error.stack}` : String(error));
    }
    this.#wire.leaveInPeace();
    this.object.store.disturbance = null;
  }

  #arrange(upset: Upset | null): void {
    const { store } = this.object;
    const crashed = (): void => {
      this.luck = { ...this.luck, crash: false };
    };
    let writes = 0;
    store.disturbance = (moment) => {
      if (moment === 'before') writes += 1;
      this.writesOfPass = writes;
      if (upset?.kind !== 'dies as it writes') return;
      if (upset.write !== writes || upset.when !== moment) return;
      crashed();
      this.object.crash();
    };
    if (upset === null || upset.kind === 'dies as it writes') return;
    this.#wire.disturb((_, count) => {
      if (count !== upset.call) return null;
      if (upset.kind === 'meanwhile')
        return { when: 'after', with: () => this.#meanwhile(upset.outside) };
      crashed();
      return { when: upset.when, with: 'crash' };
    });
  }

  #meanwhile(outside: Outside): void {
    this.luck = { ...this.luck, meanwhile: false };
    // It comes later than the call was sent.
    this.now += SECOND;
    this.#happen(outside);
  }

  #see(moment: Moment, call: Call): void {
    this.looks.see(this, moment, call, this.github);
    if (moment === 'sent') {
      this.callsOfPass += 1;
      if (isWrite(call)) this.changesOfPass += 1;
      if (call.name === 'notifier.alert') this.calls = [...this.calls, call];
    }
    if (moment === 'answered') this.looked(call);
    const found = breachOf(moment, { sim: this, town: this, call });
    if (found) this.violate(found.name, found.breach);
  }
}
