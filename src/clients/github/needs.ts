// What a request would have needed that was refused, as GitHub says with every answer.

/** What is separated by commas in a header. */
export const listOf = (header: string | null): string[] =>
  (header ?? '').split(',').flatMap((part) => part.trim() || []);

/** GitHub lists the scopes that it accepts with every answer; they are the reason only where we have none. */
export function needsOf(header: (name: string) => string | null): string | null {
  const permissions = header('x-accepted-github-permissions');
  if (permissions) return permissions;
  const accepted = listOf(header('x-accepted-oauth-scopes'));
  const ours = header('x-oauth-scopes');
  if (ours === null || accepted.length === 0) return null;
  return accepted.some((scope) => listOf(ours).includes(scope))
    ? null
    : `one of the scopes ${accepted.join(', ')}`;
}
