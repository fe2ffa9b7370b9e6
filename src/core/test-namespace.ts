// The namespace of Kubernetes that a test batch makes for itself (S6.6): how it is named and marked, so that it is known
// as ours wherever it is found. Pure; the jobs that make it are in src/compile/steps.
import type { PullNumber } from '../../schemas/ids.ts';
import type { BranchConfig } from './config.ts';

/** What is written on a namespace: labels to find it by, annotations for whoever looks at it. */
export interface NamespaceMarks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const NO_MARKS: NamespaceMarks = { labels: {}, annotations: {} };

export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'sluice';
const CI_NAMESPACE = 'sluice/ci-namespace';
/** As a label a fingerprint, since a value may have no slash or colon; as an annotation the name. */
const BRANCH = 'sluice/branch';
const PULL_REQUEST = 'sluice/pull-request';
const PAGE = 'sluice/page';

/**
 * `pr-<number>-<ci namespace>-<token>`
 * @param shortName `pr-<number>`
 */
export const testNamespaceName = (shortName: string, ciNamespace: string, token: string): string =>
  `${shortName}-${ciNamespace}-${token}`;

/** Is it a name that we give to tests? Nothing of another name is ever deleted. */
export function isTestNamespaceName(name: string, { namespaces }: BranchConfig): boolean {
  const [, ci] = /^pr-[1-9]\d*-([-a-z0-9]+)-[0-9a-f]{12}$/.exec(name) ?? [];
  return ci === namespaces.ciNamespace;
}

/** Of a test's. */
export const pullOfNamespace = (name: string): PullNumber =>
  Number(/^pr-(\d+)-/.exec(name)?.[1] ?? 0);

/** Which CI's and which branch's a namespace is, by its labels. */
export const labelsOfBranch = (labels: Readonly<Record<string, string>>) => ({
  ciNamespace: labels[CI_NAMESPACE],
  branch: labels[BRANCH],
});

/** For a list of all namespaces that a branch looks after. */
export function namespaceSelector({ namespaces }: BranchConfig): string {
  const { ciNamespace, label, otherLabels } = namespaces;
  const ours = `${MANAGED_BY}=${MANAGER},${CI_NAMESPACE}=${ciNamespace}`;
  if (otherLabels === null) return `${ours},${BRANCH}=${label}`;
  const others = otherLabels.join(',');
  return others === '' ? ours : `${ours},${BRANCH} notin (${others})`;
}

export function marksOfTest(config: BranchConfig, pr: PullNumber): NamespaceMarks {
  const { name, owner, repo, publicUrl, namespaces } = config;
  return {
    labels: {
      [MANAGED_BY]: MANAGER,
      [CI_NAMESPACE]: namespaces.ciNamespace,
      [BRANCH]: namespaces.label,
      [PULL_REQUEST]: String(pr),
    },
    annotations: { [BRANCH]: name, [PAGE]: `${publicUrl}/${owner}/${repo}/pull/${pr}` },
  };
}
