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
  const [last] = failed;
  if (last === undefined) {
    const all = sent.length === 1 ? 'its one delivery' : `its last ${sent.length} deliveries all`;
    return { mark: 'ok', what, text: `webhook: ${all} arrived` };
  }
  const { status, status_code: code } = last;
  const isNewest = last === newest;
  const some =
    sent.length === 1
      ? 'its one delivery failed'
      : `${failed.length} of its last ${sent.length} deliveries failed, ${isNewest ? 'the newest among them' : 'not the newest'}`;
  // Where there was no answer, there is no code.
  const why = code === 0 ? status : `${status} (${code})`;
  return {
    mark: isNewest ? 'fault' : 'warning',
    what,
    text: `webhook: ${some}: ${why}`,
    todo: `${code === 401 ? 'Is its secret GITHUB_WEBHOOK_SECRET? ' : ''}See what was answered: ${link}`,
  };
}
