// Which channels hear of which alerts of a branch, from the settings; and what is wrong with that, in sentences. Pure.
import type { AlertKind } from '../../schemas/alert.ts';
import type { AlertChannel, AlertSecrets } from '../../schemas/alert-channel.ts';
import type { ConfigDocument } from '../../schemas/config.ts';
import type { BranchName } from '../../schemas/ids.ts';

/** The Worker's own log: a channel that there always is. */
export const LOG = 'log';

export interface AlertSettings {
  /** Names, each with the kinds that it hears of; null: all. */
  readonly channels: readonly {
    readonly name: string;
    readonly kinds: readonly AlertKind[] | null;
  }[];
  /** null: nobody is told of a queue in which nothing moves. */
  readonly standstillMs: number | null;
}

export function alertSettings(
  { channels, standstill_minutes: minutes }: ConfigDocument['alerts'],
  branch: BranchName,
): AlertSettings {
  const own = channels.filter(({ branches }) => branches === null || branches.includes(branch));
  return {
    channels: [{ name: LOG, kinds: null }, ...own.map(({ name, kinds }) => ({ name, kinds }))],
    standstillMs: minutes === null ? null : minutes * 60_000,
  };
}

export function mistakesOfAlerts(
  { alerts: { channels }, branches }: ConfigDocument,
  secrets: AlertSecrets,
): string[] {
  const names = channels.map(({ name }) => name);
  const watched = new Set<string>(branches.map(({ branch }) => branch));
  return [
    ...channels.flatMap((channel, index) => {
      const where = `SLUICE_CONFIG.alerts.channels[${index}]`;
      const unknown = (channel.branches ?? []).filter((branch) => !watched.has(branch));
      return [
        ...(names.indexOf(channel.name) < index
          ? [
              `${where}.name is "${channel.name}", which another channel has too; expected a different one.`,
            ]
          : []),
        ...unknown.map(
          (branch) =>
            `${where}.branches has "${branch}", which is not watched; expected watched branches.`,
        ),
        ...mistakeOfSecret(channel, secrets[channel.name]),
      ];
    }),
    ...Object.keys(secrets)
      .filter((name) => !names.includes(name))
      .map(
        (name) =>
          `ALERT_SECRETS.${name} is of no channel; expected names of SLUICE_CONFIG.alerts.channels.`,
      ),
  ];
}

const SHAPES = {
  zulip: { shape: /./, expected: "the API key of the channel's bot" },
  slack: { shape: /^https?:\/\/\S+$/, expected: 'the URL of an incoming webhook' },
  webhook: {
    shape: /^whsec_[A-Za-z0-9+/]{24,}={0,2}$/,
    expected: 'a key such as whsec_…, with 18 bytes or more in base64',
  },
} as const;

function mistakeOfSecret({ name, type }: AlertChannel, secret: string | undefined): string[] {
  const { shape, expected } = SHAPES[type];
  if (secret !== undefined && shape.test(secret)) return [];
  const is = secret === undefined ? 'is missing' : `is ${secret.length} characters long`;
  return [`ALERT_SECRETS.${name} ${is}; expected ${expected}.`];
}
