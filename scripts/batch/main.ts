/**
 * Starts the local Batch alone: `node scripts/batch/main.ts --port N --root DIR [--token T]`.
 * Prints its address and token; ends its jobs when it is told to end.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startLocalBatch } from './local-batch.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8789' },
    root: { type: 'string', default: '.sluice/batch' },
    token: { type: 'string' },
    user: { type: 'string', default: 'ci' },
    'billing-project': { type: 'string', default: 'ci' },
  },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port}: expected a number from 0 to 65535`);
  process.exit(2);
}
const token = values.token ?? randomBytes(24).toString('base64url');
const batch = await startLocalBatch({
  port,
  root: values.root,
  tokens: [{ token, user: values.user }],
  billingProjects: [{ name: values['billing-project'], users: [values.user] }],
  log: (line) => console.error(line),
});
console.log(`local Batch  ${batch.url}`);
console.log(`token        ${token}`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void batch.close().then(() => process.exit(0)));
}
