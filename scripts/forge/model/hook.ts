// A repository's webhook.

import { z } from 'zod';
import { instant } from './common.ts';

export const hookSchema = z.object({
  id: z.number(),
  url: z.string(),
  secret: z.string().nullable(),
  contentType: z.enum(['json', 'form']),
  insecureSsl: z.enum(['0', '1']),
  /** Names of events, or `*` for all. */
  events: z.array(z.string()),
  active: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type Hook = z.infer<typeof hookSchema>;
