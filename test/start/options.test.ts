// The command line of `npm start`, as values: what each combination of options means or why it
// is refused. And that two others, which do much at once, explain themselves first.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../scripts/start/options.ts';

const parse = (line: string) => parseOptions(line.split(' ').filter((word) => word !== ''));

describe('npm start options', () => {
  it.each([
    ['', { mode: { kind: 'demo', once: false }, firstPort: 8787, as: 'token' }],
    ['--once', { mode: { kind: 'demo', once: true }, firstPort: 8787, as: 'token' }],
    ['--port 9000', { mode: { kind: 'demo', once: false }, firstPort: 9000, as: 'token' }],
    ['--port=9000 --once', { mode: { kind: 'demo', once: true }, firstPort: 9000, as: 'token' }],
    ['--once --as app', { mode: { kind: 'demo', once: true }, firstPort: 8787, as: 'app' }],
    [
      '--repo ../x',
      {
        mode: { kind: 'repo', path: '../x', branch: 'main', deploys: true },
        firstPort: 8787,
        as: 'token',
      },
    ],
    [
      '--repo /x --branch next --no-deploy',
      {
        mode: { kind: 'repo', path: '/x', branch: 'next', deploys: false },
        firstPort: 8787,
        as: 'token',
      },
    ],
  ])("'%s' is understood", (line, options) => {
    expect(parse(line)).toEqual({ kind: 'run', options });
  });

  it.each([
    ['--wince', "Unknown option '--wince'"],
    ['extra', "Unexpected argument 'extra'"],
    ['--repo', "Option '--repo <value>' argument missing"],
    ['--port abc', "--port takes a number from 1 to 65531, not 'abc'"],
    ['--port 0', "--port takes a number from 1 to 65531, not '0'"],
    ['--port 65532', "--port takes a number from 1 to 65531, not '65532'"],
    ['--once --repo /x', '--once runs the demo; it does not go with --repo'],
    ['--branch next', '--branch goes with --repo'],
    ['--no-deploy', '--no-deploy goes with --repo'],
    ['--as nobody', "--as takes token or app, not 'nobody'"],
    ['--repo=', '--repo takes the path of a git repository'],
  ])("'%s' is refused in a sentence", (line, why) => {
    expect(parse(line)).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
  });

  it('asks for help in both spellings', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    expect(parse('-h --once')).toEqual({ kind: 'help' });
  });
});

describe('what else begins at once', () => {
  const run = (script: string, ...args: string[]) =>
    spawnSync(process.execPath, [join('scripts', script), ...args], { encoding: 'utf8' });

  it.each([
    ['npm run --silent screenshots', 'screenshots/main.ts'],
    ['npm test', 'test.ts'],
  ])('%s only explains itself when it is asked for help', (command, script) => {
    expect(run(script, '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^usage: ${command} `)),
    });
  });

  it('pictures are not taken over others by a slip of the pen', () => {
    expect(run('screenshots/main.ts', '--too', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Unknown option '--too'\n\nusage:/),
    });
  });
});
