// S10.3 The limit of the public routes: whoever proves who they are is never held up.
import { env } from 'cloudflare:workers';
import { sign } from '@octokit/webhooks-methods';
import { describe, expect, it } from 'vitest';
import { createDoorTools } from '../../durable-objects/door-tools.ts';
import { testEnvironment } from '../support/environment.ts';
import { appWith, bearer, configWith } from './doors.ts';
import { ORIGIN } from './sluice.ts';

/** Admits two of each key; what was counted can be read. */
function app() {
  const counted: string[] = [];
  const admits = async (key: string): Promise<boolean> => {
    counted.push(key);
    return counted.filter((one) => one === key).length <= 2;
  };
  return { counted, app: appWith({}, { limiter: { admits } }) };
}

async function statuses(times: number, path: string, init: RequestInit = {}) {
  const { app: limited, counted } = app();
  const answers: Response[] = [];
  for (let time = 0; time < times; time += 1)
    answers.push(await limited.request(`${ORIGIN}${path}`, init));
  return { answers, counted, statuses: answers.map(({ status }) => status) };
}

const from = { 'cf-connecting-ip': '192.0.2.1' };
const ping = JSON.stringify({ zen: 'Keep it logically awesome.' });

describe('S10.3 the rate limit', () => {
  it.each(['/healthcheck', '/sign-in'])('of %s counts every request', async (path) => {
    const { answers, counted, statuses: found } = await statuses(3, path, { headers: from });
    expect(found).toEqual([200, 200, 429]);
    expect(counted[0]).toBe('public 192.0.2.1');
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
    expect(counted[0]).toBe('refused unknown');
  });

  it('never holds up a webhook with a good signature, or a good token', async () => {
    const signature = await sign(testEnvironment.GITHUB_WEBHOOK_SECRET, ping);
    const headers = { 'x-hub-signature-256': signature, 'x-github-event': 'ping' };
    const good = await statuses(4, '/github_callback', { method: 'POST', body: ping, headers });
    expect(good).toMatchObject({ counted: [], statuses: [202, 202, 202, 202] });
    const headersOfToken = bearer(testEnvironment.MANAGE_TOKEN);
    const read = await statuses(4, '/namespaces', { headers: headersOfToken });
    expect(read).toMatchObject({ counted: [], statuses: [200, 200, 200, 200] });
  });

  it('is that of wrangler.toml: a hundred and twenty a minute', async () => {
    const { limiter } = createDoorTools(configWith({}), env);
    // More than two minutes' worth, in case the minute is over meanwhile.
    const asked = Array.from({ length: 241 }, () => limiter?.admits('somebody'));
    const admitted = (await Promise.all(asked)).filter((admits) => admits);
    expect([120, 240]).toContain(admitted.length);
  });
});
