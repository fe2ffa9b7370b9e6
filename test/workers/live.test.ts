// An open page hears of changes inside workerd: over a WebSocket that says only that there was one.
import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pullOf, sha, stateOf } from '../support/builders.ts';
import { answerTo, command, MAIN, ORIGIN, quiet, request, STABLE, seed, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const pathOf = (name: string) => `/live/${encodeURIComponent(name)}`;
const open = (name: string, headers: Record<string, string> = { origin: ORIGIN }) =>
  request(pathOf(name), { headers: { upgrade: 'websocket', ...headers } });

async function listen(name: string) {
  const { webSocket, status } = await open(name);
  expect(status).toBe(101);
  const heard: unknown[] = [];
  webSocket?.addEventListener('message', ({ data }) => heard.push(data));
  webSocket?.accept();
  return { heard, socket: webSocket };
}

describe('S10.2 an open page', () => {
  beforeEach(() => seed(stubOf(MAIN), stateOf({ polledAt: Date.now(), pulls: [pullOf(1)] })));

  it('hears of a change of its branch, and of no other', async () => {
    const { heard } = await listen(MAIN);
    const other = await listen(STABLE);
    await command('/freeze', { branch: MAIN, reason: 'fire' });
    await vi.waitFor(() => expect(heard).toContain('changed'));
    expect(new Set(heard)).toEqual(new Set(['changed']));
    expect(other.heard).toEqual([]);
  });

  it('hears of it also when its object has slept meanwhile', async () => {
    const { heard } = await listen(MAIN);
    await evictDurableObject(stubOf(MAIN));
    await command('/authorize_sha', { sha: sha(5) });
    await vi.waitFor(() => expect(heard).toContain('changed'));
  });

  it('is forgotten when it goes', async () => {
    const { socket } = await listen(MAIN);
    socket?.close(1000);
    const open = () =>
      runInDurableObject(stubOf(MAIN), (_object, ctx) => ctx.getWebSockets().length);
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });

  it('is answered without waking anybody when it asks whether it is still heard', async () => {
    const { heard, socket } = await listen(MAIN);
    socket?.send('ping');
    await vi.waitFor(() => expect(heard).toContain('pong'));
  });
});

describe('S10.3 nobody else listens', () => {
  it('a page of another site', async () => {
    const { status } = await open(MAIN, { origin: 'https://evil.test' });
    expect(status).toBe(403);
  });

  it.each<[path: string, status: number, text: string]>([
    [pathOf(MAIN), 426, '426: expected a WebSocket'],
    ['/live/wild', 404, '404: wild is not a watched branch'],
  ])('GET %s: %i', async (path, status, text) => {
    expect(await answerTo(path)).toEqual([status, text]);
  });
});
