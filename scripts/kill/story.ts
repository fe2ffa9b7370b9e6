// One story: people at work, a trouble, kills; then the trouble ends, everything comes to rest, and is judged. Then people
// close what is left, so that the next story begins with nothing open.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prng } from '../sim/history/prng.ts';
import { drawRoles, type Role } from './cast.ts';
import type { Control } from './control.ts';
import { type Kill, killAtRandom, type Plan } from './killer.ts';
import type { People } from './people.ts';
import type { Release } from './releases.ts';
import type { Town } from './town.ts';
import { drawTrouble, type Trouble } from './troubles.ts';
import { type Blamed, violations } from './verdict.ts';
import type { Witness } from './witness.ts';

export interface Stage {
  readonly town: Town;
  readonly control: Control;
  readonly people: People;
  readonly witness: Witness;
  /** Where main was when the run began. */
  readonly begin: string;
  /** Messages of all commits that people pushed to main themselves. */
  readonly direct: Set<string>;
  readonly canFillDisk: boolean;
}

export interface Told {
  readonly trouble: string;
  readonly kills: readonly Kill[];
  readonly landed: number;
  /** From the last kill and the end of the trouble until nothing more was to be done. */
  readonly toRestMs: number;
  /** Tests that failed since what they needed was dead, and were asked for again. */
  readonly retries: number;
  readonly violations: readonly string[];
}

interface Played {
  readonly number: number;
  readonly role: Role;
}

/** A trouble of a length of its own. */
export interface Siege {
  readonly trouble: Trouble;
  readonly lastsMs: number;
}

const REST_WITHIN_MS = 120_000;
/** Whoever has failed for an hour is asked again within five minutes. */
const AFTER_SIEGE_MS = 300_000;
const LOOK_EVERY_MS = 300;
/** Reasons for which something is about to happen by itself. */
const BUSY: ReadonlySet<string> = new Set([
  ...['test_queued', 'test_starting', 'test_running', 'batch_unread', 'landing'],
  ...['landing_in_doubt', 'parked', 'call_failing', 'deploying', 'branch_not_read'],
]);

export async function tellStory(
  stage: Stage,
  number: number,
  killCount: number,
  prng: Prng,
  siege: Siege | null = null,
): Promise<Told> {
  const { town, control, people, witness } = stage;
  const trouble = siege?.trouble ?? drawTrouble(town, control, prng, stage.canFillDisk);
  const roles = drawRoles(number, prng);
  const pushAfterMs = prng.chance(0.4) ? prng.below(6_000) : null;
  const logFrom = witness.logLines();
  const landedBefore = (await witness.main(stage.begin)).length;
  const kills: Kill[] = [];
  const plan: Plan = { count: killCount, overMs: siege?.lastsMs ?? null };

  await release(town, 'earlier');
  await trouble.begin();
  const [played] = await Promise.all([
    Promise.all(roles.map((role) => play(people, role))),
    pushAfterMs === null ? null : pushDirectly(stage, number, pushAfterMs),
    killAtRandom(town, control, prng, plan, async (kill) => {
      kills.push(kill);
      await trouble.begin();
    }),
    sleep(siege?.lastsMs ?? 0),
  ]);
  await trouble.end();
  await release(town, 'present');
  await control.clear('forge');
  await control.clear('batch');

  const start = performance.now();
  const restWithinMs = REST_WITHIN_MS + (siege === null ? 0 : AFTER_SIEGE_MS);
  const { blamed, restless } = await rest(stage, played, restWithinMs);
  const toRestMs = Math.round(performance.now() - start);
  const noWonder = trouble.name === 'the disk is full';
  const found = await judge(stage, played, blamed, noWonder ? null : logFrom);
  const landed = (await witness.main(stage.begin)).length - landedBefore;
  await clear(stage);
  const unrested =
    restless === null ? [] : [`not at rest after ${restWithinMs / 1000} s: ${restless}`];
  const told = { trouble: trouble.name, kills, landed, toRestMs, retries: blamed.length };
  return { ...told, violations: [...unrested, ...found] };
}

/** A story of upgrades begins with the earlier program, and comes to its end with the present one. */
async function release({ upgrades, replaceSluice }: Town, wanted: Release): Promise<void> {
  if (upgrades === null || upgrades.installed === wanted) return;
  upgrades.install(wanted);
  await replaceSluice();
}

