// GitHub's JSON of webhooks and their deliveries. Pure reading.

import type { Delivery, DeliveryResult } from '../deliveries.ts';
import type { Hook } from '../model/hook.ts';

const HIDDEN = '********';

/** As `…/hooks/{id}/config` has it; nobody is ever shown the secret. */
export const hookConfigJson = (
  hook: Pick<Hook, 'url' | 'secret' | 'contentType' | 'insecureSsl'>,
) => ({
  content_type: hook.contentType,
  insecure_ssl: hook.insecureSsl,
  url: hook.url,
  ...(hook.secret === null ? {} : { secret: HIDDEN }),
});

/** @param at the address of the hook itself */
export function hookJson(at: string, hook: Hook, last: Delivery | undefined) {
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web' as const,
    active: hook.active,
    events: hook.events,
    config: hookConfigJson(hook),
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url: at,
    test_url: `${at}/test`,
    ping_url: `${at}/pings`,
    deliveries_url: `${at}/deliveries`,
    last_response:
      last === undefined
        ? { code: null, status: 'unused', message: null }
        : {
            code: codeOf(last.result),
            status: hasArrived(last) ? 'active' : 'failed',
            message: wordOf(last.result),
          },
  };
}

/** GitHub counts an answer below 300 as arrived. */
export const hasArrived = ({ result }: Delivery): boolean =>
  result.kind === 'answered' && result.status < 300;

const codeOf = (result: DeliveryResult): number => (result.kind === 'dropped' ? 0 : result.status);

function wordOf(result: DeliveryResult): string {
  switch (result.kind) {
    case 'answered':
      return result.status < 300 ? 'OK' : `Invalid HTTP Response: ${result.status}`;
    case 'failed':
      return result.why;
    case 'dropped':
      return 'lost';
  }
}

/** As a list of deliveries has it. */
export const deliveryItemJson = (delivery: Delivery) => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: delivery.at,
  redelivery: delivery.redelivery,
  duration: delivery.ms / 1000,
  status: wordOf(delivery.result),
  status_code: codeOf(delivery.result),
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installation,
  repository_id: delivery.repository,
  throttled_at: null,
});

export const deliveryJson = (delivery: Delivery) => ({
  ...deliveryItemJson(delivery),
  url: delivery.url,
  request: { headers: delivery.headers, payload: delivery.payload },
  response: { headers: {}, payload: delivery.answer },
});
