/**
 * Image builds: checked and recorded by a stand-in that every job finds on its PATH.
 * The stand-in runs as a job would run it; nothing is built.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copiedPaths, parseDockerfile } from '../../scripts/batch/dockerfile.ts';
import { type BatchClient, script, startBatch } from './client.ts';

/** Builds in a job whose context has only `app/main.py`. */
async function build(ci: BatchClient, dockerfile: string, more = '') {
  const id = await ci.submit([
    script(
      1,
      `mkdir -p /io/repo/app && touch /io/repo/app/main.py
       cat > /io/Dockerfile.app <<'END'\n${dockerfile}\nEND
       buildctl-daemonless.sh build --frontend dockerfile.v0 --local context=/io/repo \\
         --local dockerfile=/io --opt filename=Dockerfile.app ${more} \\
         --output 'type=image,"name=registry/app:1,registry/app:cache",push=true' \\
         --export-cache type=inline --import-cache type=registry,ref=registry/app:cache`,
    ),
  ]);
  await ci.completed(id);
  const { state } = await ci.job(id, 1);
  return { state, log: await ci.log(id, 1) };
}

test('an image that could be built is recorded in the bucket', async () => {
  const ci = await startBatch();
  const dockerfile = 'ARG BASE\nFROM $BASE\nCOPY app/*.py /app/\nRUN true';
  expect(await build(ci, dockerfile, '--opt build-arg:BASE=debian')).toMatchObject({
    state: 'Success',
  });
  const path = join(ci.bucketDir, 'images', `${encodeURIComponent('registry/app:1')}.json`);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    name: 'registry/app:1',
    dockerfile: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
});

test('what could not be built fails and says why', async () => {
  const ci = await startBatch({ io: 'rewrite' });
  const missing = await build(ci, 'FROM debian\nCOPY app /app\nCOPY lib setup.py /app/');
  expect(missing.state).toBe('Failed');
  expect(missing.log).toBe(
    'error: Dockerfile line 3: lib is not in the context\n' +
      'Dockerfile line 3: setup.py is not in the context\n',
  );
  expect((await build(ci, 'FROM debian\nCOPPY a b')).log).toBe(
    'error: dockerfile parse error on line 2: unknown instruction: COPPY\n',
  );
});

describe('a Dockerfile', () => {
  const paths = (text: string, args: Record<string, string> = {}) =>
    copiedPaths(parseDockerfile(text), new Map(Object.entries(args))).map(({ path }) => path);

  test.each([
    ['FROM a\nCOPY x y /z', ['x', 'y']],
    ['FROM a AS b\nFROM c\nCOPY --from=b x /y\nADD --chown=1:1 w /y', ['w']],
    ['FROM a\nCOPY ["x y", "/z"]', ['x y']],
    ['FROM a\nADD https://host/f git@host:r x /z', ['x']],
    ['# head\n\nFROM a\nCOPY x \\\n  # why\n  y \\\n  /z', ['x', 'y']],
    [`FROM a\nARG D=src\nCOPY \${D}/x $E /z`, ['src/x', '']],
    ['FROM a\nRUN <<EOF\nCOPY is no instruction here\nEOF\nCOPY x /z', ['x']],
    ['from a\ncopy x /z', ['x']],
  ])('%j copies %j', (text, expected) => {
    expect(paths(text)).toEqual(expected);
  });

  test.each([
    ['', 'at least one FROM'],
    ['RUN true', 'line 1: no build stage'],
    ['FROM a b', 'FROM requires either one or three arguments'],
    ['FROM a\nCOPY x', 'line 2: COPY requires at least two arguments'],
    ['FROM a\nRUN <<EOF\nx', 'unterminated heredoc EOF'],
  ])('%j is refused', (text, sentence) => {
    expect(() => parseDockerfile(text)).toThrow(sentence);
  });
});