async function play(people: People, role: Role): Promise<Played> {
  const { branch, path, text, rewritten, deeds, pausesMs } = role;
  await sleep(pausesMs[0]);
  const number = await people.propose(branch, path, text);
  for (const [index, deed] of deeds.entries()) {
    await sleep(pausesMs[index + 1]);
    if (deed === 'approve') await people.approve(number);
    if (deed === 'rewrite') await people.rewrite(branch, path, rewritten);
    if (deed === 'hold') await people.label(number, 'do-not-merge');
    if (deed === 'release') await people.unlabel(number, 'do-not-merge');
    if (deed === 'retry') await people.retry(number);
  }
  return { number, role };
}

async function pushDirectly({ people, direct }: Stage, story: number, afterMs: number) {
  await sleep(afterMs);
  const message = `Pushed directly in story ${story}`;
  direct.add(message);
  await people.pushDirectly(`direct/${story}.txt`, message);
}

/** Waits; a test that failed although nothing is wrong with it is asked for again, as its author would. */
async function rest(
  { witness, people }: Stage,
  played: readonly Played[],
  withinMs: number,
): Promise<{ blamed: Blamed[]; restless: string | null }> {
  const sound = new Set(played.filter(({ role }) => role.mustLand).map(({ number }) => number));
  const deadline = performance.now() + withinMs;
  const blamed: Blamed[] = [];
  let restless: string | null = null;
  while (performance.now() < deadline) {
    const reasons = await witness.reasons().catch(() => new Map<number, string[]>());
    for (const [number, why] of reasons)
      if (sound.has(number) && why.includes('test_failed')) {
        const batch = await witness.failedBatch(number).catch(() => null);
        if (batch === null) continue;
        blamed.push({ number, batch });
        await people.retry(number);
      }
    restless = await unrest(witness, sound).catch(String);
    if (restless === null) break;
    await sleep(LOOK_EVERY_MS);
  }
  return { blamed, restless };
}

/** @returns what is still to be done, or null. @throws when somebody does not answer yet */
async function unrest(witness: Witness, sound: ReadonlySet<number>): Promise<string | null> {
  const [open, reasons, branch] = await Promise.all([
    witness.open(),
    witness.reasons(),
    witness.branch(),
  ]);
  for (const number of open) {
    const why = reasons.get(number)?.join(', ');
    if (sound.has(number)) return `#${number} has not landed (${why ?? 'it is not known'})`;
    if (why === undefined) return `#${number} is not known`;
  }
  for (const [number, why] of reasons) {
    if (!open.has(number)) return `#${number} is taken for open`;
    const busy = why.find((kind) => BUSY.has(kind));
    if (busy !== undefined) return `#${number}: ${busy}`;
  }
  const [newest] = await witness.main(null);
  if (newest?.sha !== branch?.sha) return `main is taken to be at ${branch?.sha}`;
  if (branch?.deploy_sha !== branch?.sha || branch?.deploy_state === 'running')
    return `${branch?.sha} is not deployed (${branch?.deploy_sha}: ${branch?.deploy_state})`;
  const running = (await witness.batches()).find(({ complete }) => !complete);
  if (running !== undefined) return `batch ${running.id} runs`;
  const left = (await witness.ownRefs()).find((ref) => !open.has(Number(ref.split('/').at(-1))));
  return left === undefined ? null : `${left} is left over`;
}

/** @param logFrom where in Sluice's log crashes are looked for; null where they are no wonder */
async function judge(
  stage: Stage,
  played: readonly Played[],
  blamed: readonly Blamed[],
  logFrom: number | null,
): Promise<string[]> {
  const { witness, begin, direct } = stage;
  const open = await witness.open();
  return violations({
    main: [...(await witness.main(begin)), { sha: begin, parents: [], subject: '' }],
    batches: await witness.batches(),
    pulls: played.map(({ number, role: { mustLand } }) => ({
      ...{ number, mustLand },
      isOpen: open.has(number),
    })),
    reasons: await witness.reasons(),
    blamed,
    ownRefs: await witness.ownRefs(),
    direct,
    crashes: logFrom === null ? [] : witness.crashes(logFrom),
  });
}

async function clear({ people, witness }: Stage): Promise<void> {
  for (const number of await witness.open()) await people.close(number);
  const deadline = performance.now() + REST_WITHIN_MS;
  while (performance.now() < deadline) {
    const reasons = await witness.reasons();
    if (reasons.size === 0) return;
    await sleep(LOOK_EVERY_MS);
  }
}
