// People, and what Batch and other services do by themselves: who may act in a history, how often, and
// what they do. A new actor is one row.
import type { PullNumber } from '../../../schemas/ids.ts';
import { bakeryRepo } from '../world/bakery.ts';
import { REFUSED_JOBS } from '../world/batch-world.ts';
import { headRef } from '../world/github-world.ts';
import { appActors } from './app-happenings.ts';
import { clusterActors } from './cluster-happenings.ts';
import {
  byNameAlone,
  changing,
  commanding,
  type Happening,
  onBatch,
  onPull,
  pullsOf,
  some,
  townOf,
} from './happening.ts';
import type { Prng } from './prng.ts';

/** Made from what people really do to a file: their own, one that others change too, or a trap. */
const CHANGES: readonly [string, ...string[]] = [
  'own',
  ...['own', 'own', 'own', 'own', 'own'],
  ...['shared', 'shared', 'menu', 'bug', 'left', 'right', 'build.yaml', 'nothing'],
];

const open: Happening['happen'] = ({ sim, prng, towns }) => {
  const town = townOf(towns, prng);
  const next = Object.keys(sim.github.view.pulls).length + 1;
  const what = prng.pick(CHANGES);
  const author = prng.pick(['alice', 'bob', 'alice', 'bob', 'alice', 'bob', 'mallory']);
  const pr = sim.github.openPull({
    title: `Change ${next}`,
    body: next % 3 === 0 ? '#assign bakers' : '',
    draft: prng.chance(0.1),
    author,
    labels: prng.chance(0.1) ? [labelOf(prng)] : [],
    approvedBy: prng.chance(0.75) ? [reviewerOf(author)] : [],
    changesRequestedBy: [],
    base: town.config.branch,
    repo: prng.chance(0.5) ? bakeryRepo : `${author}/bakery`,
    files: filesOf(what, next, prng),
  });
  return `${author} opens #${pr} against ${town.config.branch}, ${what}`;
};

