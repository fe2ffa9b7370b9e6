// Webhooks: made and changed over the API, delivered as they should be and as they should not, listed and
// asked for again.

import { createServer, type Server } from 'node:http';
import { verify } from '@octokit/webhooks-methods';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { TestApp } from '../support/forge-app.ts';
import { judgeWebhook } from '../support/openapi/judge.ts';

interface Received {
  readonly event: string;
  readonly guid: string;
  readonly type: string;
  readonly text: string;
  readonly signature: string;
}

let forge: TestForge;
/** Whoever listens to hooks that tests make. */
let listener: Server;
let answer: number;
const received: Received[] = [];
const seen = () => received.map(({ event }) => event);

beforeAll(async () => {
  forge = await TestForge.start();
  listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const header = (name: string) => String(request.headers[name]);
    received.push({
      event: header('x-github-event'),
      guid: header('x-github-delivery'),
      type: header('content-type'),
      text: Buffer.concat(chunks).toString(),
      signature: header('x-hub-signature-256'),
    });
    response.writeHead(answer).end('noted');
  });
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  listener.closeAllConnections();
  listener.close();
  await forge.close();
});
beforeEach(() => {
  answer = 202;
  received.length = 0;
});
afterEach(async () => {
  await forge.control('DELETE', '/faults');
  for (const { id, config } of (await forge.rest('root', 'GET', '/hooks')).json) {
    if (config.url === url()) await forge.rest('root', 'DELETE', `/hooks/${id}`);
  }
  await forge.forge.idle();
});

