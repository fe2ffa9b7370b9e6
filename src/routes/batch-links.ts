// From a batch to where a person wants to look: the pull request that it tests, or Batch's own page.
import { Hono } from 'hono';
import { BatchInPath } from '../../schemas/ids.ts';
import type { Config } from '../core/config.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { refuse } from './body.ts';
import type { Branches } from './branches.ts';

export function batchLinks({ document }: Config, branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/batches', (c) => c.redirect(`${document.batch.url}/batches`));
  app.get('/batches/:id', async (c) => {
    const id = BatchInPath.safeParse(c.req.param('id'));
    if (!id.success) throw refuse(400, 'the id of a batch must be an integer');
    for (const { config, stub } of branches.all()) {
      const number = await stub.pullOfBatch(id.data);
      if (number !== null) return c.redirect(`/${config.owner}/${config.repo}/pull/${number}`);
    }
    return c.redirect(`${document.batch.url}/batches/${id.data}`);
  });
  return app;
}
