// When a refusal that a person was told of counts as mended.
import { expect, test } from 'vitest';
import { refusedAnew } from '../../scripts/sim/invariants/refusals.ts';
import type { Call } from '../../scripts/sim/world/wire.ts';

const call = (name: string, well: boolean): Call => ({
  ...{ name, args: [], write: false, at: 0 },
  trouble: well ? null : { when: 'before', with: { kind: 'misconfigured', message: 'Forbidden' } },
  alive: () => true,
  arrived: () => well,
});
const refused = (name: string, ...args: unknown[]): Call => ({ ...call(name, false), args });
const goesWell = (name: string): Call => call(name, true);

test.each<[what: string, calls: Call[], times: number]>([
  ['the first refusal', [goesWell('kubernetes.list'), refused('kubernetes.list')], 0],
  ['the same again', [refused('kubernetes.list'), refused('kubernetes.list')], 0],
  [
    'the same after it went well',
    [refused('kubernetes.list'), goesWell('kubernetes.list'), refused('kubernetes.list')],
    1,
  ],
  [
    'another, after the first went well',
    [refused('kubernetes.list'), goesWell('kubernetes.list'), refused('kubernetes.get')],
    1,
  ],
  [
    'another, while the first is refused',
    [refused('kubernetes.delete'), goesWell('kubernetes.list'), refused('kubernetes.get')],
    0,
  ],
  [
    'another, while one of two is refused',
    [
      ...[refused('kubernetes.delete'), refused('kubernetes.list')],
      ...[goesWell('kubernetes.list'), refused('kubernetes.get')],
    ],
    0,
  ],
  [
    'the deletion of another namespace',
    [refused('kubernetes.delete', 'a'), refused('kubernetes.delete', 'b')],
    1,
  ],
  [
    'the deletion of the same',
    [refused('kubernetes.delete', 'a'), refused('kubernetes.delete', 'a')],
    0,
  ],
])('refused anew: %s', (_what, calls, times) => {
  expect(refusedAnew({ calls }, 'kubernetes settings')).toBe(times);
});
