// Which channels there are, and what is said of mistakes in them.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config.ts';
import { testEnvironment } from '../support/environment.ts';

const KEY = `whsec_${btoa('a key that nobody can guess')}`;
const zulip = {
  type: 'zulip',
  name: 'chat',
  url: 'https://chat.test',
  email: 'b@t',
  stream: 'ops',
};
const slack = { type: 'slack', name: 'team' };
const webhook = { type: 'webhook', name: 'pager', url: 'https://pager.test/in' };

const parsed = (alerts: object, secrets?: Record<string, string> | string) => {
  const document = { ...JSON.parse(testEnvironment.SLUICE_CONFIG), alerts };
  const text = typeof secrets === 'string' ? secrets : secrets && JSON.stringify(secrets);
  return parseConfig({
    ...testEnvironment,
    SLUICE_CONFIG: document,
    ...(text === undefined ? {} : { ALERT_SECRETS: text }),
  });
};
const mistakes = (...given: Parameters<typeof parsed>) => {
  const config = parsed(...given);
  return config.ok ? [] : config.error;
};

describe('S8.3 S1.2 the channels of alerts', () => {
  it('are of a branch when nothing else is said; the log hears everything', () => {
    const config = parsed(
      {
        channels: [
          { ...webhook, kinds: ['frozen'] },
          { ...slack, branches: ['acme/bakery:stable'] },
        ],
        standstill_minutes: null,
      },
      { pager: KEY, team: 'https://hooks.slack.test/x' },
    );
    const log = { name: 'log', kinds: null };
    const pager = { name: 'pager', kinds: ['frozen'] };
    expect(config.ok && config.value.branches.map(({ alerts }) => alerts)).toEqual([
      { channels: [log, pager], standstillMs: null },
      { channels: [log, pager, { name: 'team', kinds: null }], standstillMs: null },
    ]);
  });

  it.each<
    [what: string, alerts: object, secrets: Record<string, string> | string, sentence: string]
  >([
    [
      'a secret that is missing',
      { channels: [zulip] },
      {},
      "ALERT_SECRETS.chat is missing; expected the API key of the channel's bot.",
    ],
    [
      'a secret of nobody',
      { channels: [] },
      { chat: 'x' },
      'ALERT_SECRETS.chat is of no channel; expected names of SLUICE_CONFIG.alerts.channels.',
    ],
    [
      'a secret of the wrong kind, which is not repeated',
      { channels: [webhook] },
      { pager: 'hunter2' },
      'ALERT_SECRETS.pager is 7 characters long; expected a key such as whsec_…, with 18 bytes or more in base64.',
    ],
    [
      'a webhook of Slack that is no URL',
      { channels: [slack] },
      { team: 'T1/B1/x' },
      'ALERT_SECRETS.team is 7 characters long; expected the URL of an incoming webhook.',
    ],
    [
      'two of one name',
      { channels: [zulip, zulip] },
      { chat: 'x' },
      'SLUICE_CONFIG.alerts.channels[1].name is "chat", which another channel has too; expected a different one.',
    ],
    [
      'a branch that nobody watches',
      { channels: [{ ...zulip, branches: ['acme/bakery:old'] }] },
      { chat: 'x' },
      'SLUICE_CONFIG.alerts.channels[0].branches has "acme/bakery:old", which is not watched; expected watched branches.',
    ],
    [
      'the name of the log',
      { channels: [{ ...zulip, name: 'log' }] },
      { log: 'x' },
      'SLUICE_CONFIG.alerts.channels[0].name is "log"; expected another name, since "log" is the Worker\'s own log.',
    ],
    [
      'a misspelt setting',
      { channels: [{ ...zulip, steam: 'ops' }] },
      { chat: 'x' },
      'SLUICE_CONFIG.alerts.channels[0].steam is not a setting (did you mean "stream"?); expected one that schemas/config.ts lists.',
    ],
    [
      'secrets that are no JSON',
      { channels: [zulip] },
      'chat=x',
      'ALERT_SECRETS is 6 characters long; expected the secrets of the alert channels by name, as JSON.',
    ],
    [
      'a standstill of no time',
      { standstill_minutes: 0 },
      {},
      'SLUICE_CONFIG.alerts.standstill_minutes is 0; expected number to be >=5.',
    ],
  ])('%s', (_what, alerts, secrets, sentence) => {
    expect(mistakes(alerts, secrets)).toEqual([sentence]);
  });
});
