// What lands a pull request in one mode of landing. Never repeats a move: after a lost answer only readBack knows,
// and the loop asks it.
import type { LandingCommits } from '../../../schemas/action.ts';
import type { Fault } from '../../core/fault.ts';
import type { LandingReadBack } from '../../core/outcome.ts';
import type { Result } from '../../core/result.ts';
import type { Fact } from '../../loop/fact.ts';
import type { GitHub } from '../../loop/ports.ts';

export type Source = Parameters<GitHub['land']>[1];

export interface Mover {
  /** @param message of the tested commit, as it was read in the look just before */
  land(
    landing: LandingCommits,
    source: Source,
    message?: string | null,
  ): Promise<Result<Fact<GitHub['land']>, Fault>>;
  readBack(landing: LandingCommits): Promise<Result<LandingReadBack, Fault>>;
}
