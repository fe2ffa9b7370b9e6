// S6.6: the names and marks of tests' namespaces, and what is written of them on a batch.
import { describe, expect, it } from 'vitest';
import { deployedAttributes, deployedOf } from '../../src/core/deployed-attributes.ts';
import {
  isTestNamespaceName,
  marksOfTest,
  testNamespaceName,
} from '../../src/core/test-namespace.ts';
import { configOf } from '../support/builders.ts';

const TOKEN = '0123456789ab';

describe('S6.6 the name of a test’s namespace', () => {
  const config = configOf({
    namespaces: { ...configOf().namespaces, ciNamespace: 'ci-2' },
  });

  it('is one that we give', () => {
    expect(isTestNamespaceName(testNamespaceName('pr-7', 'ci-2', TOKEN), config)).toBe(true);
  });

  it.each([
    'default',
    'kube-system',
    'ci-2',
    'alice',
    'pr-7',
    'pr-7-ci-2',
    `pr-7-default-${TOKEN}`,
    `pr-0-ci-2-${TOKEN}`,
    `pr-seven-ci-2-${TOKEN}`,
    `pr-7-ci-2-${TOKEN}0`,
    `pr-7-ci-2-${TOKEN.toUpperCase()}`,
    `my-pr-7-ci-2-${TOKEN}`,
    `pr-7-ci-2-${TOKEN}\n`,
    '',
  ])('is not %j', (name) => {
    expect(isTestNamespaceName(name, config)).toBe(false);
  });
});

describe('S6.6 the marks of a test’s namespace', () => {
  it('tell whose it is, in values that Kubernetes takes', () => {
    const { labels, annotations } = marksOfTest(configOf(), 7);
    expect(labels).toEqual({
      'app.kubernetes.io/managed-by': 'sluice',
      'sluice/ci-namespace': 'default',
      'sluice/branch': 'main',
      'sluice/pull-request': '7',
    });
    expect(annotations).toEqual({
      'sluice/branch': 'acme/bakery:main',
      'sluice/page': 'https://sluice.test/acme/bakery/pull/7',
    });
  });
});

describe('S2.4 a batch tells what it deploys', () => {
  it.each([
    ['nothing', null],
    ['a namespace without services', { namespace: 'pr-1', services: [] }],
    [
      'services',
      {
        namespace: 'default',
        services: [
          { kind: 'Deployment', name: 'web', images: ['r.test:5000/a/web@sha256:1', 'proxy:2'] },
          { kind: 'Pod', name: 'migrate' },
        ],
      },
    ],
  ] as const)('%s comes back from its attributes as it went in', (_what, deployed) => {
    expect(deployedOf(deployedAttributes(deployed))).toEqual(deployed);
  });

  it.each<[what: string, attributes: unknown]>([
    ['no attributes', undefined],
    ['a batch of the existing service that deploys nothing', { namespace: 'N/A' }],
    ['a deploy of before', { deploy: '1' }],
    ['what is no text', { namespace: 7 }],
  ])('%s tells of nothing', (_what, attributes) => {
    expect(deployedOf(attributes)).toBeNull();
  });

  it('what is no service is left out', () => {
    const deployed = deployedOf({ namespace: 'x', deployed_services: 'web,Job/a,Pod/,Pod/b/c' });
    expect(deployed?.services).toEqual([{ kind: 'Pod', name: 'b' }]);
  });
});
