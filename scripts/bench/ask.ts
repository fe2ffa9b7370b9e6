// Asks a Worker over connections that are kept, as GitHub's and browsers' are. An answer counts when all of it is there.
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { WEBHOOK_SECRET } from './workerd.ts';

export const AT_ONCE = 32;
/** GitHub's own are so long. */
const WEBHOOK_BYTES = 20_000;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** @throws when it is refused */
export function ask(
  url: URL,
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, agent }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        const status = answer.statusCode ?? 0;
        if (status < 300) resolve();
        else reject(new Error(`${method} ${path} was answered with ${status}`));
      });
    });
    sent.once('error', (error) => {
      // workerd closes a connection that was idle for some seconds, maybe just as it is used again.
      if (sent.reusedSocket) resolve(ask(url, method, path, body, headers));
      else reject(error);
    });
    sent.end(body);
  });
}

/** So many webhooks, signed, each a delivery of its own. @param name as no others have it */
export async function sendWebhooks(url: URL, count: number, name: string): Promise<void> {
  let sent = 0;
  const sendSome = async (): Promise<void> => {
    for (let id = sent++; id < count; id = sent++) await sendWebhook(url, `${name}-${id}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
}

async function sendWebhook(url: URL, delivery: string): Promise<void> {
  const body = JSON.stringify({
    action: 'labeled',
    repository: { full_name: 'acme/bakery' },
    pull_request: { number: 1, base: { ref: 'main' } },
    padding: 'x'.repeat(WEBHOOK_BYTES),
  });
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
  await ask(url, 'POST', '/github_callback', body, {
    'x-github-event': 'pull_request',
    'x-github-hook-id': '1',
    'x-github-delivery': delivery,
    'x-hub-signature-256': `sha256=${digest}`,
  });
}
