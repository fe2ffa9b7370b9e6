// The forge alone, from the command line: `node scripts/forge/main.ts --port N --root DIR`.
// Prints where it is and who may log in, then serves until it is interrupted.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startForge } from './forge.ts';

const USERS = [
  { login: 'admin', token: 'admin-token', name: 'Forge Admin', admin: true },
  { login: 'alice', token: 'alice-token', name: 'Alice' },
  { login: 'bob', token: 'bob-token', name: 'Bob' },
];

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8788' },
    root: { type: 'string' },
    webhook: { type: 'string', multiple: true, default: [] },
    secret: { type: 'string', default: 'secret' },
    repository: { type: 'string', default: 'demo/project' },
    mirror: { type: 'string' },
  },
});

const [owner = '', name = ''] = values.repository.split('/');
const forge = await startForge({
  port: Number(values.port),
  root: values.root ?? mkdtempSync(join(tmpdir(), 'forge-')),
  users: USERS,
  webhooks: values.webhook.map((url) => ({ url, secret: values.secret })),
  log: (line) => console.log(line),
});

const known = await fetch(`${forge.url}/repos/${values.repository}`, {
  headers: { 'user-agent': 'forge-main' },
});
if (known.status === 404) {
  const writers = USERS.map(({ login }) => login);
  const mirror = values.mirror === undefined ? {} : { mirrorOf: values.mirror };
  await forge.createRepository({ owner, name, writers, ...mirror });
}

console.log(`repository ${forge.gitUrl(values.repository)}`);
for (const { login, token } of USERS) console.log(`user ${login}, token ${token}`);
console.log('a branch pushed below pr/ opens a pull request; Ctrl-C stops');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void forge.close().then(() => process.exit(0)));
}