export const actors: Readonly<Record<string, Happening>> = {
  'open a pull request': { weight: 18, happen: open },
  'open another from the same branch': {
    weight: 1,
    shared: true,
    happen: onPull(({ sim, towns, prng }, { number, source, ...rest }) => {
      const base = townOf(towns, prng).config.branch;
      const pr = sim.github.openPullFrom(source, { ...rest, base });
      return `#${pr} against ${base} from the branch of #${number}`;
    }),
  },
  push: {
    weight: 5,
    happen: onPull(({ sim, prng }, { number, source }) => {
      if (source.repo === null) return null;
      sim.github.pushToPull(number, filesOf(prng.pick(CHANGES), number, prng));
      return `push to #${number}`;
    }),
  },
  approve: {
    weight: 10,
    happen: onPull(({ sim }, { number, author }) => {
      const change = { approvedBy: [reviewerOf(author)], changesRequestedBy: [] };
      sim.github.changePull(number, change, 'review');
      return `#${number} is approved`;
    }),
  },
  'dismiss the approval': { weight: 2, happen: changing({ approvedBy: [] }) },
  'request changes': {
    weight: 2,
    happen: changing({ approvedBy: [], changesRequestedBy: ['bob'] }),
  },
  label: {
    weight: 3,
    happen: onPull(({ sim, prng }, { number }) => {
      const label = labelOf(prng);
      sim.github.changePull(number, { labels: [label] }, 'labeled');
      return `#${number} is labelled ${label}`;
    }),
  },
  unlabel: { weight: 3, happen: changing({ labels: [] }) },
  draft: { weight: 1, happen: changing({ draft: true }) },
  ready: { weight: 2, happen: changing({ draft: false }) },
  'edit the title': { weight: 2, happen: changing({ title: 'A better title' }) },
  close: { weight: 2, happen: changing({ state: 'closed' }) },
  reopen: {
    weight: 2,
    happen: (occasion) => {
      const { sim, prng } = occasion;
      const landed = new Set(sim.github.landings.map(({ pr }) => pr));
      const closed = pullsOf(occasion, 'closed').filter(({ number }) => !landed.has(number));
      const pull = some(closed, prng);
      if (!pull) return null;
      sim.github.changePull(pull.number, { state: 'open' }, 'reopened');
      return `#${pull.number} is reopened`;
    },
  },
  retarget: {
    weight: 2,
    shared: true,
    happen: onPull(({ sim, prng, towns }, { number }) => {
      const base = prng.chance(0.1) ? 'elsewhere' : townOf(towns, prng).config.branch;
      sim.github.changePull(number, { base }, 'edited');
      return `#${number} is retargeted to ${base}`;
    }),
  },
  'delete the fork': {
    weight: 1,
    happen: onPull(({ sim }, { number, source }) => {
      if (source.repo === bakeryRepo) return null;
      sim.github.changePull(number, { source: { ...source, repo: null } }, 'edited');
      return `the fork of #${number} is deleted`;
    }),
  },
  'push to the branch': {
    weight: 3,
    happen: ({ sim, prng, towns }) => {
      const { branch } = townOf(towns, prng).config;
      sim.github.push(
        branch,
        filesOf(prng.pick(['own', 'own', 'shared', 'menu', 'bug', 'build.yaml']), 0, prng),
      );
      return `push to ${branch}`;
    },
  },
  'mend the branch': {
    weight: 2,
    happen: ({ sim, towns, prng }) => {
      const { branch } = townOf(towns, prng).config;
      const { bug: _, left: __, ...files } = sim.github.graph.get(sim.github.branch(branch)).files;
      sim.github.replace(branch, { ...files, 'build.yaml': 'jobs: 2' });
      return `${branch} is mended`;
    },
  },
  'reset the branch': {
    weight: 1,
    happen: ({ sim, prng, towns }) => {
      const town = townOf(towns, prng);
      const head = sim.github.branch(town.config.branch);
      const [older] = sim.github.graph.get(head).parents;
      if (!older) return null;
      town.removed.push(head);
      sim.github.moveBranch(town.config.branch, older);
      return `${town.config.branch} is reset to the commit before`;
    },
  },
  'delete the source branch': {
    weight: 1,
    shared: true,
    happen: onPull(({ sim }, { number, source }) => {
      if (source.repo !== sim.github.repo) return null;
      sim.github.moveRefs({ [headRef(source.branch)]: null });
      return `the branch of #${number} is deleted`;
    }),
  },
  'clean up what looks like a leftover': {
    weight: 1,
    happen: ({ sim, prng, towns }) => {
      const { branch } = townOf(towns, prng).config;
      const ref = some(
        sim.github.ownRefs.filter((ref) => ref.includes(`/${branch}/`)),
        prng,
      );
      if (ref) sim.github.moveRefs({ [ref]: null });
      return ref ? `somebody deletes ${ref}` : null;
    },
  },
  authorize: {
    weight: 3,
    happen: onPull(({ towns, sim }, { number, source, base }) => {
      const town = towns.find((each) => each === sim.townOn(base));
      town?.command({ kind: 'authorize', sha: source.sha, by: 'alice' });
      return town ? `#${number} is authorized` : null;
    }),
  },
  retry: {
    weight: 3,
    happen: onPull(({ towns, sim, prng }, { number, base }) => {
      const town = towns.find((each) => each === sim.townOn(base));
      const tactical = prng.chance(0.5);
      const refused = town?.command({ kind: 'retry', pr: number, tactical, by: 'alice' });
      return refused === null ? `a ${tactical ? 'tactical ' : ''}retry of #${number}` : null;
    }),
  },
  freeze: {
    weight: 1,
    happen: commanding({ kind: 'freeze', reason: 'a person says so', by: 'alice', until: null }),
  },
  unfreeze: { weight: 2, happen: commanding({ kind: 'unfreeze', by: 'alice' }) },
  'ask for an update': { weight: 1, happen: commanding({ kind: 'update', by: 'alice' }) },
  'another check reports': {
    weight: 4,
    shared: true,
    happen: onPull(({ sim, prng }, { number }) => {
      const state = prng.pick(['success', 'success', 'failure', 'pending']);
      const app = prng.pick([null, 7, 7]);
      // One that fails has often passed before: the newest counts.
      if (state === 'failure') sim.github.report(number, { name: 'lint', app, state: 'success' });
      sim.github.report(number, { name: 'lint', app, state });
      return `lint of #${number}: ${state}`;
    }),
  },
  'another check has nothing to say': {
    weight: 2,
    shared: true,
    happen: onPull(({ sim, prng }, { number }) => {
      const state = prng.pick(['neutral', 'skipped']);
      sim.github.report(number, { name: 'lint', app: 7, state });
      return `lint of #${number}: ${state}`;
    }),
  },
  'the rules change': {
    weight: 1,
    shared: true,
    happen: ({ sim, prng, aimed }) => {
      if (aimed) return null;
      const required = () => (prng.chance(0.3) ? ['lint', 'sluice'] : []);
      const rules = { ruleset: required(), classic: required(), review: prng.chance(0.3) };
      sim.github.write({ rules });
      return `required from now on: ${JSON.stringify(rules)}`;
    },
  },
  'a batch ends': {
    weight: 5,
    happen: onBatch(({ sim, prng }, batch) => {
      const state = prng.chance(0.8) ? 'success' : 'failure';
      if (sim.isDoomed(batch) && state === 'success') return null;
      sim.batch.finish(batch, state);
      return `batch ${batch.id} ends: ${state}`;
    }),
  },
  'a batch is cancelled by somebody': {
    weight: 1,
    happen: onBatch(({ sim }, batch) => {
      sim.batch.finish(batch, 'cancelled');
      return `batch ${batch.id} is cancelled`;
    }),
  },
  'a batch is deleted': {
    weight: 1,
    happen: onBatch(({ sim }, batch) => {
      sim.batch.delete(batch);
      return `batch ${batch.id} is deleted`;
    }),
  },
  ...byNameAlone(clusterActors),
  ...byNameAlone(appActors),
};

const reviewerOf = (author: string): string => (author === 'bob' ? 'alice' : 'bob');

const labelOf = (prng: Prng): string =>
  prng.pick(['do-not-merge', 'do-not-test', 'high-priority', 'nice']);

function filesOf(what: string, number: PullNumber, prng: Prng): Record<string, string> {
  const some = `${number} ${prng.below(1_000)}`;
  if (what === 'own') return { [`own-${number}`]: some };
  if (what === 'build.yaml')
    return { 'build.yaml': prng.pick(['jobs: 3', 'jobs: none', `jobs: ${REFUSED_JOBS}`]) };
  if (what === 'nothing') return { menu: 'bread' };
  return { [what]: some };
}
