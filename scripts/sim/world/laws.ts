// What must hold after any story, whatever failed in it: each law is a function that returns its
// breaches as sentences. The world is asked, never the program.

import { bakery } from './bakery.ts';
import type { BatchWorld, WorldBatch } from './batch-world.ts';
import type { GithubWorld } from './github-world.ts';
import { isAsTested, movesOf, proofOf } from './landing-call.ts';
import type { Wire } from './wire.ts';

interface World {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  readonly wire: Wire;
}

export const breaches = (world: World): string[] => [
  ...untestedLandings(world),
  ...twins(world),
  ...repeatedChecks(world),
];

/** S6.11, S7.5: a landing's commit passed, with all of its jobs, on the very parent that it lands on; or what GitHub merges did. */
function untestedLandings({ github, batch, wire }: World): string[] {
  return wire.calls.flatMap((call) => {
    const moves = movesOf(call, { config: bakery });
    if (!moves) return [];
    const { from, to } = moves.branch;
    const proof = proofOf({ batch, github }, moves);
    const isTested = proof && (to ? isAsTested({ github }, to, proof) : moves.merges !== null);
    return isTested ? [] : [`${to ?? moves.merges} was to land on ${from} untested`];
  });
}

/** S6.9, S8.2: never two live batches for one thing. */
function twins({ batch }: World): string[] {
  return batch.all.flatMap((one) =>
    batch.all
      .filter((other) => other.id > one.id && sameThing(one, other) && overlap(one, other))
      .map((other) => `batches ${one.id} and ${other.id} ran at once for one thing`),
  );
}

const sameThing = ({ purpose: a }: WorldBatch, { purpose: b }: WorldBatch): boolean => {
  if (a.kind === 'deploy' || b.kind === 'deploy') return a.kind === b.kind;
  return (
    a.pr === b.pr &&
    a.sourceSha === b.sourceSha &&
    a.targetSha === b.targetSha &&
    a.attempt === b.attempt
  );
};

const overlap = (earlier: WorldBatch, later: WorldBatch): boolean =>
  (earlier.overAt ?? Number.POSITIVE_INFINITY) > later.createdAt;

/** S9.2: what GitHub shows already is never posted again, but for answers that did not arrive. */
function repeatedChecks({ github, wire }: World): string[] {
  const posts = wire.calls.filter(({ name }) => name === 'github.postCheck');
  return [...new Set(github.repeatedPosts)].flatMap((sha) => {
    const repeats = github.repeatedPosts.filter((post) => post === sha).length;
    const unanswered = posts.filter(({ args, arrived }) => args[0] === sha && !arrived()).length;
    return repeats > unanswered ? [`a check was posted again on ${sha}, ${repeats} times`] : [];
  });
}
