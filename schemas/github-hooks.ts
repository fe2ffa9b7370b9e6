// What GitHub's REST says of webhooks that it sends, as far as we read it.
import { z } from 'zod';

const Time = z.iso.datetime({ offset: true });

/** REST: GET /repos/{o}/{r}/hooks */
export const Hooks = z.array(
  z.object({ id: z.number().int(), config: z.object({ url: z.string().optional() }) }),
);
/** REST: GET …/hooks/{id}/deliveries, GET /app/hook/deliveries */
export const HookDeliveries = z.array(
  z.object({
    id: z.number().int(),
    guid: z.string(),
    delivered_at: Time,
    redelivery: z.boolean(),
  }),
);
