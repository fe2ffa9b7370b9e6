// A message for anything that speaks Standard Webhooks: signed, and with an id by which a repetition is known again.
import { Webhook } from 'standardwebhooks';
import type { z } from 'zod';
import type { WebhookChannel } from '../../../schemas/alert-channel.ts';
import { digest } from '../../core/digest.ts';
import type { AlertRequest, Message } from './message.ts';

export function webhookRequest(
  { url }: Pick<z.infer<typeof WebhookChannel>, 'url'>,
  secret: string,
  { kind, at, ...data }: Message,
  now: number,
): AlertRequest {
  const body = JSON.stringify({
    type: `sluice.${kind}`,
    timestamp: new Date(at).toISOString(),
    data,
  });
  const id = `msg_${digest(`${data.branch} ${data.cause}`)}`;
  return {
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(now), body),
    },
    body,
  };
}
