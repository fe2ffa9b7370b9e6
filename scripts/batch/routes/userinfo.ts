/**
 * What the auth service beside Batch says about the caller, for clients that ask it who they are.
 */
import { Hono } from 'hono';
import { keySecretOf } from '../access.ts';
import type { Signed } from './request.ts';

export function userinfoRoutes(): Hono<Signed> {
  const routes = new Hono<Signed>();
  routes.get('/userinfo', (c) => {
    const { user } = c.var;
    const identity = `${user}@local.invalid`;
    return c.json({
      id: 1,
      state: 'active',
      username: user,
      login_id: identity,
      namespace_name: null,
      is_developer: 1,
      is_service_account: 1,
      hail_identity: identity,
      hail_credentials_secret_name: keySecretOf(user),
      tokens_secret_name: `${user}-tokens`,
      system_permissions: {},
    });
  });
  return routes;
}
