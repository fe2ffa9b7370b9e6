// What people are told of: an alert is in the state from the moment of its cause until every channel that hears of such
// things has been told. Once each: a channel that fails is tried again by itself.
import type { Action } from '../../schemas/action.ts';
import type { Alert, PendingAlert } from '../../schemas/alert.ts';
import type { BranchState } from '../../schemas/state.ts';
import { batchUrl } from './check.ts';
import type { BranchConfig } from './config.ts';

/** A channel that is broken for days does not fill the state. */
const KEPT_ALERTS = 50;
/** Nor does one that refuses an alert keep the later ones from being told. */
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

type NewAlert = Pick<Alert, 'cause' | 'kind' | 'text' | 'at'> & Partial<Alert>;

/** One of the same cause that was not told everywhere yet is replaced. */
export function raise(state: BranchState, alert: NewAlert): BranchState {
  const others = state.alerts.filter(({ cause }) => cause !== alert.cause);
  const raised: PendingAlert = { pr: null, batch: null, ...alert, sent: [] };
  return { ...state, alerts: [...others, raised].slice(-KEPT_ALERTS) };
}

export const told = (state: BranchState, cause: string, channel: string): BranchState => ({
  ...state,
  alerts: state.alerts.map((alert) =>
    alert.cause === cause ? { ...alert, sent: [...alert.sent, channel] } : alert,
  ),
});

/** Drops what every channel knows, and what is too old to be of use. */
export function withoutTold(state: BranchState, config: BranchConfig, now: number): BranchState {
  const alerts = state.alerts.filter(
    (alert) => now - alert.at < GIVEN_UP_AFTER_MS && untold(alert, config).length > 0,
  );
  return alerts.length === state.alerts.length ? state : { ...state, alerts };
}

/** A channel hears one thing after another, so that one that is down is asked for one thing alone. */
export function alertActions(state: BranchState, config: BranchConfig): Action[] {
  const next = new Map<string, Action>();
  for (const pending of state.alerts) {
    const { sent: _, ...alert } = pending;
    for (const channel of untold(pending, config))
      if (!next.has(channel)) next.set(channel, { kind: 'alert', channel, alert });
  }
  return [...next.values()];
}

const untold = ({ kind, sent }: PendingAlert, { alerts: { channels } }: BranchConfig): string[] =>
  channels
    .filter(({ name, kinds }) => (kinds === null || kinds.includes(kind)) && !sent.includes(name))
    .map(({ name }) => name);

export interface AlertLink {
  readonly title: string;
  readonly url: string;
}

/** Where to look, the most telling first. */
export function alertLinks({ pr, batch }: Alert, config: BranchConfig): AlertLink[] {
  const { owner, repo, publicUrl } = config;
  return [
    ...(pr === null ? [] : [{ title: `#${pr}`, url: `${publicUrl}/${owner}/${repo}/pull/${pr}` }]),
    ...(batch === null ? [] : [{ title: `batch ${batch}`, url: batchUrl(config, batch) }]),
    { title: 'all branches', url: `${publicUrl}/` },
  ];
}
