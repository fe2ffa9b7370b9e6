// The forms about namespaces and their services. Every change is told to every branch.
import { Hono } from 'hono';
import { z } from 'zod';
import { NamespaceName, RateLimit, ServiceName } from '../../schemas/namespace.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Branches } from './branches.ts';
import { backTo } from './flash.ts';
import { answer } from './forms.ts';
import { readForm } from './read-form.ts';

const HERE = '/namespaces';

const AddForm = z.object({ namespace: NamespaceName });
const ServiceForm = z.object({ service: ServiceName });
const LimitForm = z.object({
  /** Nothing: no limit. */
  rate_limit: z
    .string()
    .trim()
    .transform((text) => (text === '' ? null : Number(text)))
    .pipe(RateLimit.nullable()),
});

export function namespaceForms(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath(HERE);

  app.post('/add', async (c) => {
    const form = await readForm(c, AddForm);
    if (!form.ok) return backTo(c, HERE, form.error);
    const { namespace } = form.value;
    const what = { kind: 'add_namespace', namespace, by: c.get('viewer').name } as const;
    return answer(c, HERE, branches.all(), what, `Namespace ${namespace} is known.`);
  });

  app.post('/:namespace/services/add', async (c) => {
    const form = await readForm(c, ServiceForm);
    if (!form.ok) return backTo(c, HERE, form.error);
    const { service } = form.value;
    const { namespace } = c.req.param();
    const what = { kind: 'add_service', namespace, service, by: c.get('viewer').name } as const;
    return answer(c, HERE, branches.all(), what, `Service ${service} of ${namespace} is known.`);
  });

  app.post('/:namespace/services/:service/edit', async (c) => {
    const form = await readForm(c, LimitForm);
    if (!form.ok) return backTo(c, HERE, form.error);
    const { rate_limit: limit } = form.value;
    const { namespace, service } = c.req.param();
    const by = c.get('viewer').name;
    const what = { kind: 'limit_service', namespace, service, limit, by } as const;
    const done =
      limit === null
        ? `${service} has no limit.`
        : `${service} may be asked ${limit} times a second.`;
    return answer(c, HERE, branches.all(), what, done);
  });
  return app;
}
