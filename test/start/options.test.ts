// The command line of `npm start`, as values: what each combination of options means or why it
// is refused.
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
