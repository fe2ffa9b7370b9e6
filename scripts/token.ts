// `npm run --silent token -- NAME`: makes a bearer token for a machine. It is printed once and kept nowhere; the row for
// the settings holds its hash.
import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Token } from '../schemas/permissions.ts';
import { giveUp } from './command-line.ts';

const USAGE = `usage: npm run --silent token -- NAME [--read]

  NAME     what the event log is to call it
  --read   it may only read; otherwise it may also manage
`;
/** By which scanners for lost secrets can know it. */
const PREFIX = 'sluice_';

function readArguments(): { name: string; read: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { read: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [name, ...more] = positionals;
    if (name !== undefined && more.length === 0) return { name, read: values.read };
  } catch {
    // An option that there is not; the usage names those that there are.
  }
  return giveUp(USAGE.trimEnd(), 2);
}

const { name, read } = readArguments();
const token = PREFIX + randomBytes(32).toString('base64url');
const row = Token.safeParse({
  name,
  sha256: createHash('sha256').update(token).digest('hex'),
  permissions: read ? ['read_ci'] : ['read_ci', 'manage_ci'],
});
if (!row.success) giveUp(`NAME is '${name}'; ${row.error.issues[0]?.message}`, 2);
console.log(`The token, which is shown only now:\n\n  ${token}\n`);
console.log(`A row for "tokens" in the settings; without it, the token is worth nothing:\n`);
console.log(`  ${JSON.stringify(row.data)}`);
