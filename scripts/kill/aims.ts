// The moments at which a kill may be aimed: one call of Sluice's is made slow, so that the kill falls while it is under
// way, before it has had its effect or after.
import type { Server } from './control.ts';

export interface Aim {
  readonly name: string;
  readonly server: Server;
  readonly fault: object;
}

/** Longer than it takes to notice that the call has begun, and to kill. */
const SLOW = { delayMs: 1_500 };

const ofForge = (name: string, match: object): Aim[] =>
  (['before', 'after'] as const).map((when) => ({
    name: `${name}, ${when} its effect`,
    server: 'forge',
    fault: { match, when, do: SLOW, times: 1 },
  }));

const ofBatch = (name: string, match: object, whens: readonly string[]): Aim[] =>
  whens.map((when) => ({
    name: when === '' ? name : `${name}, ${when} its effect`,
    server: 'batch',
    fault: { match, ...(when === '' ? {} : { when }), do: SLOW, times: 1 },
  }));

const everyAim = [
  ...ofForge('land', { api: 'graphql', path: 'updateRefs' }),
  ...ofForge('merge for a test', { api: 'rest', method: 'POST', path: '/merges' }),
  ...ofForge('make the tested commit', { api: 'rest', method: 'POST', path: '/git/commits' }),
  ...ofForge('post a check', { api: 'rest', method: 'POST', path: '/statuses/' }),
  ...ofForge('drop a ref', { api: 'rest', method: 'DELETE', path: '/git/refs' }),
  {
    name: 'observe GitHub',
    server: 'forge',
    fault: { match: { api: 'graphql', path: 'pullRequest' }, do: SLOW, times: 1 },
  },
  ...ofBatch('start a batch', { method: 'POST', path: 'create-fast' }, [
    'before',
    'midway',
    'after',
  ]),
  ...ofBatch('observe Batch', { method: 'GET', path: '/batches' }, ['']),
] satisfies Aim[];

/** Landings and starts first: what must never be done twice is tried more often. */
export const AIMS = [
  ...everyAim,
  ...everyAim.filter(({ name }) => /^(land|start)/.test(name)),
] as unknown as readonly [Aim, ...Aim[]];
