// The hook that git runs before it accepts a push to a repository with rules: it passes the
// commands, and the quarantine that holds the new objects, to the forge and prints what it says.
// Runs as a process of its own; it must not judge anything itself.

import { readFileSync } from 'node:fs';

const quarantine = {
  GIT_OBJECT_DIRECTORY: process.env['GIT_OBJECT_DIRECTORY'] ?? '',
  GIT_ALTERNATE_OBJECT_DIRECTORIES: process.env['GIT_ALTERNATE_OBJECT_DIRECTORIES'] ?? '',
};
const answer = await fetch(process.env['FORGE_JUDGE_URL'] ?? '', {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'user-agent': 'forge-pre-receive' },
  body: JSON.stringify({ commands: readFileSync(0, 'utf8'), quarantine }),
});
const text = await answer.text();
if (text !== '') process.stderr.write(text);
process.exitCode = answer.ok ? 0 : 1;
