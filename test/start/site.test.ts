// The demo's live site: a release is served whole or not at all.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../scripts/demo/site.ts';

const SHA = 'a'.repeat(40);
let site: Site;
beforeEach(async () => {
  site = await startSite({ port: 0, token: 'secret' });
});
afterEach(() => site.close());

const send = (method: string, path: string, body = '', token = 'secret', place = '') =>
  fetch(`${site.url}${place}/releases/${SHA}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body,
  });
const read = async (path: string) => (await fetch(`${site.url}${path}`)).text();

describe('the live site', () => {
  it('shows nothing of a release until it is made live', async () => {
    await send('PUT', '/files/index.html', 'new');
    expect(await read('/')).toContain('Nothing published yet');
    expect((await send('POST', '/live')).status).toBe(409);
    await send('PUT', '/files/version.json', `{"sha":"${SHA}"}`);
    expect((await send('POST', '/live')).status).toBe(200);
    expect(await read('/')).toBe('new');
    expect(JSON.parse(await read('/version.json'))).toEqual({ sha: SHA });
  });

  it('has a preview for each who asks for one, beside what is live', async () => {
    const publish = async (place: string, text: string) => {
      await send('PUT', '/files/index.html', text, 'secret', place);
      await send('PUT', '/files/version.json', '{}', 'secret', place);
      return (await send('POST', '/live', '', 'secret', place)).status;
    };
    expect([await publish('', 'live'), await publish('/previews/alice', 'tried')]).toEqual([
      200, 200,
    ]);
    expect([await read('/'), await read('/previews/alice/'), await read('/previews/bob/')]).toEqual(
      ['live', 'tried', expect.stringContaining('Nothing published yet')],
    );
  });

  it('takes nothing without the token', async () => {
    expect((await send('PUT', '/files/index.html', 'new', 'wrong')).status).toBe(401);
  });

  it('has no page for what was not published', async () => {
    expect((await fetch(`${site.url}/../etc/passwd`)).status).toBe(404);
    expect((await send('PUT', '/files/..%2fx')).status).toBe(404);
  });
});
