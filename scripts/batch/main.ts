/**
 * Starts the local Batch alone: `npm run --silent local-batch -- --port N`. Prints where it is and
 * the token; ends its jobs when it is told to end.
 */
import { randomBytes } from 'node:crypto';
import {
  closeOnSignal,
  giveUp,
  readNumber,
  readOptions,
  readPort,
  readToken,
} from '../command-line.ts';
import { startLocalBatch } from './local-batch.ts';

const usage = `usage: npm run --silent local-batch -- [OPTIONS]

  --port N             where to listen, on 127.0.0.1; 0 for any free port (default: 8789)
  --root DIR           where everything is kept across restarts (default: .sluice/batch)
  --token T            the token of --user (default: a new one, which is printed)
  --user NAME          who submits with it (default: ci)
  --billing-project P  what they submit to (default: ci)
  --parallel N         how many jobs run at once (default: the number of cores)
  --kubeconfig FILE    what jobs with a service account find at /.kube/config
  --no-sandbox         jobs as plain processes, even where the machine has namespaces
  --help               this text
`;

const values = readOptions(
  {
    port: { type: 'string', default: '8789' },
    root: { type: 'string', default: '.sluice/batch' },
    token: { type: 'string' },
    user: { type: 'string', default: 'ci' },
    'billing-project': { type: 'string', default: 'ci' },
    parallel: { type: 'string' },
    kubeconfig: { type: 'string' },
    'no-sandbox': { type: 'boolean', default: false },
  },
  usage,
);
const port = readPort(values.port);
const token = readToken(values.token ?? randomBytes(24).toString('base64url'));
const parallel = values.parallel;
const batch = await startLocalBatch({
  port,
  root: values.root,
  tokens: [{ token, user: values.user }],
  billingProjects: [{ name: values['billing-project'], users: [values.user] }],
  ...(parallel === undefined ? {} : { parallelJobs: readNumber('parallel', parallel, 1) }),
  ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }),
  ...(values['no-sandbox'] ? { io: 'rewrite' as const } : {}),
  log: (line) => console.error(line),
}).catch((error: unknown) => giveUp(error instanceof Error ? error.message : String(error), 1));
console.log(`local Batch  ${batch.url}`);
console.log(`token        ${token}`);
console.log(`https        ${batch.secureUrl}, certificate ${batch.caPath}`);
console.log(`sandbox      ${batch.sandbox}`);
closeOnSignal(() => batch.close());
