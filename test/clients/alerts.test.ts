// Alerts as they arrive: over real HTTP, with signatures that others can check, and with nothing in them that would call
// a whole team because of a pull request's title.
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlertChannel } from '../../schemas/alert-channel.ts';
import { createNotifier } from '../../src/clients/alerts/notifier.ts';
import { AlertListener } from '../support/alert-listener.ts';
import { alertOf, configOf, NOON } from '../support/builders.ts';

let listener: AlertListener;
beforeAll(async () => {
  listener = await AlertListener.start();
});
afterAll(() => listener.close());
beforeEach(() => {
  listener.heard.length = 0;
  listener.answer = { status: 200, text: 'ok' };
  logged.length = 0;
});

const KEY = `whsec_${Buffer.from('a key that nobody can guess').toString('base64')}`;
const logged: { event: string; data: Record<string, unknown> }[] = [];

function notifier(now = Date.now(), timeoutMs?: number) {
  const { url } = listener;
  const channels = [
    { type: 'zulip', name: 'chat', url, email: 'bot@chat.test', stream: 'ops', topic: 'Gate' },
    { type: 'slack', name: 'slack' },
    { type: 'webhook', name: 'pager', url: `${url}/hook` },
  ].map((channel) => AlertChannel.parse(channel));
  return createNotifier(configOf(), {
    channels,
    secrets: { chat: 'zulip-key', slack: `${url}/services/T1/B1/secret`, pager: KEY },
    log: (event, data) => logged.push({ event, data }),
    fetch,
    now: () => now,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}
const told = (text: string) =>
  alertOf({ cause: 'deploy 1', kind: 'deploy_failed', text, pr: 3, batch: 7 });
const only = () => {
  expect(listener.heard).toHaveLength(1);
  return listener.heard[0] ?? { path: '', headers: {}, body: '' };
};

describe('S8.3 an alert to a generic webhook', () => {
  const header = (name: string) => String(only().headers[name]);

  it('is signed as Standard Webhooks says', async () => {
    const now = Date.now();
    expect(await notifier(now).alert('pager', told('It failed'))).toEqual({
      ok: true,
      value: undefined,
    });
    const { path, body } = only();
    expect(path).toBe('/hook');
    const signed = `${header('webhook-id')}.${Math.floor(now / 1000)}.${body}`;
    const key = Buffer.from(KEY.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    expect(header('webhook-signature')).toBe(`v1,${signature}`);
    expect(new Webhook(KEY).verify(body, only().headers as Record<string, string>)).toEqual({
      type: 'sluice.deploy_failed',
      timestamp: new Date(NOON).toISOString(),
      data: {
        ...{ branch: 'acme/bakery:main', cause: 'deploy 1', text: 'It failed', pr: 3, batch: 7 },
        links: [
          { title: '#3', url: 'https://sluice.test/acme/bakery/pull/3' },
          { title: 'batch 7', url: 'https://batch.test/batches/7' },
          { title: 'all branches', url: 'https://sluice.test/' },
        ],
      },
    });
  });

  it('is not taken from anybody without the key, nor with another body', async () => {
    await notifier().alert('pager', told('It failed'));
    const { headers, body } = only();
    const given = headers as Record<string, string>;
    const other = new Webhook(`whsec_${Buffer.from('another key altogether').toString('base64')}`);
    expect(() => other.verify(body, given)).toThrow(/No matching signature/);
    expect(() => new Webhook(KEY).verify(`${body} `, given)).toThrow(/No matching signature/);
  });

  it('has the same id when it is sent again, and another for another cause', async () => {
    const { alert } = notifier();
    await alert('pager', told('It failed'));
    await alert('pager', told('It failed'));
    await alert('pager', { ...told('It failed'), cause: 'deploy 2' });
    const [first, again, other] = listener.heard.map(({ headers }) => headers['webhook-id']);
    expect([again === first, other === first]).toEqual([true, false]);
  });
});

describe('S8.3 what anybody wrote calls nobody', () => {
  const nasty = 'Bake <!channel> @**all** `x` ```\n@everyone & <https://evil.test|click>\n```';

  it('in Slack', async () => {
    await notifier().alert('slack', told(nasty));
    const { path, body } = only();
    const message = JSON.parse(body);
    expect(path).toBe('/services/T1/B1/secret');
    expect(message.blocks[1]).toEqual({
      type: 'section',
      text: { type: 'plain_text', text: nasty, emoji: false },
    });
    expect(message.text).toContain('&lt;!channel&gt; @**all**');
    expect(message.text).not.toMatch(/<|>/);
    expect(message.blocks[2].elements[0].text).toBe(
      '<https://sluice.test/acme/bakery/pull/3|#3> · <https://batch.test/batches/7|batch 7> · <https://sluice.test/|all branches>',
    );
  });

  it('in Zulip, where it stays in its block', async () => {
    await notifier().alert('chat', told(nasty));
    const { path, headers, body } = only();
    expect(path).toBe('/api/v1/messages');
    expect(headers.authorization).toBe(`Basic ${btoa('bot@chat.test:zulip-key')}`);
    const { content, ...place } = Object.fromEntries(new URLSearchParams(body));
    expect(place).toEqual({ type: 'stream', to: 'ops', topic: 'Gate' });
    const lines = (content ?? '').split('\n');
    const [open, close] = [lines.indexOf('````text'), lines.lastIndexOf('````')];
    expect(lines.slice(open + 1, close).join('\n')).toBe(nasty);
    expect(lines.slice(0, open).concat(lines.slice(close)).join('\n')).not.toContain('@');
  });
});

describe('S8.3 a channel that does not take it', () => {
  it.each([
    ['asks to wait', 429, { 'retry-after': '7' }, { kind: 'rate_limited', retryAfterMs: 7_000 }],
    ['refuses', 404, {}, { kind: 'refused', status: 404 }],
    ['is broken', 503, {}, { kind: 'unknown' }],
    ['sends us elsewhere', 302, { location: 'https://evil.test/' }, { kind: 'refused' }],
  ])('%s', async (_what, status, headers, fault) => {
    listener.answer = { status, text: 'no such hook', headers };
    const answer = await notifier().alert('slack', told('It failed'));
    expect(answer).toMatchObject({ ok: false, error: fault });
    expect(answer.ok ? '' : answer.error.message).toContain('alert channel slack: no such hook');
  });

  it('keeps nobody waiting for long', async () => {
    listener.answer = null;
    const answer = await notifier(NOON, 50).alert('pager', told('It failed'));
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });

  it('has its secret told to nobody', async () => {
    const secret = 'http://127.0.0.1:1/services/secret';
    const silent = createNotifier(configOf(), {
      ...{ channels: [AlertChannel.parse({ type: 'slack', name: 'slack' })] },
      ...{ secrets: { slack: secret }, log: () => {}, now: () => NOON },
      fetch: async () => {
        throw new Error(`cannot reach ${secret}`);
      },
    });
    const answer = await silent.alert('slack', told('It failed'));
    expect(JSON.stringify(answer)).not.toContain('services');
  });
});

it('S10.5 an alert to the log is one line with all that is known', async () => {
  await notifier().alert('log', told('It failed'));
  expect(logged).toMatchObject([
    {
      event: 'alert',
      data: {
        branch: 'acme/bakery:main',
        kind: 'deploy_failed',
        text: 'It failed',
        pr: 3,
        batch: 7,
      },
    },
  ]);
});
