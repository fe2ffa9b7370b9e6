// Where somebody may be sent back to after signing in. Pure.

const SOME_ORIGIN = 'https://sluice.invalid';

/**
 * Where somebody is sent back to: a path of this service, and nothing that a browser would take for another host.
 * @returns "/" for anything else
 */
export function ownPath(text: string | undefined): string {
  const url = URL.parse(text ?? '/', SOME_ORIGIN);
  if (!text?.startsWith('/') || url?.origin !== SOME_ORIGIN) return '/';
  const path = url.pathname + url.search;
  // Without its dots, a path may begin with two slashes, which is another host.
  return path.startsWith('//') ? '/' : path;
}
