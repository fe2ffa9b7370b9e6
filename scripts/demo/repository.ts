// Makes the bakery's repository: the project's files with a short history, in an ordinary local
// repository that the forge then copies. The files themselves are in scripts/demo/project.
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import { alice, bob } from './people.ts';

const PROJECT = join(import.meta.dirname, 'project');
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param folder where the repository is made; it must not exist.
 * @param now the history ends some time before it.
 */
export async function makeDemoRepository(folder: string, now: Date): Promise<void> {
  await mkdir(folder, { recursive: true });
  await git(folder, ['init', '--quiet', '--initial-branch=main']);
  await cp(PROJECT, folder, { recursive: true });
  // A build made by hand in the project's folder is not part of it.
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  await git(folder, ['add', 'README.md', 'package.json', 'data', 'src']);
  const page = 'Bakery: the price list as a page';
  await git(folder, ['commit', '--quiet', '-m', page], alice, daysBefore(now, 9));
  await git(folder, ['add', '--all']);
  const gate = 'Build: tests, style and publishing in build.yaml';
  await git(folder, ['commit', '--quiet', '-m', gate], bob, daysBefore(now, 2));
}

const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);
