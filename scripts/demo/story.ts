// The demo's plot: six pull requests, by real pushes of real people, whose fates depend on each
// other. It only acts and waits; what became of each is judged afterwards from what can be seen.
import { join } from 'node:path';
import type { History } from '../start/history.ts';
import type { SluiceApi, SluiceEvent } from '../start/sluice-api.ts';
import { approve, cloneUrl, type Draft, draft, label, propose } from './contributor.ts';
import { cinnamonBun, type Fate, flour, sourdough, walnut, wholePounds, winter } from './fates.ts';
import { alice, bob, mallory } from './people.ts';

export interface World {
  readonly forgeUrl: string;
  /** owner/name of the demo repository on the forge. */
  readonly repo: string;
  /** An empty folder for the clones. */
  readonly folder: string;
  readonly manageToken: string;
  readonly sluice: SluiceApi;
  readonly history: History;
  /** Makes login's fork of the demo repository and returns its owner/name. */
  fork(login: string): Promise<string>;
}

/** A pull request of the story that has been opened. */
export interface Role {
  readonly number: number;
  readonly fate: Fate;
  readonly sourceSha: string;
}

/**
 * Plays the whole story; ends when each pull request has come to rest and main is deployed.
 * @param onRole hears of each pull request as it is opened, so that a story that breaks off can be judged.
 * @throws when something that has to happen does not, in a sentence that says what.
 */
export async function playStory(world: World, onRole: (role: Role) => void): Promise<void> {
  const forge = { url: world.forgeUrl, repo: world.repo };
  const open = async (made: Draft): Promise<number> => {
    const number = await propose(forge, made);
    onRole({ number, fate: made.fate, sourceSha: made.sha });
    return number;
  };
  const drafts = await writeDrafts(world);

  const one = await open(drafts.sourdough);
  const two = await open(drafts.wholePounds);
  const three = await open(drafts.cinnamonBun);
  const four = await open(drafts.flour);
  const five = await open(drafts.winter);
  await label(forge, bob, five, 'do-not-merge');
  // Approved from the start, so that nothing but its own fate can keep one from landing.
  await approve(forge, alice, three);
  await approve(forge, alice, five);

  // Both are green against the same main; the second can only land by being tested once more.
  await Promise.all([
    happened(world, 'test.passed', one),
    happened(world, 'test.passed', two),
    happened(world, 'test.failed', three),
  ]);
  await approve(forge, bob, one);
  await happened(world, 'land.landed', one);
  const six = await open(drafts.walnut);
  await approve(forge, alice, six);
  await approve(forge, alice, two);
  await happened(world, 'land.landed', two);

  await approve(forge, alice, four);
  await world.sluice.authorizeSha(drafts.flour.sha, world.manageToken);
  await happened(world, 'land.landed', four);
  await Promise.all([
    happened(world, 'test.passed', five),
    happened(world, 'test.unbuildable', six),
  ]);
  await deployed(world);
}

/** Everybody starts from the same main, before anything has landed. */
async function writeDrafts(world: World) {
  const fork = await world.fork(mallory.login);
  const at = (fate: Fate, repo = world.repo): Promise<Draft> =>
    draft(
      fate,
      cloneUrl(world.forgeUrl, repo, fate.author),
      join(world.folder, fate.branch.replace('pr/', `${fate.author.login}-`)),
    );
  const [first, second, third, fourth, fifth, sixth] = await Promise.all([
    at(sourdough),
    at(wholePounds),
    at(cinnamonBun),
    at(flour, fork),
    at(winter),
    at(walnut),
  ]);
  return {
    sourdough: first,
    wholePounds: second,
    cinnamonBun: third,
    flour: fourth,
    winter: fifth,
    walnut: sixth,
  };
}

const happened = (world: World, kind: string, number: number): Promise<SluiceEvent> =>
  world.history.until(`${kind} of #${number}`, (events) =>
    events.find((event) => event.kind === kind && event.pr === number),
  );

/** Waits until the commit that landed last has been deployed. */
const deployed = (world: World): Promise<true> =>
  world.history.until('the deployment of the last landing', (events) => {
    const landing = events.findLast((event) => event.kind === 'land.landed');
    const sha = landing?.data['landed_sha'];
    const done = events.some(
      (event) => event.kind === 'deploy.succeeded' && event.data['sha'] === sha,
    );
    return done ? true : undefined;
  });
