// Whether a text was signed with one of our secrets, in the way in which GitHub signs webhooks.
import { verifyWithFallback } from '@octokit/webhooks-methods';

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Compares in constant time.
 * @param secrets the present one, then those that are being rotated out
 */
export async function isSigned(
  text: string,
  signature: string,
  [secret, ...older]: readonly [string, ...string[]],
): Promise<boolean> {
  // The library throws for an empty text, and for what has not even the shape of a signature.
  if (text === '' || !SIGNATURE.test(signature)) return false;
  return verifyWithFallback(secret, text, signature, older);
}
