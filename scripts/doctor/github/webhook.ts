// The webhook of one repository, as it is set up, and whether what it sends arrives.
import type { Finding } from '../../../schemas/diagnosis.ts';
import { type Look, readHooks } from '../../../src/clients/github/rights.ts';
import { hooksHere, judgeHooks, type Listener } from '../../../src/core/diagnosis/webhook.ts';
import { HookDeliveries } from './answers.ts';

const DELIVERIES = 20;

export async function examineWebhook(look: Look, listener: Listener): Promise<Finding[]> {
  const { what, web } = listener;
  const read = await readHooks(look, what);
  const findings = judgeHooks(listener, read);
  for (const { id } of read.ok ? hooksHere(read.value, listener) : []) {
    const link = `${web}/settings/hooks/${id}`;
    findings.push(
      await examineDeliveries(look, { what, hook: `/repos/${what}/hooks/${id}`, link }),
    );
  }
  return findings;
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
  const sent = read.value;
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
