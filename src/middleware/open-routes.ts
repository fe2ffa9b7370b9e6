// The routes that need no permission (S10.3): everything that is not in this table does. A route is in it because it
// proves by itself who asks, or because it says nothing of anybody.

interface OpenRoute {
  readonly method: 'GET' | 'POST';
  /** Of the whole path. */
  readonly path: RegExp;
  /** What of it counts for the rate limits: every request, as much as reading does, or only what was refused with 401. */
  readonly limited: 'always' | 'as_reading' | 'refused';
}

export const OPEN_ROUTES: readonly OpenRoute[] = [
  { method: 'GET', path: /^\/healthcheck$/, limited: 'always' },
  { method: 'GET', path: /^\/api\/v1alpha\/version$/, limited: 'always' },
  // What the API is like.
  { method: 'GET', path: /^\/(openapi\.(json|yaml)|swagger)$/, limited: 'always' },
  // Signed by GitHub, and by ourselves in the address that Batch was given.
  { method: 'POST', path: /^\/github_callback$/, limited: 'refused' },
  { method: 'POST', path: /^\/api\/v1alpha\/batch_callback$/, limited: 'refused' },
  { method: 'GET', path: /^\/sign-in$/, limited: 'always' },
  { method: 'GET', path: /^\/sign-in\/github(\/callback)?$/, limited: 'always' },
  { method: 'POST', path: /^\/sign-out$/, limited: 'always' },
  // Style sheet, scripts, icon.
  { method: 'GET', path: /^\/assets\/[\w.-]+\/[\w.-]+$/, limited: 'as_reading' },
];

export const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

export const openRoute = (method: string, path: string): OpenRoute | undefined =>
  OPEN_ROUTES.find(
    (route) => route.method === (method === 'HEAD' ? 'GET' : method) && route.path.test(path),
  );
