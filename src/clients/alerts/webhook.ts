// A message for anything that speaks Standard Webhooks: signed, and with an id by which a repetition is known again.
import type { z } from 'zod';
import type { WebhookChannel } from '../../../schemas/alert-channel.ts';
import { digest } from '../../core/digest.ts';
import type { AlertRequest, Message } from './message.ts';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

export async function webhookRequest(
  { url }: Pick<z.infer<typeof WebhookChannel>, 'url'>,
  secret: string,
  { kind, at, ...data }: Message,
  now: number,
): Promise<AlertRequest> {
  const body = JSON.stringify({
    type: `sluice.${kind}`,
    timestamp: new Date(at).toISOString(),
    data,
  });
  const id = `msg_${digest(`${data.branch} ${data.cause}`)}`;
  const timestamp = String(Math.floor(now / 1000));
  return {
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${await signatureOf(`${id}.${timestamp}.${body}`, secret)}`,
    },
    body,
  };
}

/** @param secret `whsec_` and the key in base64 */
async function signatureOf(text: string, secret: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (unit) => unit.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign']);
  const signature = await crypto.subtle.sign(HMAC.name, key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}
