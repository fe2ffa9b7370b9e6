// The pull requests of a story, drawn from its seed: what each is, and what people do to it, in order. Pure.
import type { Prng } from '../sim/history/prng.ts';

export type Deed = 'approve' | 'rewrite' | 'hold' | 'release' | 'retry';

export interface Role {
  readonly branch: string;
  readonly path: string;
  readonly text: string;
  /** What a rewrite makes of it; sound, whatever it was before. */
  readonly rewritten: string;
  readonly deeds: readonly Deed[];
  /** How long people wait before it is proposed, and before each deed. */
  readonly pausesMs: readonly number[];
  /** Approved at the end, sound, not held, and nobody else's file: it has to land. */
  readonly mustLand: boolean;
}

type Kind = 'plain' | 'broken' | 'mended' | 'pushed over' | 'held' | 'released' | 'rival';
const DEEDS: Readonly<Record<Kind, readonly Deed[]>> = {
  plain: ['approve'],
  broken: ['approve', 'retry'],
  mended: ['approve', 'rewrite', 'approve'],
  'pushed over': ['rewrite', 'approve'],
  held: ['hold', 'approve'],
  released: ['hold', 'approve', 'release'],
  rival: ['approve'],
};
const NEVER_LAND: ReadonlySet<Kind> = new Set(['broken', 'held', 'rival']);
const LONGEST_PAUSE_MS = 2_500;

export function drawRoles(story: number, prng: Prng): Role[] {
  return Array.from({ length: 3 + prng.below(2) }, (_, index) => {
    const kind = prng.pick([
      ...(['plain', 'plain', 'plain', 'pushed over', 'pushed over'] as const),
      ...(['broken', 'mended', 'held', 'released', 'rival'] as const),
    ]);
    const name = `${story}-${index}`;
    const isBroken = kind === 'broken' || kind === 'mended';
    return {
      branch: `sack-${name}`,
      path: kind === 'rival' ? 'sacks/rye.txt' : `sacks/${name}.txt`,
      text: `${isBroken ? 'BROKEN' : 'wheat'} ${name}\n`,
      rewritten: `spelt ${name}\n`,
      deeds: DEEDS[kind],
      pausesMs: [...DEEDS[kind], null].map(() => prng.below(LONGEST_PAUSE_MS)),
      mustLand: !NEVER_LAND.has(kind),
    };
  });
}
