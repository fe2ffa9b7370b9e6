// What a classic token of GitHub must be allowed, and what does not work without.

export const SCOPES = ['repo', 'workflow'] as const;
export const SCOPE_REASONS = {
  repo: 'it cannot write commits, statuses and branches',
  workflow: 'what changes .github/workflows cannot land',
} as const;

export const missingScopes = (had: readonly string[]): (typeof SCOPES)[number][] =>
  SCOPES.filter((scope) => !had.includes(scope));

/** @param web where GitHub's pages are @returns a sentence, or null where nothing is missing */
export function scopeProblem(had: readonly string[], web: string): string | null {
  const missing = missingScopes(had);
  if (missing.length === 0) return null;
  const reasons = missing.map((scope) => `the scope ${scope}: ${SCOPE_REASONS[scope]}`);
  return `GITHUB_TOKEN lacks ${reasons.join('; and ')}. Give it ${missing.join(' and ')}: ${web}/settings/tokens`;
}
