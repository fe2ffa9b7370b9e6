// The address that Batch calls when a batch is over. Batch signs nothing, so each address carries a
// signature of its own that nobody can make for another batch (S4.5).
import { sign } from '@octokit/webhooks-methods';
import { callbackText } from '../core/callback.ts';
import { digest } from '../core/digest.ts';

export async function callbackUrl(
  publicUrl: string,
  secret: string,
  branch: string,
  key: string,
): Promise<string> {
  const batch = digest(key);
  const signature = await sign(secret, callbackText(branch, batch));
  const query = new URLSearchParams({ branch, batch, signature });
  return `${publicUrl}/api/v1alpha/batch_callback?${query}`;
}
