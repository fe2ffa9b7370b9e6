// What a forge that was killed left undone: refs had moved, and what follows from it was not written down yet. GitHub
// would catch up as well, so it is done at the next start.

import type { RefUpdate } from './git-repository.ts';
import { fullName } from './model.ts';
import { refsMoved } from './ref-changes.ts';
import type { Repository } from './repositories.ts';
import type { World } from './world.ts';

const BRANCH = 'refs/heads/';

export async function catchUp(world: World): Promise<void> {
  for (const repository of world.repositories) {
    const missed = await missedMoves(world, repository);
    const owner = world.account(repository.record.owner);
    if (missed.length > 0) {
      await world.exclusive(repository, () => refsMoved(world, repository, owner, missed));
    }
  }
}

/** Heads that are not where their pull requests were told, and bases that contain the head by now. */
async function missedMoves(world: World, repository: Repository): Promise<RefUpdate[]> {
  const { record, git } = repository;
  const moves = new Map<string, RefUpdate>();
  for (const target of world.repositories) {
    for (const { state, head, base } of target.record.pulls) {
      if (state.kind !== 'open' || head.repo !== fullName(record)) continue;
      const name = `${BRANCH}${head.ref}`;
      const after = git.refs.get(name) ?? null;
      if (after !== head.sha) moves.set(name, { name, before: head.sha, after });
      const baseName = `${BRANCH}${base.ref}`;
      const tip = git.refs.get(baseName);
      if (target !== repository || tip === undefined || after === null) continue;
      if (await git.isAncestor(after, tip)) {
        moves.set(baseName, { name: baseName, before: base.sha, after: tip });
      }
    }
  }
  return [...moves.values()];
}
