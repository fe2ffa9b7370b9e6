/**
 * The file by which kubectl and client libraries find the local Kubernetes. Pure.
 */

export interface KubeconfigFacts {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

/** JSON, which every reader of YAML takes. */
export function kubeconfigText({ server, ca, token }: KubeconfigFacts): string {
  const name = 'local-kubernetes';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
