// Where alerts go, as written in the settings; what each channel proves itself by is in the secret ALERT_SECRETS.
import { z } from 'zod';
import { AlertKind } from './alert.ts';
import { BranchName } from './ids.ts';
import { Url } from './url.ts';

const common = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'expected lower-case letters, digits and hyphens')
    .refine(
      (name) => name !== 'log',
      'expected another name, since "log" is the Worker\'s own log',
    ),
  /** Which alerts; null: all. */
  kinds: z.array(AlertKind).min(1).nullable().default(null),
  /** Of which branches; null: of all. */
  branches: z.array(BranchName).min(1).nullable().default(null),
};

/** Its secret is the API key of the bot. */
export const ZulipChannel = z.strictObject({
  ...common,
  type: z.literal('zulip'),
  url: Url,
  /** The bot's address. */
  email: z.string().min(3),
  stream: z.string().min(1),
  topic: z.string().min(1).max(60).default('Sluice'),
});
/** Its secret is the URL of an incoming webhook. */
export const SlackChannel = z.strictObject({ ...common, type: z.literal('slack') });
/** Anything that speaks Standard Webhooks; its secret is the key that requests are signed with, `whsec_…`. */
export const WebhookChannel = z.strictObject({ ...common, type: z.literal('webhook'), url: Url });

export const AlertChannel = z.discriminatedUnion('type', [
  ZulipChannel,
  SlackChannel,
  WebhookChannel,
]);
export type AlertChannel = z.infer<typeof AlertChannel>;

export const Alerts = z.strictObject({
  channels: z.array(AlertChannel).default([]),
  /** Alert when so long nothing has moved though a pull request waits for nobody; null: never. */
  standstill_minutes: z.number().int().min(5).max(10_080).nullable().default(120),
});

/** By the name of the channel. */
export const AlertSecrets = z.record(z.string(), z.string().min(1));
export type AlertSecrets = z.infer<typeof AlertSecrets>;
