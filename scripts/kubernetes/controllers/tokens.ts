/**
 * Gives tokens to the secrets that ask for one of a service account. There is but one token, which
 * may do everything; what else such a secret holds is what a client needs to call in.
 */
import { secretKind, serviceAccountKind } from '../kinds.ts';
import { fieldAt } from '../object.ts';
import type { Controller } from './controller.ts';
import { livingOf } from './owned.ts';

const tokenType = 'kubernetes.io/service-account-token';
const accountAnnotation = 'kubernetes.io/service-account.name';

/** @param ca the certificate that jobs in the cluster trust */
export const tokenController =
  (token: string, ca: string): Controller =>
  ({ objects }) => {
    for (const secret of livingOf(objects, secretKind)) {
      const { name, namespace = '', annotations } = secret.metadata;
      const account = annotations?.[accountAnnotation];
      if (secret['type'] !== tokenType || account === undefined) continue;
      if (fieldAt(secret, 'data', 'token') !== undefined) continue;
      if (!objects.store.get(serviceAccountKind, namespace, account)) continue;
      const data = { token: base64(token), 'ca.crt': base64(ca), namespace: base64(namespace) };
      objects.update({ kind: secretKind, namespace, name }, 'whole', { ...secret, data });
    }
    return null;
  };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
