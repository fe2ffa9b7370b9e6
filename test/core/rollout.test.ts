// S8.4: when it is read what is live of a deploy, and how often.
import { describe, expect, it } from 'vitest';
import type { LiveService, Rollout } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import { decide } from '../../src/core/decide.ts';
import { beginAction, foldOutcome } from '../../src/core/fold-outcome.ts';
import { configOf, HEAD, NOON, stateOf } from '../support/builders.ts';

const config = configOf({ kubernetesUrl: 'https://kubernetes.test' });
const web = { kind: 'Deployment', name: 'web' } as const;
const store = { kind: 'StatefulSet', name: 'store' } as const;
const live = (change: Partial<LiveService> = {}): LiveService => ({
  ...web,
  images: ['web:1'],
  wanted: 2,
  ready: 2,
  isRolledOut: true,
  ...change,
});
const rollout = (change: Partial<Rollout> = {}): Rollout => ({
  batch: 9,
  namespace: 'default',
  services: [web, { kind: 'Pod', name: 'migrate' }],
  read: null,
  ...change,
});
const readAt = (at: number, ...services: LiveService[]): Rollout['read'] => ({
  at,
  live: services,
  error: null,
});
const deploy = (kind: 'running' | 'succeeded' | 'failed'): BranchState['deploy'] => ({
  ...{ sha: HEAD, batch: 9, attempt: 1, jobs: 1, failure: 'x', failedJobs: [] },
  kind,
});
const actions = (change: Parameters<typeof stateOf>[0], settings = config) =>
  decide(stateOf(change), settings, NOON).actions;
const action = { kind: 'read_services', batch: 9, namespace: 'default' } as const;

describe('S8.4 what is live of a deploy is read', () => {
  it.each<[situation: string, change: Parameters<typeof stateOf>[0], isRead: boolean]>([
    ['not while it runs', { deploy: deploy('running'), rollout: rollout() }, false],
    ['when it has ended', { deploy: deploy('succeeded'), rollout: rollout() }, true],
    ['when it has failed', { deploy: deploy('failed'), rollout: rollout() }, true],
    ['not where nothing was deployed', { deploy: deploy('succeeded') }, false],
    [
      'not of pods, which end',
      {
        deploy: deploy('succeeded'),
        rollout: rollout({ services: [{ kind: 'Pod', name: 'migrate' }] }),
      },
      false,
    ],
    [
      'not again when everything is ready',
      { deploy: deploy('succeeded'), rollout: rollout({ read: readAt(NOON - 1, live()) }) },
      false,
    ],
    [
      'again at the next poll when something is not ready',
      {
        deploy: deploy('succeeded'),
        rollout: rollout({ read: readAt(NOON - 1, live({ isRolledOut: false })) }),
      },
      true,
    ],
    [
      'not twice for one poll',
      {
        deploy: deploy('succeeded'),
        rollout: rollout({ read: readAt(NOON, live({ isRolledOut: false })) }),
      },
      false,
    ],
    [
      'again when something is missing',
      {
        deploy: deploy('succeeded'),
        rollout: rollout({ services: [web, store], read: readAt(NOON - 1, live()) }),
      },
      true,
    ],
    [
      'again when it could not be read',
      {
        deploy: deploy('succeeded'),
        rollout: rollout({ read: { at: NOON - 1, live: [], error: 'forbidden' } }),
      },
      true,
    ],
  ])('%s', (_situation, change, isRead) => {
    expect(actions({ head: HEAD, ...change })).toEqual(isRead ? [action] : []);
    expect(actions({ head: HEAD, ...change }, configOf())).toEqual([]);
  });

  it('and kept for the deploy that it was read for', () => {
    const begun = beginAction(stateOf({ rollout: rollout() }), action, NOON);
    const outcome = { kind: 'services_read', action, live: [live()], error: null } as const;
    const state = foldOutcome(begun, outcome, NOON + 5, 0);
    expect(state.rollout).toEqual(rollout({ read: readAt(NOON + 5, live()) }));
    const other = { ...begun, rollout: rollout({ batch: 10 }) };
    expect(foldOutcome(other, outcome, NOON, 0).rollout).toEqual(rollout({ batch: 10 }));
  });
});
