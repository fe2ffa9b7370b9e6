import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { testEnvironment } from './test/support/environment.ts';
import { textModules } from './test/support/text-modules.ts';

/** For a machine that much else runs on; nothing here ought to take a tenth of it. */
const PATIENCE_MS = 180_000;

export default defineConfig({
  test: {
    // Tests of processes, which come first, wait for most of their time: one more than there are cores keeps them all busy.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        plugins: [textModules()],
        test: {
          name: 'node',
          server: { deps: { inline: ['idiomorph'] } },
          include: ['test/**/*.test.ts'],
          exclude: ['test/workers/**', 'test/e2e/**', 'test/browser/**'],
          // These files leave nothing behind in their process, so that it need not be a new one for each of two hundred.
          isolate: false,
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: testEnvironment },
          }),
        ],
        test: { name: 'workers', include: ['test/workers/**/*.test.ts'], testTimeout: PATIENCE_MS },
      },
      {
        plugins: [textModules()],
        test: {
          name: 'e2e',
          server: { deps: { inline: ['idiomorph'] } },
          include: ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
    ],
  },
});
