// GitHub's record of what it sent to a webhook of ours, and what of it did not arrive. Which webhook it is, and where it
// is found, is all that differs between a repository's and an App's.
import { z } from 'zod';
import { HookDeliveries, Hooks } from '../../../schemas/github-hooks.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Delivery, toSendAgain } from '../../core/sweep.ts';
import type { Deliveries } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';

/** Where GitHub's API has it: `/repos/{owner}/{repo}/hooks/{hook_id}`, with its id; or `/app/hook`. */
interface Hook {
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** @param find asked once: a webhook keeps its place as long as it is there */
export function createDeliveries(
  api: GithubApi,
  find: () => Promise<Result<Hook, Fault>>,
): Deliveries {
  let known: Hook | null = null;
  const hook = async (): Promise<Result<Hook, Fault>> => {
    if (known) return ok(known);
    const found = await find();
    if (found.ok) known = found.value;
    return found;
  };
  return {
    async failed(wanted) {
      const found = await hook();
      if (!found.ok) return found;
      const failed = await listed(api, found.value, 'failure');
      if (!failed.ok || toSendAgain(failed.value, [], wanted).length === 0)
        return failed.ok ? ok([]) : failed;
      const arrived = await listed(api, found.value, 'success');
      return arrived.ok ? ok(toSendAgain(failed.value, arrived.value, wanted)) : arrived;
    },
    async sendAgain({ id }) {
      const found = await hook();
      if (!found.ok) return found;
      const { path, parameters } = found.value;
      const route = `POST ${path}/deliveries/{delivery_id}/attempts`;
      const sent = await api.rest(route, { ...parameters, delivery_id: id }, z.unknown());
      return sent.ok ? ok(undefined) : sent;
    },
  };
}

/** The newest hundred, which is enough for what a sweep looks at. */
async function listed(
  api: GithubApi,
  { path, parameters }: Hook,
  status: 'failure' | 'success',
): Promise<Result<Delivery[], Fault>> {
  const asked = { ...parameters, status, per_page: 100 };
  const list = await api.rest(`GET ${path}/deliveries`, asked, HookDeliveries);
  if (!list.ok) return list;
  return ok(
    list.value.map(({ id, guid, redelivery, delivered_at }) => ({
      ...{ id, guid, redelivery },
      at: Date.parse(delivered_at),
    })),
  );
}

/** The repository's webhook that leads to us. @param url where ours listens */
export async function repositoryHook(api: GithubApi, url: string): Promise<Result<Hook, Fault>> {
  const hooks = await api.rest('GET /repos/{owner}/{repo}/hooks', { per_page: 100 }, Hooks);
  if (!hooks.ok) return hooks;
  const ours = hooks.value.find(({ config }) => config.url === url);
  return ours
    ? ok({ path: '/repos/{owner}/{repo}/hooks/{hook_id}', parameters: { hook_id: ours.id } })
    : err({
        kind: 'refused',
        status: 404,
        message: `no webhook of the repository leads to ${url}`,
      });
}

/** An App has one for all repositories that it is installed on. */
export const appHook = async (): Promise<Result<Hook, Fault>> =>
  ok({ path: '/app/hook', parameters: {} });
