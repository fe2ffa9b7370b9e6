// The Worker as it would be uploaded: it can be built, it is small, and without settings it starts and asks to be set up.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestHarness } from 'wrangler';
import { COMPRESSED_MAX_BYTES, dryRun } from '../../scripts/bench/bundle.ts';

const CONFIG = join(import.meta.dirname, '../../wrangler.toml');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bundle: Awaited<ReturnType<typeof dryRun>>;
beforeAll(async () => {
  bundle = await dryRun(folder);
});

describe('S10 the Worker as it is deployed', () => {
  it('has at most 1 MiB, compressed', () => {
    expect(bundle.files.map(({ name }) => name)).toContain('index.js');
    expect(bundle.compressedBytes).toBeLessThan(COMPRESSED_MAX_BYTES);
  });

  it('starts without any setting, and serves the set-up alone', async () => {
    const worker = createTestHarness({ workers: [{ configPath: CONFIG }] });
    await worker.listen();
    try {
      const get = async (path: string) => {
        const answer = await worker.fetch(path);
        return [answer.status, await answer.text()] as const;
      };
      expect(await get('/healthcheck')).toEqual([
        503,
        '503: Sluice is not set up yet; open /setup',
      ]);
      const [status, page] = await get('/setup');
      expect([status, page.includes('wrangler secret put SETUP_TOKEN')]).toEqual([200, true]);
    } finally {
      await worker.close();
    }
  });
});
