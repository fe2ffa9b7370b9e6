// The shell of namespace jobs, for bash in the deployment's ci-utils image (kubectl, jq): make a namespace
// with an account for the jobs that work in it, copy secrets, delete it again. Nothing here knows steps.
import type { NamespaceMarks } from '../../core/test-namespace.ts';
import { shellQuote } from '../shell-quote.ts';

/** The account that steps name as their service account. */
const ACCOUNT = 'admin';
const TOKEN_WAIT_SECONDS = 120;
const DELETE_TRIES = 3;
const DELETE_TRY_SECONDS = 300;
const DELETE_PAUSE_SECONDS = 10;
/** No request may hang: a job that hangs holds the batch. */
export const KUBECTL = 'kubectl --request-timeout=60s';

/** The longest that the script below can take, with as much again for its start. */
export const DELETE_TIMEOUT_SECONDS =
  2 * DELETE_TRIES * (DELETE_TRY_SECONDS + DELETE_PAUSE_SECONDS);

export interface SecretCopy {
  readonly name: string;
  readonly optional: boolean;
}

export interface NewNamespace {
  readonly namespace: string;
  readonly marks: NamespaceMarks;
}

/** @param from where the secrets are copied from */
export function createNamespaceScript(
  { namespace, marks }: NewNamespace,
  from: string,
  secrets: readonly SecretCopy[],
): string {
  const to = shellQuote(namespace);
  return [
    'set -euo pipefail',
    `if ! ${KUBECTL} get namespace ${to} > /dev/null 2>&1; then`,
    `  printf '%s\\n' ${shellQuote(namespaceManifest({ namespace, marks }))} | ${KUBECTL} create -f -`,
    'fi',
    `printf '%s\\n' ${shellQuote(accountManifest(namespace))} | ${KUBECTL} apply -f -`,
    ...tokenWait(to),
    ...(secrets.length === 0 ? [] : copyFunction(shellQuote(from), to)),
    ...secrets.map(({ name, optional }) => `copy_secret ${shellQuote(name)} ${optional}`),
  ].join('\n');
}

/** Made with its labels, so that there is no moment in which nobody could find it. JSON, as below. */
const namespaceManifest = ({ namespace: name, marks }: NewNamespace): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...marks } });

/** JSON, so that nothing in a name can be taken for structure. */
function accountManifest(namespace: string): string {
  const metadata = { name: ACCOUNT, namespace };
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: `${ACCOUNT}-token`,
        namespace,
        annotations: { 'kubernetes.io/service-account.name': ACCOUNT },
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: ['', 'apps', 'batch'], resources: ['*'], verbs: ['*'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
      roleRef: { kind: 'Role', name: ACCOUNT, apiGroup: 'rbac.authorization.k8s.io' },
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** A job that starts before the account has its token fails. */
const tokenWait = (namespace: string): string[] => [
  `deadline=$((SECONDS + ${TOKEN_WAIT_SECONDS}))`,
  `until [ -n "$(${KUBECTL} -n ${namespace} get secret ${ACCOUNT}-token -o 'jsonpath={.data.token}')" ]; do`,
  '  if [ "$SECONDS" -ge "$deadline" ]; then',
  `    echo "service account ${ACCOUNT} got no token within ${TOKEN_WAIT_SECONDS} s" >&2`,
  '    exit 1',
  '  fi',
  '  sleep 1',
  'done',
];

/** Takes a name, and whether it is no error when there is no such secret. */
const copyFunction = (from: string, to: string): string[] => [
  'copy_secret() {',
  '  local secret',
  `  secret=$(${KUBECTL} -n ${from} get secret "$1" --ignore-not-found -o json)`,
  '  if [ -n "$secret" ]; then',
  `    printf '%s' "$secret" \\`,
  "      | jq '{apiVersion, kind, type, data, metadata: {name: .metadata.name}}' \\",
  `      | ${KUBECTL} -n ${to} apply -f -`,
  '  elif "$2"; then',
  `    echo "no secret $1 in namespace" ${from} "(it is optional)"`,
  '  else',
  `    echo "no secret $1 in namespace" ${from} >&2`,
  '    exit 1',
  '  fi',
  '}',
];

/**
 * It succeeds in any case: a namespace that stays is found and deleted when its time is over, while a
 * failed job would fail the batch.
 */
export function deleteNamespaceScript(namespace: string): string {
  const name = shellQuote(namespace);
  return [
    `for try in $(seq ${DELETE_TRIES}); do`,
    `  if timeout ${DELETE_TRY_SECONDS + 30} kubectl delete namespace ${name} --ignore-not-found --timeout=${DELETE_TRY_SECONDS}s; then exit 0; fi`,
    `  sleep ${DELETE_PAUSE_SECONDS}`,
    'done',
    `echo "could not delete the namespace; it stays:" ${name}`,
  ].join('\n');
}
