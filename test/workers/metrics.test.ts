// What is watched of Sluice from outside, inside workerd: the metrics of every branch, and one line of JSON an event.
import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Counters } from '../../schemas/counters.ts';
import { newCounters } from '../../src/core/counters.ts';
import { cleanFlags } from '../../src/core/flags.ts';
import { stateOf } from '../support/builders.ts';
import { command, MAIN, outside, quiet, request, STABLE, seed, stubOf, webhook } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const metrics = async (): Promise<string> => (await request('/metrics')).text();
const rest = (branch: typeof MAIN) =>
  seed(stubOf(branch), { ...stateOf({ branch, polledAt: Date.now() }), flags: cleanFlags });

describe('S10.5 GET /metrics', () => {
  it('tells of every branch in the format of Prometheus, and asks nobody', async () => {
    const asked = outside();
    await rest(MAIN);
    await rest(STABLE);
    asked.mockClear();
    const response = await request('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    for (const branch of [MAIN, STABLE])
      expect(text).toContain(`sluice_up{branch="${branch}"} 1\n`);
    expect(text.match(/^# TYPE sluice_up gauge$/gm)).toHaveLength(1);
    expect(asked).not.toHaveBeenCalled();
  });

  it('counts passes, calls and webhooks, and writes them with the end of a pass', async () => {
    await rest(MAIN);
    await rest(STABLE);
    const push = { ref: 'refs/heads/main', repository: { full_name: 'acme/bakery' } };
    for (const guid of ['a', 'a', 'b']) await webhook('push', push, {}, { hook: 1, guid });
    await runDurableObjectAlarm(stubOf(MAIN));
    const text = await metrics();
    const of = (name: string): string[] =>
      text.split('\n').filter((line) => line.startsWith(`${name}{branch="${MAIN}"`));
    expect(of('sluice_webhooks_total')).toEqual([
      `sluice_webhooks_total{branch="${MAIN}",result="noted"} 2`,
      `sluice_webhooks_total{branch="${MAIN}",result="repeated"} 1`,
    ]);
    expect(of('sluice_passes_total')[0]).toMatch(/ [1-9]\d*$/);
    expect(of('sluice_calls_total').join()).toMatch(/api="github",outcome="broken"} \d/);
    expect(of('sluice_events_total').join()).toContain('kind="call.failed"} 1');
    const stored = await runInDurableObject(stubOf(MAIN), (_object, { storage }) =>
      Counters.parse(storage.kv.get('counters')),
    );
    expect(stored.webhooks).toEqual({ noted: 2, repeated: 1 });
  });

  it('counts on from what was written, after an eviction', async () => {
    const written = { ...newCounters, passes: 41 };
    await runInDurableObject(stubOf(MAIN), (_object, { storage }) =>
      storage.kv.put('counters', written),
    );
    await rest(MAIN);
    expect(await metrics()).toMatch(
      new RegExp(`^sluice_passes_total{branch="${MAIN}"} 4[12]$`, 'm'),
    );
  });
});

describe('S10.5 the log', () => {
  it('has one line of JSON an event, with what it is about and when', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    await rest(MAIN);
    await command('/freeze', { branch: 'main', reason: 'a "fair"\nat noon', by: 'alice' });
    const told = lines.mock.calls
      .map(([line]) => String(line))
      .filter((line) => /frozen/.test(line));
    expect(told.length).toBeGreaterThan(0);
    for (const line of told) expect(line).not.toContain('\n');
    expect(JSON.parse(told[0] ?? '')).toMatchObject({
      ...{ event: 'branch.frozen', branch: MAIN, pr: null },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      text: expect.stringContaining('a "fair"\nat noon'),
    });
  });

  it('has no secret in it, whatever goes wrong', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    outside(async () => new Response('who are you?', { status: 401 }));
    await rest(MAIN);
    await command('/update');
    await runDurableObjectAlarm(stubOf(MAIN));
    const text = lines.mock.calls.join('\n');
    expect(text).toContain('"event":"call.failed"');
    expect(text).not.toMatch(
      /github-token|batch-token|webhook-secret|callback-secret|manage-token/,
    );
  });
});
