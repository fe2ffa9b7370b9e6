// What stands for a deployment when nobody gave its settings: names that are seen to be placeholders, so
// that a build.yaml can be looked at anywhere. What is `global` in it is taken from the templates.
import type { CompileRequest, Environment } from '../../src/compile/compile.ts';

const SHA = '0'.repeat(40);

export const standInEnvironment: Environment = {
  storageUri: 'storage://bucket',
  dockerPrefix: 'registry.example/images',
  ciUtilsImage: 'registry.example/images/ci-utils',
  buildkitImage: 'registry.example/images/buildkit',
  domain: 'example.org',
  region: 'region',
  regions: null,
  ciNamespace: 'default',
};

export function standInCode(scope: CompileRequest['scope']): CompileRequest['code'] {
  const repo = 'owner/repository';
  const repo_url = `https://github.com/${repo}.git`;
  const common = { checkout_script: 'true', repo, repo_url, sha: SHA, developers: [] };
  if (scope !== 'test')
    return { ...common, short_str: 'br-owner-repository-main', branch: 'main', user: 'developer' };
  return {
    ...common,
    short_str: 'pr-1',
    number: 1,
    source_repo: repo,
    source_repo_url: repo_url,
    source_sha: SHA,
    target_repo: repo,
    target_repo_url: repo_url,
    target_sha: SHA,
  };
}

const GLOBAL = /\bglobal(?:\.([A-Za-z_]\w*)|\[\s*["']([^"']+)["']\s*\])/g;

/** Every name of `global` that the texts use, standing for itself. */
export function standInGlobal(
  texts: Iterable<string>,
  cloud: string,
): Readonly<Record<string, string>> {
  const names = new Set<string>();
  for (const text of texts)
    for (const [, field, key] of text.matchAll(GLOBAL)) names.add(field ?? key ?? '');
  const values = [...names].sort().map((name): [string, string] => [name, `GLOBAL-${name}`]);
  return { ...Object.fromEntries(values), cloud, domain: standInEnvironment.domain };
}
