// S6.6, S8: which namespace a batch makes for itself, what it is marked with, and what is deployed where.
import { describe, expect, it } from 'vitest';
import type { CompileRequest } from '../../src/compile/compile.ts';
import { compiled } from './support.ts';

const NAMESPACE = '- {kind: createNamespace, name: ns, namespaceName: default}\n';
const DEPLOY = `- kind: deploy
  name: app
  namespace: {valueFrom: ns.name}
  config: app.yaml
  dependsOn: [ns]
  wait:
    - {kind: Service, name: web, for: alive}
    - {kind: Service, name: queue, for: alive, resource_type: StatefulSet}
    - {kind: Deployment, name: worker}
    - {kind: StatefulSet, name: store}
    - {kind: Pod, name: migrate}
`;

function batchOf(steps: string, scope: CompileRequest['scope']) {
  const files = new Map([['app.yaml', 'kind: Pod']]);
  const batch = compiled(`steps:\n${steps}`, { scope, files });
  if (!batch.ok) throw new Error(batch.error.message);
  return batch.value;
}

describe('S6.6 the namespace of a batch', () => {
  it('is a test’s own, whether anything is deployed into it or not', () => {
    expect(batchOf(NAMESPACE, 'test').ownNamespace).toBe('pr-7-default-t-ns');
    expect(batchOf(NAMESPACE + DEPLOY, 'test')).toMatchObject({
      ownNamespace: 'pr-7-default-t-ns',
      namespace: 'pr-7-default-t-ns',
    });
  });

  it('is none that goes with it for a deploy or a developer', () => {
    expect(batchOf(NAMESPACE + DEPLOY, 'deploy')).toMatchObject({
      ownNamespace: null,
      namespace: 'default',
    });
    expect(batchOf(NAMESPACE, 'dev').ownNamespace).toBeNull();
  });

  it.each([
    ['test', true],
    ['deploy', false],
    ['dev', false],
  ] as const)('of scope %s is marked as ours: %s', (scope, isMarked) => {
    const [job] = batchOf(NAMESPACE, scope).jobs;
    const script = job?.spec.process.command.at(-1) ?? '';
    expect(script.includes('"labels":{"sluice/branch":"x"}')).toBe(isMarked);
  });
});

describe('S8.4 what a batch deploys', () => {
  it('is told by what stands behind each service', () => {
    expect(batchOf(NAMESPACE + DEPLOY, 'deploy').deployedServices).toEqual([
      { kind: 'Deployment', name: 'web' },
      { kind: 'StatefulSet', name: 'queue' },
      { kind: 'Deployment', name: 'worker' },
      { kind: 'StatefulSet', name: 'store' },
      { kind: 'Pod', name: 'migrate' },
    ]);
  });
});
