/**
 * Starts the local Kubernetes alone: `npm run --silent local-kubernetes -- --port N`. Prints where it
 * is, the token and how to point kubectl at it.
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
import { startLocalKubernetes } from './local-kubernetes.ts';

const usage = `usage: npm run --silent local-kubernetes -- [OPTIONS]

  --port N                where to listen, on 127.0.0.1; 0 for any free port (default: 8790)
  --root DIR              where everything is kept across restarts (default: .sluice/kubernetes)
  --token T               the bearer token (default: a new one, which is printed)
  --ready-delay-ms N      from a pod's creation to its being ready (default: 1000)
  --namespace-delay-ms N  from a namespace's deletion to its content's (default: 0)
  --help                  this text
`;

const values = readOptions(
  {
    port: { type: 'string', default: '8790' },
    root: { type: 'string', default: '.sluice/kubernetes' },
    token: { type: 'string' },
    'ready-delay-ms': { type: 'string', default: '1000' },
    'namespace-delay-ms': { type: 'string', default: '0' },
  },
  usage,
);
const token = readToken(values.token ?? randomBytes(24).toString('base64url'));
const kubernetes = await startLocalKubernetes({
  port: readPort(values.port),
  root: values.root,
  token,
  readyDelayMs: readNumber('ready-delay-ms', values['ready-delay-ms'], 0),
  namespaceDelayMs: readNumber('namespace-delay-ms', values['namespace-delay-ms'], 0),
  log: (line) => console.error(line),
}).catch((error: unknown) => giveUp(error instanceof Error ? error.message : String(error), 1));
console.log(`local Kubernetes  ${kubernetes.url}`);
console.log(`token             ${token}`);
console.log(`https             ${kubernetes.secureUrl}, certificate ${kubernetes.caPath}`);
console.log(`kubectl           kubectl --kubeconfig ${kubernetes.kubeconfig} get namespaces`);
closeOnSignal(() => kubernetes.close());
