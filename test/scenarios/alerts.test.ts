// Who is told when something is wrong: once each, by every channel for itself, and never in anybody's way.
import { describe, expect } from 'vitest';
import { answerLost, type Choice, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import type { Call } from '../../scripts/sim/world/wire.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const all = (...names: string[]) => names.map((name) => ({ name, kinds: null }));
const twoChannels = { alerts: { channels: all('log', 'pager'), standstillMs: null } };
const twoHours = { alerts: { channels: all('log'), standstillMs: 120 * 60_000 } };

const toldTo =
  (channel: string): Choice =>
  ({ name, args }) =>
    name === 'notifier.alert' && args[2] === channel;
const isToPager = (call: Call): boolean => toldTo('pager')(call, 0);
const tries = (ci: Scenario, channel: string) =>
  ci.callsOf('notifier.alert').filter((call) => toldTo(channel)(call, 0)).length;
const freeze = { kind: 'freeze', reason: 'a fair', by: 'alice', until: null } as const;

describe('S8.3 alerts', () => {
  scenario(
    'a channel that is down is tried again by itself, and the other hears nothing twice',
    async (ci) => {
      const mended = ci.failWhen(toldTo('pager'), lostOnTheWay);
      ci.object.command(freeze);
      await ci.advance(10);
      expect([tries(ci, 'log'), tries(ci, 'pager') > 3]).toEqual([1, true]);
      mended();
      await ci.advance(10);
      expect(ci.alerts).toEqual(Array(2).fill(expect.stringContaining('frozen by alice: a fair')));
      expect(ci.object.state.alerts).toEqual([]);
      await ci.expectNothingElse();
    },
    twoChannels,
  );

  scenario(
    'a channel that is down is not asked once for every alert that waits for it',
    async (ci) => {
      const mended = ci.failWhen(toldTo('pager'), answerLost);
      for (let freezes = 0; freezes < 5; freezes++) {
        ci.object.command(freeze);
        ci.object.command({ kind: 'unfreeze', by: 'alice' });
        ci.now += 1_000;
      }
      await ci.settle();
      const heard = new Set(
        ci
          .callsOf('notifier.alert')
          .filter(isToPager)
          .map(({ args }) => args[0]),
      );
      expect([tries(ci, 'log'), heard.size]).toEqual([5, 1]);
      mended();
      await ci.advance(30);
      expect(ci.object.state.alerts).toEqual([]);
    },
    twoChannels,
  );

  scenario(
    'what is done for pull requests comes before them',
    async (ci) => {
      ci.object.command(freeze);
      ci.object.command({ kind: 'unfreeze', by: 'alice' });
      ci.openPr();
      await ci.settle();
      const names = ci.wire.calls.map(({ name }) => name);
      expect(names.indexOf('notifier.alert')).toBeGreaterThan(names.indexOf('batch.create'));
    },
    twoChannels,
  );

  scenario(
    'a channel hears of the kinds that it was set up for',
    async (ci) => {
      ci.object.command(freeze);
      await ci.settle();
      expect([tries(ci, 'log'), tries(ci, 'pager')]).toEqual([1, 0]);
      expect(ci.object.state.alerts).toEqual([]);
    },
    {
      alerts: {
        channels: [...all('log'), { name: 'pager', kinds: ['deploy_failed'] }],
        standstillMs: null,
      },
    },
  );
});

describe('S8.3 a queue in which nothing moves', () => {
  scenario(
    'is told once, with why, and again only after something has moved',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.advance(110);
      expect(ci.alerts).toEqual([]);
      await ci.advance(240);
      expect(ci.alerts).toEqual([
        expect.stringMatching(
          new RegExp(`Nothing has moved on acme/bakery:main for 120 minutes, while #${pr} waits`),
        ),
      ]);
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      const next = ci.openPr({ approved: true });
      await ci.advance(130);
      expect(ci.alerts).toHaveLength(2);
      expect(ci.alerts[1]).toContain(`#${next} waits`);
    },
    twoHours,
  );

  scenario(
    'is told though no webhook and no poll comes: the alarm is set for it',
    async (ci) => {
      ci.openPr({ approved: true });
      await ci.advance(121);
      expect(ci.alerts).toHaveLength(1);
    },
    { ...twoHours, pollEveryMs: 24 * 3_600_000 },
  );

  scenario(
    'is none while everybody waits for a person, or the branch is frozen',
    async (ci) => {
      ci.openPr();
      const failed = ci.openPr({ approved: true });
      await ci.settle();
      for (const batch of ci.batch.running) ci.batch.finish(batch, 'failure');
      await ci.settle();
      ci.expect(failed).shows('failure');
      await ci.advance(600);
      ci.openPr({ approved: true });
      ci.object.command(freeze);
      await ci.advance(600);
      expect(ci.alerts).toEqual([expect.stringContaining('frozen by alice')]);
    },
    twoHours,
  );
});
