// Starts the forge alone: `npm run --silent forge -- --port N`. Prints where it is and who may log in,
// then serves until it is told to end.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { closeOnSignal, giveUp, readOptions, readPort, readToken } from '../command-line.ts';
import { startForge } from './forge.ts';

const usage = `usage: npm run --silent forge -- [OPTIONS]

  --port N             where to listen, on 127.0.0.1; 0 for any free port (default: 8788)
  --root DIR           where everything is kept across restarts (default: .sluice/forge)
  --token T            the token of admin, who may do everything (default: a new one, which is
                       printed); alice and bob, who may push, log in with T-alice and T-bob
  --repository O/NAME  made when it is not there yet (default: demo/project)
  --mirror PATH        what that repository starts with, instead of a README: a copy of this one
  --webhook URL        hears of every event; may be given more than once
  --secret S           what webhooks are signed with (default: a new one, which is printed)
  --help               this text
`;

const values = readOptions(
  {
    port: { type: 'string', default: '8788' },
    root: { type: 'string', default: '.sluice/forge' },
    token: { type: 'string' },
    repository: { type: 'string', default: 'demo/project' },
    mirror: { type: 'string' },
    webhook: { type: 'string', multiple: true, default: [] },
    secret: { type: 'string' },
  },
  usage,
);

function readRepository(given: string): { owner: string; name: string } {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(given) ?? [];
  if (owner !== undefined && name !== undefined) return { owner, name };
  return giveUp(`--repository takes OWNER/NAME, not '${given}'`, 2);
}

function readUrl(given: string): string {
  if (URL.canParse(given) && /^https?:/.test(given)) return given;
  return giveUp(`--webhook takes an address that begins with http, not '${given}'`, 2);
}

const random = (): string => randomBytes(24).toString('base64url');
const token = readToken(values.token ?? random());
const secret = values.secret ?? random();
const { owner, name } = readRepository(values.repository);
const people = [
  { login: 'admin', token, name: 'Admin', admin: true },
  { login: 'alice', token: `${token}-alice`, name: 'Alice' },
  { login: 'bob', token: `${token}-bob`, name: 'Bob' },
];
const webhooks = values.webhook.map((url) => ({ url: readUrl(url), secret }));

async function start() {
  const forge = await startForge({
    port: readPort(values.port),
    root: values.root,
    users: people,
    webhooks,
    log: (line) => console.error(line),
  });
  const known = await fetch(`${forge.url}/repos/${values.repository}`, {
    headers: { 'user-agent': 'forge', authorization: `Bearer ${token}` },
  });
  if (known.status !== 404) return forge;
  const { mirror } = values;
  const first = { files: { 'README.md': `# ${name}\n` }, message: 'Initial commit' };
  // A path is meant from here; whatever is no path, git knows.
  const place = mirror !== undefined && existsSync(mirror) ? resolve(mirror) : mirror;
  const content = place === undefined ? { first } : { mirrorOf: place };
  try {
    await forge.createRepository({ owner, name, writers: ['alice', 'bob'], ...content });
  } catch (error) {
    await forge.close();
    throw error;
  }
  return forge;
}

const forge = await start().catch((error: unknown) =>
  giveUp(error instanceof Error ? error.message : String(error), 1),
);
console.log(`forge       ${forge.url}`);
console.log(`https       ${forge.secureUrl}, certificate ${forge.caPath}`);
console.log(`repository  ${forge.gitUrl(values.repository)}`);
for (const { login, token: its } of people) console.log(`${login.padEnd(12)}${its}`);
if (webhooks.length > 0) console.log(`secret      ${secret}`);
console.log('A branch that is pushed below pr/ opens a pull request.');
closeOnSignal(() => forge.close());
