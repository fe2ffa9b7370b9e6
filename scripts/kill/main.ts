// `npm run --silent kill -- --kills N --seed S`: stories in which Sluice, the forge and Batch are killed while people work,
// until there were so many kills. Everything is judged from outside. Exit code 1 when anything was not as it must be.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, readCount, readNumber, readOptions } from '../command-line.ts';
import { createPrng } from '../sim/history/prng.ts';
import { createClosing } from '../start/closing.ts';
import { controlOf } from './control.ts';
import { mountSmallDisk } from './disk.ts';
import { figures, storyLines } from './figures.ts';
import { peopleOf } from './people.ts';
import { isCommit } from './releases.ts';
import { type Siege, type Stage, type Told, tellStory } from './story.ts';
import { startTown } from './town.ts';
import { type Api, hanging } from './troubles.ts';
import { witnessOf } from './witness.ts';

const usage = `usage: npm run --silent kill -- [OPTIONS]

  --kills N   how often something is killed in all (default: 20)
  --minutes M after so many minutes no other story begins, whatever N is (default: 60)
  --seed S    which stories; the same seed draws the same ones, though two machines are never
              equally quick (default: 1)
  --earlier COMMIT
              the program of that commit begins each story, and takes turns with the present one
              whenever Sluice is killed; the present one ends it
  --hang API  github or batch: the first story is one in which it gives no answer
  --for M     … for so many minutes (default: 60)
  --port N    the first port to try (default: 21000)
  --help      this text

A story takes about forty seconds and has three to six kills. Everything, its logs too, is in .sluice/kill-S. The disk is filled
only where root runs it. Exit code 1 when anything was not as it must be.
`;
const values = readOptions(
  {
    kills: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '21000' },
    earlier: { type: 'string' },
    hang: { type: 'string' },
    for: { type: 'string' },
  },
  usage,
);
const wanted = readCount('kills', values.kills, 1);
const minutes = readNumber('minutes', values.minutes, 0);
const seed = readCount('seed', values.seed, 0);
const firstPort = readCount('port', values.port, 1);

const hang = readApi(values.hang);
if (values.for !== undefined && hang === null) giveUp('--for goes with --hang', 2);
const hangMinutes = readNumber('for', values.for ?? '60', 0);

const { earlier = null } = values;
if (earlier !== null && !(await isCommit(earlier)))
  giveUp(`--earlier takes a commit of this repository's history, not '${earlier}'`, 2);

function readApi(api: string | undefined): Api | null {
  if (api === undefined) return null;
  return api === 'github' || api === 'batch' ? api : giveUp('--hang takes github or batch', 2);
}

const home = join(import.meta.dirname, '..', '..', '.sluice', `kill-${seed}`);
const closing = createClosing();
const end = async (code: number): Promise<never> => {
  await closing.closeAll((trouble) => console.error(trouble));
  process.exit(code);
};
// Also the second one, which must not cut short what the first began.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void end(130));

async function raiseStage(): Promise<Stage> {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const unmount = mountSmallDisk(join(home, 'state', 'sluice'));
  if (unmount === null)
    console.log('No small disk could be mounted (only root may): no story fills it.');
  else closing.add('small disk', unmount);
  const town = await startTown(home, firstPort, closing, { earlier });
  const control = controlOf(town.stack);
  await control.liftLimits();
  const witness = witnessOf(town.stack);
  const [first] = await witness.main(null);
  return {
    ...{ town, control, witness, canFillDisk: unmount !== null },
    people: peopleOf(town.stack),
    begin: first?.sha ?? '',
    direct: new Set(),
  };
}

const siegeOf = ({ control }: Stage, api: Api): Siege => ({
  trouble: hanging(control, api),
  lastsMs: hangMinutes * 60_000,
});

/** Until there were enough kills, or something was not as it must be. @returns the exit code */
async function tellStories(stage: Stage): Promise<number> {
  const told: Told[] = [];
  const deadline = performance.now() + minutes * 60_000;
  const isTime = () => performance.now() < deadline;
  try {
    for (let number = 1, kills = 0; kills < wanted && isTime(); number++) {
      const prng = createPrng(seed * 10_000 + number);
      const count = Math.min(3 + prng.below(4), wanted - kills);
      const siege = number === 1 && hang ? siegeOf(stage, hang) : null;
      const story = await tellStory(stage, number, count, prng, siege);
      told.push(story);
      kills += story.kills.length;
      for (const line of storyLines(number, story)) console.log(line);
      if (story.violations.length === 0) continue;
      console.log(`  seed ${seed}, story ${number}; logs in ${join(home, 'logs')}`);
      break;
    }
  } finally {
    // Also when the last story broke off, of which the error is told below.
    for (const line of figures(told)) console.log(line);
  }
  return told.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

let code = 1;
try {
  code = await tellStories(await raiseStage());
} catch (error) {
  console.error(error);
} finally {
  await end(code);
}
