// Apps that are made of a manifest, by the page that GitHub has for it and the exchange of its code.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';

let forge: TestForge;
beforeAll(async () => {
  forge = await TestForge.start();
});
afterAll(() => forge.close());

const manifest = {
  url: 'https://gate.test',
  redirect_url: 'https://gate.test/created?kept=1',
  hook_attributes: { url: 'https://gate.test/hook' },
  default_permissions: { contents: 'write' },
  default_events: ['push'],
};
const submit = (path: string, fields: Record<string, string>) =>
  fetch(`${forge.forge.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
const agree = (name: string, where = '/settings/apps/new') =>
  submit(`${where}/agree?state=s`, { manifest: JSON.stringify(manifest), name, as: 'alice' });
const convert = (code: string) => forge.rest(null, 'POST', `//app-manifests/${code}/conversions`);

describe('S10.6 an App of a manifest', () => {
  test('is shown before it is made, and takes its maker back with a code and the state', async () => {
    const page = await submit('/settings/apps/new?state=s', { manifest: JSON.stringify(manifest) });
    expect(await page.text()).toMatch(
      /write contents[\s\S]*action="\/settings\/apps\/new\/agree\?state=s"/,
    );
    const answer = await agree('Gate One');
    const url = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, url.origin, url.searchParams.get('kept')]).toEqual([
      ...[302, 'https://gate.test', '1'],
    ]);
    expect(url.searchParams.get('state')).toBe('s');
    const { status, json } = await convert(url.searchParams.get('code') ?? '');
    expect(status).toBe(201);
    expect(json).toMatchObject({
      ...{ slug: 'gate-one', owner: { login: 'alice' }, events: ['push'] },
      permissions: { contents: 'write', metadata: 'read' },
      ...{ pem: expect.stringContaining('RSA PRIVATE KEY'), webhook_secret: expect.any(String) },
    });
  });

  test('of an organization is its own', async () => {
    const answer = await agree('gate-two', '/organizations/acme/settings/apps/new');
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    expect((await convert(code)).json.owner.login).toBe('acme');
  });

  test('is told of once, and for an hour', async () => {
    const codeOf = async (name: string) =>
      new URL((await agree(name)).headers.get('location') ?? '').searchParams.get('code') ?? '';
    const once = await codeOf('gate-three');
    expect([(await convert(once)).status, (await convert(once)).status]).toEqual([201, 404]);
    const late = await codeOf('gate-four');
    await forge.advance(3_601);
    expect([(await convert(late)).status, (await convert('nothing')).status]).toEqual([404, 404]);
  });

  test('with anything in it that GitHub does not know is refused', async () => {
    const wrong = JSON.stringify({ ...manifest, webhook: 'x' });
    const page = await submit('/settings/apps/new', { manifest: wrong });
    expect([page.status, await page.text()]).toEqual([422, expect.stringContaining('webhook')]);
  });
});
