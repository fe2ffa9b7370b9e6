// Starting a test when GitHub's reads lag, and a single batch that may not be asked for: over stubs.
import { describe, expect, it } from 'vitest';
import { mark } from '../../src/core/flags.ts';
import { err, ok } from '../../src/core/result.ts';
import { codeOfTest } from '../../src/loop/code.ts';
import type { Compiler } from '../../src/loop/compiler.ts';
import type { Loop } from '../../src/loop/loop.ts';
import { observeBatches } from '../../src/loop/observe-batches.ts';
import type { NewBatch } from '../../src/loop/ports.ts';
import { startDeploy } from '../../src/loop/start-deploy.ts';
import { startTest } from '../../src/loop/start-test.ts';
import {
  configOf,
  factsOf,
  HEAD,
  NOON,
  pullOf,
  running,
  startTestOf,
  stateOf,
  testedOf,
  treeOf,
  unbuilt,
} from '../support/builders.ts';
import { answer, stubLoop } from '../support/stub-loop.ts';

const dated = (committedAt: number | null) => ({ ...factsOf(1).source, committedAt });
const undated = stateOf({
  pulls: [pullOf(1, { build: unbuilt, facts: { source: dated(null) } })],
});
const why = { kind: 'conflict', message: 'It conflicts.' } as const;

describe('S5.1 where the code comes from, as templates see it', () => {
  it.each([
    ['the same repository', 'acme/bakery', 'https://git.test/acme/bakery.git'],
    ['a fork', 'eve/bakery', 'https://git.test/eve/bakery.git'],
    ['a fork that was deleted', null, ''],
  ])('%s', (_, repo, url) => {
    const facts = factsOf(1, { source: { ...factsOf(1).source, repo } });
    const code = codeOfTest(configOf(), facts, HEAD, testedOf(1));
    expect(code).toMatchObject({
      ...{ source_repo: repo ?? '', source_repo_url: url },
      ...{ target_repo: 'acme/bakery', target_repo_url: 'https://git.test/acme/bakery.git' },
    });
  });
});

describe('S6.2 a source commit that GitHub does not show yet', () => {
  it('is read once more, and the tested commit is dated by it', async () => {
    const dates: number[] = [];
    const { loop } = stubLoop(undated, {
      github: {
        readPulls: () =>
          answer({
            head: HEAD,
            pulls: [{ kind: 'open', facts: factsOf(1, { source: dated(NOON) }) }],
          }),
        makeTestedCommit: ({ date }) => {
          dates.push(date);
          return answer({ kind: 'unbuildable', why });
        },
      },
    });
    const compiler = { ...loop.compiler, expectedFiles: () => [] };
    expect((await startTest({ ...loop, compiler }, startTestOf(1))).kind).toBe('test_unbuildable');
    expect(dates).toEqual([NOON]);
  });

  it('is not tested while it is not shown: another date would be another commit', async () => {
    const { loop } = stubLoop(undated, {
      github: {
        readPulls: () =>
          answer({
            head: HEAD,
            pulls: [{ kind: 'open', facts: factsOf(1, { source: dated(null) }) }],
          }),
      },
    });
    expect(await startTest(loop, startTestOf(1))).toMatchObject({
      kind: 'faulted',
      effect: 'none',
    });
  });
});

describe('S6.6 S8.1 two branches at one commit', () => {
  const starts: Readonly<Record<string, (loop: Loop) => Promise<unknown>>> = {
    // Retargeted, a pull request has the same commit tested on the same commit.
    tests: (loop) => startTest(loop, startTestOf(1)),
    deploys: (loop) => startDeploy(loop, { kind: 'start_deploy', sha: HEAD, attempt: 1 }),
  };

  it.each(Object.entries(starts))(
    'keep the files and namespaces of their %s apart',
    async (_, start) => {
      const tokens: string[] = [];
      for (const name of [configOf().name, configOf().name.replace('main', 'stable')]) {
        const files = new Map([['build.yaml', { id: '1', text: '' }]]);
        const { loop } = stubLoop(stateOf({ pulls: [pullOf(1, { build: unbuilt })] }), {
          github: {
            readFiles: () => answer(files),
            makeTestedCommit: () =>
              answer({ kind: 'made', sha: testedOf(1), tree: treeOf(1), files }),
          },
          batch: { create: (_batch: NewBatch) => answer(1) },
        });
        const config = { ...loop.config, name: name as typeof loop.config.name };
        const compiler: Compiler = {
          expectedFiles: () => [],
          read: () =>
            ok({
              files: [],
              selects: false,
              compile: ({ token }) => {
                tokens.push(token);
                return ok({ jobs: [], deployed: null, leftOut: new Map() });
              },
            }),
        };
        await start({ ...loop, config, compiler });
      }
      expect(new Set(tokens).size).toBe(2);
    },
  );
});

describe('S3.3 a single batch that Batch asks us not to read yet', () => {
  it('holds Batch for the time it asks for, and leaves the flag dirty', async () => {
    const flags = mark(stateOf().flags, { flag: 'batch', read: 'everything' });
    const limited = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 9_000 } as const;
    const { loop, state } = stubLoop(
      stateOf({ pulls: [pullOf(1, { build: running(1) })], flags }),
      {
        batch: { list: () => answer([]), get: async () => err(limited) },
      },
    );
    await observeBatches(loop);
    expect(state().holds.batch).toEqual({
      notBefore: NOON + 9_000,
      failures: 1,
      error: 'slow down',
    });
    expect(state().flags.batch).toEqual(flags.batch);
  });
});
