// Waiting for events: what has happened already counts, what happens later is heard, and nobody
// is left waiting when the run ends.
import { describe, expect, it } from 'vitest';
import { followEvents } from '../../scripts/start/history.ts';
import type { SluiceApi, SluiceEvent } from '../../scripts/start/sluice-api.ts';

const event = (seq: number, kind: string): SluiceEvent => ({
  seq,
  at: '2026-01-01T00:00:00Z',
  kind,
  pr: 1,
  text: kind,
  data: {},
});

/** A feed that has one more page each time it is asked. */
function feed(...pages: (readonly SluiceEvent[])[]): SluiceApi {
  const unused = () => Promise.reject(new Error('not part of this test'));
  return {
    pulls: unused,
    pull: unused,
    authorizeSha: unused,
    async eventsAfter(after) {
      const events = [...(pages.shift() ?? [])];
      return { events, next: events.at(-1)?.seq ?? after };
    },
  };
}

const find = (kind: string) => (events: readonly SluiceEvent[]) =>
  events.find((each) => each.kind === kind)?.seq;

describe('the event feed', () => {
  it('finds what comes later and what has been already', async () => {
    const heard: number[] = [];
    const api = feed([event(1, 'test.started')], [event(2, 'test.passed')]);
    const history = followEvents(api, (events) => heard.push(...events.map(({ seq }) => seq)));
    expect(await history.until('a pass', find('test.passed'))).toBe(2);
    expect(await history.until('a start', find('test.started'))).toBe(1);
    expect(heard).toEqual([1, 2]);
    history.stop(new Error('over'));
  });

  it('says what it waited for in vain, and lets nobody wait when it ends', async () => {
    const history = followEvents(feed(), () => {});
    await expect(history.until('the moon', find('moon'), 20)).rejects.toThrow(
      'in vain for the moon',
    );
    const waiting = history.until('the sun', find('sun'));
    history.stop(new Error('the run was ended'));
    await expect(waiting).rejects.toThrow('the run was ended');
  });
});
