// POST /api/v1alpha/batch_callback: Batch says that a batch is over. The address proves that we gave it
// out; the body proves nothing and is not read. The truth is read back by the pass.
import { Hono } from 'hono';
import { callbackText } from '../core/callback.ts';
import type { Config } from '../core/config.ts';
import { isSigned } from '../middleware/is-signed.ts';
import type { Branches } from './branches.ts';

export function batchCallback(config: Config, branches: Branches): Hono {
  return new Hono().post('/api/v1alpha/batch_callback', async (c) => {
    const { branch: name = '', batch = '', signature = '' } = c.req.query();
    const text = callbackText(name, batch);
    const signed = await isSigned(text, signature, [config.secrets.callbackSecret]);
    const branch = signed ? branches.find(name) : null;
    if (!branch) return c.text('401: this is not a callback address that Sluice gave out', 401);
    await branch.stub.mark([{ flag: 'batch' }]);
    return c.body(null, 200);
  });
}
