// S8.4 Which images a configuration deploys, as far as it says so.
import { describe, expect, it } from 'vitest';
import { imagesOf, workloadsIn } from '../../src/compile/deployed-images.ts';

const CONFIG = `
apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers: [{ name: a, image: 'web:1' }, { name: b, image: 'proxy:2' }]
---
kind: StatefulSet
metadata: { name: web }
spec: { template: { spec: { containers: [{ image: 'store:3' }] } } }
`;

describe('S8.4 the images of a workload', () => {
  it.each([
    ['of its containers, in order', CONFIG, 'Deployment', 'web', ['web:1', 'proxy:2']],
    ['by its kind', CONFIG, 'StatefulSet', 'web', ['store:3']],
    ['are none of what is not there', CONFIG, 'Deployment', 'other', []],
    ['are none of what is no YAML', 'a: b: c: [', 'Deployment', 'web', []],
    ['are none of what has no containers', 'kind: Deployment', 'Deployment', 'web', []],
    ['are none of an alias bomb', bomb(), 'Deployment', 'web', []],
  ])('%s', (_what, config, kind, name, images) => {
    expect(imagesOf(workloadsIn(config), { kind, name })).toEqual(images);
  });
});

function bomb(): string {
  const lines = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
  );
  return ['kind: Deployment', 'l0: &l0 [x]', ...lines].join('\n');
}
