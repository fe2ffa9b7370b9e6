// What of Sluice's words reaches the display: events that are news, and one row for each pull request.
import { describe, expect, it } from 'vitest';
import { newsFilter, pullRows } from '../../scripts/start/show.ts';
import type { PullStatus, SluiceEvent } from '../../scripts/start/sluice-api.ts';

const event = (kind: string, pr: number | null, text = kind, data = {}): SluiceEvent => ({
  seq: 1,
  at: '2026-01-01T00:00:00Z',
  kind,
  pr,
  text,
  data,
});
const broken = event('test.unbuildable', 6, '#6 cannot be tested: It conflicts with main.');

describe('news', () => {
  const shown = (...events: SluiceEvent[]) => events.filter(newsFilter()).map(({ text }) => text);

  it('is not what a move of the branch makes true again', () => {
    const moved = event('branch.moved', null, 'main is at 0123abcd');
    const chosen = event('pull.candidate', 6, '#6 is the merge candidate');
    const other = event('pull.candidate', 5, '#5 is the merge candidate');
    expect(shown(chosen, broken, moved, chosen, broken, other, moved, chosen, broken)).toEqual([
      chosen.text,
      broken.text,
      moved.text,
      other.text,
      moved.text,
    ]);
  });

  it('is another sentence about it, and every other kind of event', () => {
    const why = { ...broken, text: '#6 cannot be tested: build.yaml is missing.' };
    const landing = event('land.started', 6, 'Landing #6');
    expect(shown(broken, why, broken, landing, landing)).toEqual([
      broken.text,
      why.text,
      broken.text,
      landing.text,
      landing.text,
    ]);
  });

  it('is the same sentence again when something else about it was shown in between', () => {
    const updated = event('pull.updated', 6);
    expect(shown(broken, updated, broken)).toEqual([broken.text, 'pull.updated', broken.text]);
    expect(shown(broken, event('check.posted', 6), broken)).toEqual([broken.text]);
  });

  it('is not what has a telling neighbour', () => {
    expect(shown(event('check.posted', 1), event('land.verified', 1))).toEqual([]);
  });
});

describe('the rows', () => {
  const open = (number: number, reasons: PullStatus['reasons']): PullStatus => ({
    number,
    title: `Title ${number}`,
    author: 'alice',
    build_state: 'error',
    source_sha: '0123',
    reasons,
  });

  it('say what became of each pull request, and why the open ones wait', () => {
    const frozen = { kind: 'frozen', text: 'The branch is frozen.' };
    const conflict = { kind: 'conflict', text: 'It conflicts with main.' };
    const rows = pullRows(
      [
        event('pull.opened', 1, '', { title: 'Title 1' }),
        event('land.landed', 1, '', { landed_sha: '0123456789' }),
        event('pull.opened', 2, '', { title: 'Title 2' }),
      ],
      [open(4, [frozen]), open(3, [frozen, conflict])],
    );
    expect(rows.map(({ label, state, title, note }) => [label, state, title, note])).toEqual([
      ['#1', 'landed', 'Title 1', 'as 01234567'],
      ['#2', 'closed', 'Title 2', ''],
      ['#3', 'error', 'Title 3', 'It conflicts with main.'],
      ['#4', 'error', 'Title 4', 'The branch is frozen.'],
    ]);
  });
});
