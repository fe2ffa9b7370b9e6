// How far back a read looks: by the repository's knob, or as a fault ordered for this one request.

import type { Knobs } from '../model/knobs.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext } from '../traffic.ts';

type Kind = Knobs['read_lag']['of'][number];

/** Which kind of read a path below a repository's own is. */
function kindOf(below: string): Kind | null {
  if (/^\/(check-|commits\/.+\/(check-|status))/.test(below)) return 'checks';
  if (/^\/(pulls|issues)/.test(below)) return 'pulls';
  return /^\/(git|branches|commits|compare|contents)/.test(below) ? 'refs' : null;
}

/** In seconds; writes always see the present. */
export function lagOf(c: ForgeContext, { record }: Repository, below: string): number {
  if (c.req.method !== 'GET') return 0;
  const { seconds, of } = record.knobs.read_lag;
  const kind = kindOf(below);
  return c.get('staleSeconds') ?? (kind !== null && of.includes(kind) ? seconds : 0);
}
