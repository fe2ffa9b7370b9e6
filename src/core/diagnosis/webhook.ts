// Is there a webhook that points here, and does it send what Sluice hears: one of the repository's, or an App's own. Without
// any, Sluice works at the pace of its poll; one that is set up wrongly is a fault.
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { Hook, HookConfig } from '../../../schemas/github-rights.ts';
import { webhookSchemas } from '../../../schemas/github-webhook.ts';
import type { Holder, Seen } from './place.ts';

/** GitHub's own names, as a hook lists them. */
export const EVENTS = Object.keys(webhookSchemas);

export interface Listener {
  readonly holder: Holder;
  /** `owner/name`, or the secret of the App. */
  readonly what: string;
  /** Where Sluice listens. */
  readonly address: string;
  /** The page of the repository, or of the App. */
  readonly web: string;
  readonly pollEveryMs: number;
}

export const addressOf = (publicUrl: string): string => `${publicUrl}/github_callback`;

export const hooksHere = (hooks: readonly Hook[], { address }: Listener): Hook[] =>
  hooks.filter(({ config }) => config.url === address);

export function judgeHooks(listener: Listener, read: Seen<readonly Hook[]>): Finding[] {
  const { holder, what, address, web } = listener;
  if (!read.ok) {
    const text = `webhook: GitHub tells only admins of the repository about its webhooks, not ${holder.name}: ${read.error.message}`;
    return [{ mark: 'unknown', what, text, todo: `Have an admin look: ${web}/settings/hooks` }];
  }
  const found = hooksHere(read.value, listener);
  if (found.length === 0) return [noHook(listener)];
  const findings = found.flatMap((hook) =>
    judgeHook(hook, what, `${web}/settings/hooks/${hook.id}`),
  );
  if (found.length === 1) return findings;
  const text = `${found.length} webhooks point at ${address}, so that everything is told more than once`;
  const todo = `Delete all but one: ${web}/settings/hooks`;
  return [...findings, { mark: 'warning', what, text, todo }];
}

function noHook({ what, address, web, pollEveryMs }: Listener): Finding {
  return {
    mark: 'warning',
    what,
    text: `webhook: none of the repository's points at ${address}, so Sluice notices changes only by its poll, every ${pollEveryMs / 1000} s`,
    todo: `Add one, of JSON, with the secret GITHUB_WEBHOOK_SECRET, for ${EVENTS.join(', ')}: ${web}/settings/hooks/new`,
  };
}

function judgeHook({ active, events, config }: Hook, what: string, link: string): Finding[] {
  const missing = events.includes('*') ? [] : EVENTS.filter((event) => !events.includes(event));
  const faults = [
    ...(active ? [] : [fault(what, 'it is switched off', `Make it active: ${link}`)]),
    ...wrongWith(config, what, link),
    ...(missing.length === 0
      ? []
      : [
          fault(
            what,
            `it does not send ${missing.join(', ')}`,
            `Choose these events, too: ${link}`,
          ),
        ]),
  ];
  if (faults.length > 0) return faults;
  return [{ mark: 'ok', what, text: 'webhook: active, JSON, with a secret, for every event' }];
}

export function judgeAppHook(
  { what, address, web }: Pick<Listener, 'what' | 'address' | 'web'>,
  read: Seen<HookConfig>,
): Finding[] {
  if (!read.ok) {
    const text = `webhook: the App has none, or GitHub does not tell: ${read.error.message}`;
    const todo = `Make it active, at ${address}, with the secret GITHUB_WEBHOOK_SECRET: ${web}`;
    return [{ mark: 'warning', what, text, todo }];
  }
  const { url } = read.value;
  const faults = [
    ...(url === address
      ? []
      : [
          fault(
            what,
            `it points at ${url ?? 'nothing'}, not here`,
            `Set its URL to ${address}: ${web}`,
          ),
        ]),
    ...wrongWith(read.value, what, web),
  ];
  if (faults.length > 0) return faults;
  return [{ mark: 'ok', what, text: 'webhook: points here, sends JSON, has a secret' }];
}

/** GitHub takes a hook of which it was told no content type for one of forms. */
const wrongWith = (
  { content_type: type, secret }: HookConfig,
  what: string,
  link: string,
): Finding[] => [
  ...(type === 'json'
    ? []
    : [
        fault(
          what,
          'it sends forms, and Sluice reads JSON',
          `Set its content type to JSON: ${link}`,
        ),
      ]),
  ...(secret === undefined
    ? [
        fault(
          what,
          'it has no secret, so that Sluice refuses what it sends',
          `Give it one: ${link}`,
        ),
      ]
    : []),
];

const fault = (what: string, text: string, todo: string): Finding => ({
  ...{ mark: 'fault', what, text: `webhook: ${text}`, todo },
});
