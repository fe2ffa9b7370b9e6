// Tells one channel of an alert: in one request with a time limit, or by a line of the Worker's log. Retries nothing by itself.
import type { Alert } from '../../../schemas/alert.ts';
import type { AlertChannel, AlertSecrets } from '../../../schemas/alert-channel.ts';
import { alertLinks } from '../../core/alert.ts';
import { LOG } from '../../core/alert-settings.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { unreachable } from '../../core/unreachable.ts';
import type { Notifier } from '../../loop/ports.ts';
import { faultOfHttp, faultOfThrown } from '../fault-of.ts';
import { timedFetch } from '../timed-fetch.ts';
import type { AlertRequest, Message } from './message.ts';
import { slackRequest } from './slack.ts';
import { webhookRequest } from './webhook.ts';
import { zulipRequest } from './zulip.ts';

/** A pass waits for it, after all that is urgent. */
const TIMEOUT_MS = 5_000;

interface NotifierOptions {
  readonly channels: readonly AlertChannel[];
  readonly secrets: AlertSecrets;
  readonly log: (event: string, data: Readonly<Record<string, unknown>>) => void;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For one whole answer; 5 s unless told. */
  readonly timeoutMs?: number;
}

export function createNotifier(config: BranchConfig, options: NotifierOptions): Notifier {
  const { channels, secrets, log } = options;
  return {
    async alert(name, alert) {
      const channel = channels.find((channel) => channel.name === name);
      const secret = secrets[name];
      if (name === LOG || !channel || secret === undefined) {
        log('alert', { branch: config.name, ...alert, links: alertLinks(alert, config) });
        return ok(undefined);
      }
      return tell(channel, secret, messageOf(alert, config), options);
    },
  };
}

const messageOf = (alert: Alert, config: BranchConfig): Message => ({
  ...{ branch: config.name, kind: alert.kind, text: alert.text, cause: alert.cause },
  ...{ at: alert.at, pr: alert.pr, batch: alert.batch, links: alertLinks(alert, config) },
});

async function tell(
  channel: AlertChannel,
  secret: string,
  message: Message,
  { fetch, now, timeoutMs = TIMEOUT_MS }: NotifierOptions,
): Promise<Result<void, Fault>> {
  try {
    const { url, ...request } = await requestOf(channel, secret, message, now());
    const response = await timedFetch(fetch, timeoutMs)(url, {
      ...request,
      method: 'POST',
      // What is told, and the secret with it, goes where the settings say and nowhere else.
      redirect: 'manual',
    });
    const words = (await response.text()).slice(0, 200);
    if (response.ok) return ok(undefined);
    const { status, headers } = response;
    const header = (name: string): string | null => headers.get(name);
    const said = `alert channel ${channel.name}: ${words || 'no reason given'}`;
    return err(faultOfHttp({ status, message: said, header, now: now() }));
  } catch (error) {
    const fault = faultOfThrown(error);
    // The URL of a Slack channel is its secret.
    const words = fault.message.replaceAll(secret, '(its secret)');
    return err({ ...fault, message: `alert channel ${channel.name}: ${words}` });
  }
}

async function requestOf(
  channel: AlertChannel,
  secret: string,
  message: Message,
  now: number,
): Promise<AlertRequest> {
  switch (channel.type) {
    case 'zulip':
      return zulipRequest(channel, secret, message);
    case 'slack':
      return slackRequest(secret, message);
    case 'webhook':
      return webhookRequest(channel, secret, message, now);
    default:
      return unreachable(channel, 'requestOf');
  }
}
