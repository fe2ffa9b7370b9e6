// Runs git as one person in one folder, as that person would at home: nothing of this machine's
// git configuration or of a surrounding repository leaks in. Not for the forge's own repositories.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Person } from './people.ts';

const run = promisify(execFile);

/**
 * Runs `git ...args` in `folder` and returns what it printed, trimmed.
 * @throws an Error with git's own words when it fails.
 */
export async function git(
  folder: string,
  args: readonly string[],
  author?: Person,
  date?: Date,
): Promise<string> {
  try {
    const { stdout } = await run('git', args, {
      cwd: folder,
      env: environment(author, date),
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : `${error}`;
    throw new Error(`git ${args[0]}: ${stderr.trim()}`);
  }
}

function environment(author: Person | undefined, date: Date | undefined): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    // A proxy in the environment must not stand between git and a server on this machine.
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    ...(author && {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    }),
    ...(date && { GIT_AUTHOR_DATE: date.toISOString(), GIT_COMMITTER_DATE: date.toISOString() }),
  };
}