function url(): string {
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/hook`;
}

async function hook(events: readonly string[], config: object = {}): Promise<number> {
  const body = {
    name: 'web',
    events,
    config: { url: url(), content_type: 'json', secret: 's', ...config },
  };
  const { status, json } = await forge.rest('root', 'POST', '/hooks', body);
  expect(status).toBe(201);
  await forge.forge.idle();
  return json.id;
}

const label = async (name: string) => {
  await forge.rest('bob', 'POST', '/issues/1/labels', { labels: [name] });
  await forge.forge.idle();
};
const deliveries = async (id: number, query = '') =>
  (await forge.rest('root', 'GET', `/hooks/${id}/deliveries${query}`)).json;

describe('S4.2 hooks over the API', () => {
  test('are greeted, listed, changed and taken away; nobody sees the secret', async () => {
    const id = await hook(['pull_request']);
    expect(seen()).toEqual(['ping']);
    expect(judgeWebhook('ping', JSON.parse(received[0]?.text ?? ''))).toEqual([]);
    const { json } = await forge.rest('root', 'GET', `/hooks/${id}`);
    expect(json).toMatchObject({
      active: true,
      events: ['pull_request'],
      config: { url: url(), content_type: 'json', secret: '********' },
      last_response: { code: 202, status: 'active' },
    });
    const changed = await forge.rest('root', 'PATCH', `/hooks/${id}`, {
      add_events: ['push'],
      active: false,
    });
    expect(changed.json).toMatchObject({ events: ['pull_request', 'push'], active: false });
    const config = await forge.rest('root', 'PATCH', `/hooks/${id}/config`, { secret: 'other' });
    expect(config.json).toMatchObject({ secret: '********', insecure_ssl: '0' });
    expect((await forge.rest('root', 'GET', `/hooks/${id}/config`)).json).toEqual(config.json);
    expect((await forge.rest('root', 'POST', `/hooks/${id}/pings`)).status).toBe(204);
    const twice = await forge.rest('root', 'POST', '/hooks', { config: { url: url() } });
    expect([twice.status, twice.json.errors[0].message]).toEqual([
      422,
      'Hook already exists on this repository',
    ]);
    for (const who of ['alice', 'eve'] as const) {
      expect((await forge.rest(who, 'GET', '/hooks')).status).toBe(404);
    }
    expect((await forge.rest('root', 'DELETE', `/hooks/${id}`)).status).toBe(204);
    expect((await forge.rest('root', 'GET', `/hooks/${id}`)).status).toBe(404);
  });

  test('hear of what they asked for, as JSON or as a form', async () => {
    await forge.openPull(1);
    await forge.forge.idle();
    const id = await hook(['issue_comment'], { content_type: 'form' });
    const { json } = await forge.rest('eve', 'POST', '/issues/1/comments', { body: 'hm' });
    await forge.rest('eve', 'PATCH', `/issues/comments/${json.id}`, { body: 'ah' });
    await forge.rest('eve', 'DELETE', `/issues/comments/${json.id}`);
    await forge.forge.idle();
    expect(seen()).toEqual(['ping', 'issue_comment', 'issue_comment', 'issue_comment']);
    for (const { text, type, signature } of received.slice(1)) {
      expect(type).toBe('application/x-www-form-urlencoded');
      expect(await verify('s', text, signature)).toBe(true);
      const payload = JSON.parse(new URLSearchParams(text).get('payload') ?? '');
      expect(judgeWebhook('issue_comment', payload)).toEqual([]);
    }
    await forge.rest('root', 'PATCH', `/hooks/${id}`, { active: false });
    await forge.rest('eve', 'POST', '/issues/1/comments', { body: 'nobody hears' });
    await forge.forge.idle();
    expect(received).toHaveLength(4);
  });

  test('every event that there is, is as GitHub describes it', async () => {
    await hook(['*']);
    const work = await forge.clone('alice');
    await work.git(
      'push',
      '-q',
      'origin',
      'origin/main:refs/heads/gone',
      'origin/main:refs/tags/v1',
    );
    await work.git('push', '-q', 'origin', ':gone');
    const ruleset = { name: 'r', enforcement: 'disabled', rules: [{ type: 'deletion' }] };
    const { id } = (await forge.rest('root', 'POST', '/rulesets', ruleset)).json;
    await forge.rest('root', 'DELETE', `/rulesets/${id}`);
    await forge.rest('root', 'PATCH', '', { name: 'gizmo' });
    await forge.rest('root', 'PATCH', '//repos/acme/gizmo', { name: 'widget' });
    await forge.forge.idle();
    expect(seen()).toEqual([
      ...['ping', 'push', 'create', 'push', 'create', 'push', 'delete'],
      ...['repository_ruleset', 'repository_ruleset', 'repository', 'repository'],
    ]);
    for (const { event, text } of received)
      expect(judgeWebhook(event, JSON.parse(text))).toEqual([]);
  });
});

describe('S4.4 deliveries', () => {
  test('one that is lost never comes, and GitHub does not know of it', async () => {
    const id = await hook(['pull_request']);
    await forge.fault({
      match: { api: 'webhook', path: 'pull_request.labeled' },
      do: { drop: true },
      times: 2,
    });
    await label('lost');
    expect(seen()).toEqual(['ping']);
    expect(await deliveries(id)).toHaveLength(1);
  });

  test.each([
    [{ fail: 'timed_out' }, { status: 'timed out', status_code: 0 }],
    [{ fail: 504 }, { status: 'Invalid HTTP Response: 504', status_code: 504 }],
  ])(
    'one that fails with %j is on record, and comes when it is asked for',
    async (fault, recorded) => {
      const id = await hook(['pull_request']);
      await forge.fault({ match: { api: 'webhook' }, do: fault, times: 2 });
      await label(`failed-${JSON.stringify(fault).length}`);
      expect(seen()).toEqual(['ping']);
      const [failed] = await deliveries(id, '?status=failure');
      expect(failed).toMatchObject({
        ...recorded,
        event: 'pull_request',
        action: 'labeled',
        redelivery: false,
      });
      const attempt = await forge.rest(
        'root',
        'POST',
        `/hooks/${id}/deliveries/${failed.id}/attempts`,
      );
      expect(attempt.status).toBe(202);
      await forge.forge.idle();
      expect(received[1]).toMatchObject({ event: 'pull_request', guid: failed.guid });
      const [again] = await deliveries(id);
      expect(again).toMatchObject({ guid: failed.guid, redelivery: true, status: 'OK' });
      const whole = (await forge.rest('root', 'GET', `/hooks/${id}/deliveries/${again.id}`)).json;
      expect(whole).toMatchObject({
        request: { headers: { 'X-GitHub-Event': 'pull_request' }, payload: { action: 'labeled' } },
        response: { payload: 'noted' },
      });
    },
  );

  test('one that is answered with an error counts as failed', async () => {
    const id = await hook(['pull_request']);
    answer = 500;
    await label('refused');
    expect(await deliveries(id, '?status=failure')).toMatchObject([{ status_code: 500 }]);
    expect(await deliveries(id, '?status=success')).toMatchObject([{ event: 'ping' }]);
  });

  test('a list goes on by cursor, and forgets what is too old', async () => {
    const id = await hook(['pull_request']);
    for (const name of ['a', 'b', 'c']) await label(`cursor-${name}`);
    const first = await forge.rest('root', 'GET', `/hooks/${id}/deliveries?per_page=3`);
    const [, next = ''] = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? [];
    const { pathname, search } = new URL(next);
    const second = await forge.rest('root', 'GET', `/${pathname}${search}`);
    expect([...first.json, ...second.json].map(({ event }) => event)).toEqual([
      ...['pull_request', 'pull_request', 'pull_request', 'ping'],
    ]);
    expect((await forge.rest('root', 'GET', `/hooks/${id}/deliveries?cursor=x`)).status).toBe(400);
    await forge.advance(4 * 86_400);
    expect(await deliveries(id)).toEqual([]);
    await forge.control('PATCH', '/limits', { delivery_history_days: 30 });
    expect(await deliveries(id)).toHaveLength(4);
    await forge.control('PATCH', '/limits', { delivery_history_days: 3 });
  });

  test('twice: the same GUID; late: after a while; overtaken: after those that came later', async () => {
    await hook(['pull_request', 'push']);
    const match = { api: 'webhook', path: 'pull_request.labeled' };
    // The hook of the test forge is the other one that hears of it.
    await forge.fault({ match, do: { duplicate: 1 }, times: 2 });
    await label('doubled');
    expect(seen()).toEqual(['ping', 'pull_request', 'pull_request']);
    expect(received[1]?.guid).toBe(received[2]?.guid);
    received.length = 0;
    await forge.fault({ match, do: { overtakenBy: 2 }, times: 2 });
    await forge.rest('bob', 'POST', '/issues/1/labels', { labels: ['overtaken'] });
    await forge.commit('alice', 'later', 'later.txt', '1\n');
    await forge.forge.idle();
    expect(seen()).toEqual(['push', 'push', 'pull_request']);
    received.length = 0;
    await forge.fault({ match, do: { overtakenBy: 9 }, times: 2 });
    await label('never overtaken');
    expect(seen()).toEqual(['pull_request']);
    const start = performance.now();
    await forge.fault({ match, do: { delayMs: 150 }, times: 2 });
    await label('late');
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  test('are kept across a restart', async () => {
    const id = await hook(['pull_request']);
    await label('kept');
    const before = await deliveries(id);
    await forge.restart();
    expect(await deliveries(id)).toEqual(before);
    expect((await forge.rest('root', 'GET', `/hooks/${id}`)).json.config.url).toBe(url());
  });
});

describe('S4.4 the deliveries of an App', () => {
  test('are listed and asked for again by its JWT', async () => {
    const app = await TestApp.start(forge);
    await forge.fault({
      match: { api: 'webhook', path: 'pull_request.labeled' },
      do: { fail: 502 },
      times: 2,
    });
    await label('to the App');
    expect(app.events()).toEqual(['installation.created']);
    const [failed] = (await app.asApp('GET', '//app/hook/deliveries?status=failure')).json;
    expect(failed).toMatchObject({ event: 'pull_request', installation_id: app.installation });
    const path = `//app/hook/deliveries/${failed.id}`;
    expect((await app.asApp('GET', path)).json.guid).toBe(failed.guid);
    expect((await app.asApp('POST', `${path}/attempts`)).status).toBe(202);
    await forge.forge.idle();
    expect(app.events()).toEqual(['installation.created', 'pull_request.labeled']);
    const config = await app.asApp('PATCH', '//app/hook/config', { secret: 'new' });
    expect(config.json).toMatchObject({ secret: '********' });
    await app.close();
  });
});
