// State + an API that cannot be asked for some time -> state: nothing is asked of it before then, and somebody is
// told when it is for a person to mend.
import type { Action } from '../../schemas/action.ts';
import type { BranchState, Hold } from '../../schemas/state.ts';
import { backoffMs, type Fault } from './fault.ts';

export type Api = keyof BranchState['holds'];

/** A fault of the API as a whole: it would meet the next call, too. */
export const isOfApi = ({ kind }: Fault): boolean =>
  kind === 'rate_limited' || kind === 'reserved' || kind === 'misconfigured';

/** What a landing asks, before and after: all that may use what is kept for landings. */
const OF_LANDINGS: ReadonlySet<Action['kind']> = new Set([
  'land',
  'settle_landing',
  'find_landing',
  'verify_landing',
  'close_landed',
]);
export const isOfLanding = (action: Action): boolean =>
  OF_LANDINGS.has(action.kind) || (action.kind === 'post_check' && action.ofLanding === true);

/** When calls may be made again, in milliseconds since the epoch; of a landing they may be earlier. */
export function heldUntil(hold: Hold | null, calls: 'everyday' | 'landing'): number {
  if (hold === null) return 0;
  return calls === 'landing' ? (hold.landingsNotBefore ?? hold.notBefore) : hold.notBefore;
}

/** @param random in [0, 1), for the jitter */
export function holdApi(
  state: BranchState,
  { api, fault }: { readonly api: Api; readonly fault: Fault },
  now: number,
  random: number,
): BranchState {
  const known = state.holds[api];
  const failures = (known?.failures ?? 0) + 1;
  const told = fault.kind === 'misconfigured' ? fault.message : known?.told;
  const hold = {
    notBefore: now + backoffMs(failures, random, fault),
    failures,
    error: fault.message,
    // Whatever holds landings, too, is not over by this.
    ...(fault.kind === 'reserved' ? { landingsNotBefore: heldUntil(known, 'landing') } : {}),
    ...(told === undefined ? {} : { told }),
  };
  const held = { ...state, holds: { ...state.holds, [api]: hold } };
  if (fault.kind !== 'misconfigured' || known?.told === fault.message) return held;
  const alert = { cause: `${api} settings`, text: `${state.branch} waits: ${fault.message}` };
  const others = state.alerts.filter(({ cause }) => cause !== alert.cause);
  return { ...held, alerts: [...others, alert] };
}
