// The search: from the beginning through everything that may happen, layer by layer, so that the first story
// that breaks an invariant is one of the shortest. A moment that was there before is not looked at again.
import { isDeepStrictEqual } from 'node:util';
import { restInvariants } from '../invariants/rest-invariants.ts';
import { quiet } from '../run/rest.ts';
import { rest } from '../run/simulation.ts';
import { SmallWorld } from './small-world.ts';
import { type Step, wordsOf } from './step.ts';

export interface Bounds {
  /** In steps from the beginning. */
  readonly depth: number;
  /** From the order in which everything happens as soon as it can: a fault, or a step out of its turn. */
  readonly departures: number;
}

export interface Findings {
  readonly states: number;
  readonly transitions: number;
  /** Moments from which it was brought to rest: the last ones, and those that lead to nothing new. */
  readonly leaves: number;
  /** The story of the first violation, its last line the violation itself; null when there was none. */
  readonly story: readonly string[] | null;
}

interface Moment {
  readonly before: Moment | null;
  readonly step: Step | null;
  /** How many there were up to here. */
  readonly departures: number;
  /** Sets the world back to this moment. */
  readonly setBack: () => void;
}

const STEPS_TO_REST = 300;
const REST_WITHIN_MS = 3 * 60 * 60_000;

export async function explore(bounds: Bounds): Promise<Findings> {
  const world = new SmallWorld();
  /** Each with the fewest departures that lead there. */
  const seen = new Map([[world.digest, 0]]);
  /** Moments that are known to come to rest well. */
  const restful = new Set<string>();
  let transitions = 0;
  let leaves = 0;
  let layer: Moment[] = [{ before: null, step: null, departures: 0, setBack: world.remember() }];
  const findings = (story: readonly string[] | null): Findings => ({
    ...{ states: seen.size, transitions, leaves, story },
  });

  /** @returns the moment that the step leads to, unless it was there before */
  const follow = async (before: Moment, step: Step, cost: number): Promise<Moment | null> => {
    before.setBack();
    transitions += 1;
    await world.take(step);
    const { digest } = world;
    const departures = before.departures + (Number.isFinite(bounds.departures) ? cost : 0);
    if (!world.violation && (seen.get(digest) ?? Number.POSITIVE_INFINITY) <= departures)
      return null;
    seen.set(digest, departures);
    return { before, step, departures, setBack: world.remember() };
  };

  for (let depth = 0; layer.length > 0; depth++) {
    const next: Moment[] = [];
    for (const moment of layer) {
      const known = next.length;
      const allowed = bounds.departures - moment.departures;
      for await (const { step, cost } of depth < bounds.depth ? ways(moment, world, allowed) : []) {
        const then = await follow(moment, step, cost);
        if (world.violation) return findings(storyOf(then, world));
        if (then) next.push(then);
      }
      if (next.length > known) continue;
      moment.setBack();
      leaves += 1;
      const way = await comeToRest(world, restful);
      if (world.violation) return findings(storyOf(moment, world, way));
    }
    layer = next;
  }
  return findings(null);
}

interface Way {
  readonly step: Step;
  /** In departures. */
  readonly cost: 0 | 1;
}

/** @param allowed so many departures at most */
async function* ways({ setBack }: Moment, world: SmallWorld, allowed: number): AsyncGenerator<Way> {
  setBack();
  const usual = nextInPeace(world);
  if (allowed === 0) return yield { step: usual, cost: 0 };
  for await (const step of stepsFrom(setBack, world))
    yield { step, cost: isDeepStrictEqual(step, usual) ? 0 : 1 };
}

/** A pass that is left alone first: it tells where it may be upset. */
async function* stepsFrom(setBack: () => void, world: SmallWorld): AsyncGenerator<Step> {
  const { steps } = world;
  for (const step of steps) {
    yield step;
    if (step.kind !== 'the alarm rings') continue;
    const { callsOfPass, writesOfPass } = world;
    setBack();
    for (const upset of world.upsets(callsOfPass, writesOfPass)) yield { ...step, upset };
  }
}

/** Nothing goes wrong any more, and everything happens as soon as it can. @returns the way there */
async function comeToRest(world: SmallWorld, restful: Set<string>): Promise<readonly Step[]> {
  const way: Step[] = [];
  const passed: string[] = [];
  const well = (): readonly Step[] => {
    for (const digest of passed) restful.add(digest);
    return way;
  };
  const end = world.now + REST_WITHIN_MS;
  while (way.length < STEPS_TO_REST && world.now < end && !world.violation) {
    const { digest } = world;
    if (restful.has(digest)) return well();
    passed.push(digest);
    const step = nextInPeace(world);
    way.push(step);
    const sleeps = step.kind === 'the alarm rings' && world.object.alarm > world.now;
    await world.take(step);
    if (!sleeps || world.digest !== digest) continue;
    ask(world);
    return world.violation ? way : well();
  }
  if (!world.violation) world.violate(rest.name, `not in ${way.length} steps`);
  return way;
}

function nextInPeace(world: SmallWorld): Step {
  const [mark] = world.mail;
  const [batch] = world.batch.running;
  if (mark) return { kind: 'a message arrives', mark };
  if (world.object.alarm <= world.now) return { kind: 'the alarm rings', upset: null };
  if (!world.isApproved) return { kind: 'a person approves' };
  if (batch) return { kind: 'a batch ends', batch: batch.id };
  return { kind: 'the alarm rings', upset: null };
}

function ask(world: SmallWorld): void {
  for (const { name, check } of restInvariants) {
    const breach = check(world, world, true);
    if (breach !== null) world.violate(name, breach);
  }
  if (world.changesOfPass > 0) world.violate(quiet.name, `${world.changesOfPass} writes`);
}

function storyOf(
  moment: Moment | null,
  { violation }: SmallWorld,
  way: readonly Step[] = [],
): readonly string[] {
  const steps: Step[] = [];
  for (let at = moment; at?.step; at = at.before) steps.unshift(at.step);
  return [
    ...steps.map(wordsOf),
    ...way.map((step) => `(to rest) ${wordsOf(step)}`),
    `VIOLATION of "${violation?.invariant}": ${violation?.detail}`,
  ];
}
