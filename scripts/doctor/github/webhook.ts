// The webhook of one repository: is there one that points here, does it send what Sluice hears, and has it arrived.
// Without any, Sluice works at the pace of its poll; one that is set up wrongly is a fault.
import { z } from 'zod';
import { webhookSchemas } from '../../../schemas/github-webhook.ts';
import type { Finding } from '../finding.ts';
import { Hook, HookDeliveries } from './answers.ts';
import type { Look, Unseen } from './look.ts';
import type { Watched } from './repository.ts';

/** GitHub's own names, as a hook lists them. */
export const EVENTS = Object.keys(webhookSchemas);
const DELIVERIES = 20;

/** @param web the repository's own page */
export async function examineWebhook(watched: Watched, web: string): Promise<Finding[]> {
  const { look, settings, name: what } = watched;
  const address = `${settings.public_url}/github_callback`;
  const read = await look(`/repos/${what}/hooks?per_page=100`, z.array(Hook));
  if (!read.ok) return [untold(watched, read.error, web)];
  const found = read.value.value.filter(({ config }) => config.url === address);
  if (found.length === 0) return [noHook(watched, address, web)];
  const findings: Finding[] = [];
  for (const hook of found) {
    const link = `${web}/settings/hooks/${hook.id}`;
    const sender = { what, hook: `/repos/${what}/hooks/${hook.id}`, link };
    findings.push(...judgeHook(hook, what, link), await examineDeliveries(look, sender));
  }
  if (found.length > 1) {
    const text = `${found.length} webhooks point at ${address}, so that everything is told more than once`;
    findings.push({
      mark: 'warning',
      what,
      text,
      todo: `Delete all but one: ${web}/settings/hooks`,
    });
  }
  return findings;
}

const untold = ({ holder, name: what }: Watched, { message }: Unseen, web: string): Finding => ({
  mark: 'unknown',
  what,
  text: `webhook: GitHub tells only admins of the repository about its webhooks, not ${holder.name}: ${message}`,
  todo: `Have an admin look: ${web}/settings/hooks`,
});

function noHook({ settings, name: what }: Watched, address: string, web: string): Finding {
  const pace = `every ${settings.poll_every_seconds} s`;
  return {
    mark: 'warning',
    what,
    text: `webhook: none of the repository's points at ${address}, so Sluice notices changes only by its poll, ${pace}`,
    todo: `Add one, of JSON, with the secret GITHUB_WEBHOOK_SECRET, for ${EVENTS.join(', ')}: ${web}/settings/hooks/new`,
  };
}

function judgeHook({ active, events, config }: Hook, what: string, link: string): Finding[] {
  const fault = (text: string, todo: string): Finding => ({
    mark: 'fault',
    what,
    text: `webhook: ${text}`,
    todo: `${todo}: ${link}`,
  });
  const missing = events.includes('*') ? [] : EVENTS.filter((event) => !events.includes(event));
  const faults = [
    ...(active ? [] : [fault('it is switched off', 'Make it active')]),
    ...(config.content_type === 'json'
      ? []
      : [fault('it sends forms, and Sluice reads JSON', 'Set its content type to JSON')]),
    ...(config.secret === undefined
      ? [fault('it has no secret, so that Sluice refuses what it sends', 'Give it one')]
      : []),
    ...(missing.length === 0
      ? []
      : [fault(`it does not send ${missing.join(', ')}`, 'Choose these events, too')]),
  ];
  if (faults.length > 0) return faults;
  return [{ mark: 'ok', what, text: 'webhook: active, JSON, with a secret, for every event' }];
}

interface Sender {
  readonly what: string;
  /** Where the API has the webhook. */
  readonly hook: string;
  /** Its page. */
  readonly link: string;
}

export async function examineDeliveries(
  look: Look,
  { what, hook, link }: Sender,
): Promise<Finding> {
  const read = await look(`${hook}/deliveries?per_page=${DELIVERIES}`, HookDeliveries);
  if (!read.ok) {
    const text = `webhook: GitHub does not tell how its deliveries went: ${read.error.message}`;
    return { mark: 'unknown', what, text };
  }
  const sent = read.value.value;
  const failed = sent.filter(({ status_code: code }) => code < 200 || code >= 300);
  const [newest] = sent;
  if (newest === undefined)
    return { mark: 'unknown', what, text: 'webhook: it has sent nothing lately' };
  if (failed.length === 0)
    return { mark: 'ok', what, text: `webhook: its last deliveries, ${sent.length}, all arrived` };
  const [last] = failed;
  const isLast = last === newest;
  return {
    mark: isLast ? 'fault' : 'warning',
    what,
    text: `webhook: of its last deliveries, ${sent.length}, ${failed.length} failed, ${isLast ? 'the newest, too' : 'not the newest'}: ${last?.status ?? ''} (${last?.status_code ?? ''})`,
    todo: `${last?.status_code === 401 ? 'Is its secret GITHUB_WEBHOOK_SECRET? ' : ''}See what was answered: ${link}`,
  };
}
