// The repository of the stories: as little to test as shows what was tested. A file with the word BROKEN in it fails the
// test; two that edit the same file conflict.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../demo/git.ts';
import { alice } from '../demo/people.ts';

const BUILD = `# Tests are quick, so that much happens between two kills.
steps:
  - kind: runImage
    name: check
    image: debian
    script: |
      set -e
      mkdir -p /io/repo
      cd /io/repo
      {{ code.checkout_script }}
      if grep -rl BROKEN sacks; then exit 1; fi
    timeout: 60
  - kind: runImage
    name: publish
    image: debian
    script: |
      echo {{ code.sha }} is out
    scopes:
      - deploy
    dependsOn:
      - check
`;

export async function makeRepository(folder: string, build = BUILD): Promise<void> {
  await mkdir(join(folder, 'sacks'), { recursive: true });
  await git(folder, ['init', '--quiet', '--initial-branch=main']);
  await writeFile(join(folder, 'build.yaml'), build);
  await writeFile(join(folder, 'sacks', 'rye.txt'), 'rye\n');
  await git(folder, ['add', '--all']);
  await git(folder, ['commit', '--quiet', '-m', 'A mill'], alice);
}
