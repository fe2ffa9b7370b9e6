// S10.3 The limits of what is reached without a permission: whoever proves who they are is never held up.
import { env } from 'cloudflare:workers';
import { sign } from '@octokit/webhooks-methods';
import { describe, expect, it } from 'vitest';
import { createDoorTools } from '../../durable-objects/door-tools.ts';
import { OPEN_ROUTES } from '../../src/middleware/open-routes.ts';
import { testEnvironment } from '../support/environment.ts';
import { appWith, bearer, configWith, session } from './doors.ts';
import { ORIGIN } from './sluice.ts';

/** Both limits admit two of each key; what was counted can be read. */
function app(settings: object) {
  const counted: string[] = [];
  const limiter = (name: string) => ({
    async admits(key: string): Promise<boolean> {
      const line = `${name}: ${key}`;
      counted.push(line);
      return counted.filter((one) => one === line).length <= 2;
    },
  });
  const tools = { limiter: limiter('knocking'), readers: limiter('reading') };
  return { counted, app: appWith(settings, tools) };
}

async function statuses(times: number, path: string, init: RequestInit = {}, settings = {}) {
  const { app: limited, counted } = app(settings);
  const answers: Response[] = [];
  for (let time = 0; time < times; time += 1)
    answers.push(await limited.request(`${ORIGIN}${path}`, init));
  return { answers, counted, statuses: answers.map(({ status }) => status) };
}

const from = { 'cf-connecting-ip': '192.0.2.1' };
const ping = JSON.stringify({ zen: 'Keep it logically awesome.' });

describe('S10.3 the rate limit', () => {
  it.each([
    ['/healthcheck', 200],
    ['/openapi.json', 200],
    ['/sign-in', 200],
    ['/sign-in/github', 200],
    ['/sign-in/github/callback?code=x&state=y', 403],
  ])('of %s counts every request', async (path, status) => {
    const { answers, counted, statuses: found } = await statuses(3, path, { headers: from });
    expect(found).toEqual([status, status, 429]);
    expect(counted[0]).toBe('knocking: public 192.0.2.1');
    expect(answers[2]?.headers.get('retry-after')).toBe('60');
    expect(await answers[2]?.text()).toBe('429: too many requests; try again in a minute');
  });

  it.each<[string, RequestInit]>([
    ['/github_callback', { method: 'POST', body: ping }],
    ['/api/v1alpha/batch_callback?branch=a&batch=1&signature=x', { method: 'POST' }],
    ['/api/v1alpha/update', { method: 'POST', headers: bearer('a guess') }],
    ['/', {}],
  ])('of %s counts what was refused', async (path, init) => {
    const { statuses: found, counted } = await statuses(3, path, init);
    expect(found).toEqual([401, 401, 429]);
    expect(counted[0]).toBe('knocking: refused unknown');
  });

  it('never holds up a webhook with a good signature, or a good token', async () => {
    const signature = await sign(testEnvironment.GITHUB_WEBHOOK_SECRET, ping);
    const headers = { 'x-hub-signature-256': signature, 'x-github-event': 'ping' };
    const good = await statuses(4, '/github_callback', { method: 'POST', body: ping, headers });
    expect(good).toMatchObject({ counted: [], statuses: [202, 202, 202, 202] });
    const headersOfToken = bearer(testEnvironment.MANAGE_TOKEN);
    const read = await statuses(4, '/namespaces', { headers: headersOfToken });
    expect(read).toMatchObject({ counted: [], statuses: [200, 200, 200, 200] });
    const someone = await session('carol');
    const seen = await statuses(3, '/namespaces', { headers: someone }, { public_reading: true });
    expect(seen).toMatchObject({ counted: [], statuses: [200, 200, 200] });
  });

  it.each([
    '/',
    '/api/v1alpha/watched_branches',
    '/metrics',
    '/no/such/page',
    '/assets/1/none.css',
  ])('of GET %s counts who reads without having said who they are', async (path) => {
    const read = await statuses(3, path, { headers: from }, { public_reading: true });
    expect(read.statuses[2]).toBe(429);
    expect(read.statuses.slice(0, 2)).not.toContain(429);
    expect(new Set(read.counted)).toEqual(new Set(['reading: public 192.0.2.1']));
  });

  it('leaves no open route without one, but for what proves by itself who asks', async () => {
    expect(
      OPEN_ROUTES.filter(({ limited }) => limited === 'refused').map(({ path }) => path.source),
    ).toEqual(['^\\/github_callback$', '^\\/api\\/v1alpha\\/batch_callback$']);
  });

  it.each([
    ['limiter', 120],
    ['readers', 1200],
  ] as const)('%s is that of wrangler.toml: %i a minute', async (name, limit) => {
    const tools = createDoorTools(configWith({}), env);
    // More than two minutes' worth, and a busy machine may ask over the turn of one minute.
    const asked = Array.from({ length: 2 * limit + 1 }, () => tools[name]?.admits('somebody'));
    const admitted = (await Promise.all(asked)).filter((admits) => admits);
    expect(admitted.length).toBeGreaterThanOrEqual(limit);
    expect(admitted.length).toBeLessThanOrEqual(2 * limit);
  });
});
