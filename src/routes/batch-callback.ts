// POST /api/v1alpha/batch_callback: Batch says that a batch is over. The address proves that we gave it
// out; of the body only which batch it is about is read, and the truth is read back by the pass.
import { Hono } from 'hono';
import { z } from 'zod';
import { BatchId } from '../../schemas/ids.ts';
import { callbackText } from '../core/callback.ts';
import type { Config } from '../core/config.ts';
import { isSigned } from '../middleware/is-signed.ts';
import { readBody } from '../middleware/read-body.ts';
import type { Branches } from './branches.ts';

/** A batch as Batch describes it, with some room. */
const BODY_BYTES_MAX = 256 * 1024;

const Body = z.object({ id: BatchId });

/** @returns null when it does not say; then everything is read */
function idIn(body: string | null): BatchId | null {
  try {
    return Body.safeParse(JSON.parse(body ?? '')).data?.id ?? null;
  } catch {
    // Whatever it is, the address has proved that a batch is over.
    return null;
  }
}

export function batchCallback(config: Config, branches: Branches): Hono {
  return new Hono().post('/api/v1alpha/batch_callback', async (c) => {
    const { branch: name = '', batch = '', signature = '' } = c.req.query();
    const text = callbackText(name, batch);
    const signed = await isSigned(text, signature, [config.secrets.callbackSecret]);
    const branch = signed ? branches.find(name) : null;
    if (!branch) return c.text('401: this is not a callback address that Sluice gave out', 401);
    const body = await readBody(c.req.raw, BODY_BYTES_MAX);
    await branch.stub.mark([{ flag: 'batch', read: idIn(body) ?? 'everything' }], null);
    return c.body(null, 200);
  });
}
