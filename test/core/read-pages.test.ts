// Whatever opens and closes between two looks, each look has every open pull request; and where nothing has changed,
// all pages are asked for at once. With both kinds of cursors: GitHub does not say which its are.
import { describe, expect, it } from 'vitest';
import { createPrng } from '../../scripts/sim/history/prng.ts';
import type { Fault } from '../../src/core/fault.ts';
import { numberOf } from '../../src/core/observation.ts';
import type { Result } from '../../src/core/result.ts';
import { err, ok } from '../../src/core/result.ts';
import type { GitHub, PullPage } from '../../src/loop/ports.ts';
import { PageEnds, readPages } from '../../src/loop/read-pages.ts';
import { factsOf, HEAD, stateOf } from '../support/builders.ts';
import { stubLoop } from '../support/stub-loop.ts';

const PER_PAGE = 4;
const CURSORS = {
  /** A page begins after so many. */
  position: (open: readonly number[], after: number) => open.slice(after),
  /** A page begins after this pull request, whether it is still open or not. */
  key: (open: readonly number[], after: number) => open.filter((number) => number > after),
};
type Kind = keyof typeof CURSORS;

class Pages {
  open: number[];
  reads = 0;
  /** The most that waited for an answer at once. */
  atOnce = 0;
  fails = false;
  readonly ends = new PageEnds();
  readonly #kind: Kind;
  #waiting = 0;

  constructor(kind: Kind, count: number) {
    this.#kind = kind;
    this.open = Array.from({ length: count }, (_, index) => 10 * (index + 1));
  }

  /** @returns the numbers that a look has, in order; null when it failed */
  async look(): Promise<number[] | null> {
    [this.reads, this.atOnce] = [0, 0];
    const { github } = stubLoop(stateOf(), {
      github: { readPage: (cursor) => this.#read(cursor) },
    }).loop;
    const read = await readPages(github, this.ends);
    return read.ok ? read.value.pulls.map(numberOf).toSorted((a, b) => a - b) : null;
  }

  async #read(cursor: string | null): ReturnType<GitHub['readPage']> {
    this.reads += 1;
    this.#waiting += 1;
    this.atOnce = Math.max(this.atOnce, this.#waiting);
    await new Promise((resolve) => setImmediate(resolve));
    this.#waiting -= 1;
    return this.#page(Number(cursor ?? 0));
  }

  #page(after: number): Result<PullPage, Fault> {
    if (this.fails && this.reads > 2) return err({ kind: 'unreadable', message: 'nonsense' });
    const left = CURSORS[this.#kind](this.open, after);
    const shown = left.slice(0, PER_PAGE);
    const end = this.#kind === 'key' ? (shown.at(-1) ?? after) : after + shown.length;
    const pulls = shown.map((number) => factsOf(number));
    return ok({
      head: HEAD,
      pulls,
      unreadable: [],
      ownRefs: [],
      next: left.length > PER_PAGE ? `${end}` : null,
    });
  }
}

describe.each<Kind>(['position', 'key'])('S3.1 pages whose cursors are a %s', (kind) => {
  it('are read one after the other at first, then six at once', async () => {
    const pages = new Pages(kind, 40);
    expect(await pages.look()).toEqual(pages.open);
    expect([pages.reads, pages.atOnce]).toEqual([10, 1]);
    expect(await pages.look()).toEqual(pages.open);
    expect([pages.reads, pages.atOnce]).toEqual([10, 6]);
  });

  it('show everything, whatever opens, closes and is opened again between two looks', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const dice = createPrng(seed);
      const pages = new Pages(kind, dice.below(30));
      for (let look = 0; look < 8; look++) {
        expect(await pages.look(), `seed ${seed}, look ${look}`).toEqual(pages.open);
        expect(pages.reads).toBeLessThanOrEqual(2 * Math.ceil((pages.open.length + 30) / PER_PAGE));
        const closed = pages.open.filter(() => dice.chance(0.2));
        const opened = Array.from({ length: dice.below(12) }, () => 1 + dice.below(450));
        const open = new Set([...pages.open, ...opened]);
        for (const number of closed) open.delete(number);
        pages.open = [...open].toSorted((a, b) => a - b);
      }
    }
  });

  it('are found anew when most have closed, so that none is read for nothing for ever', async () => {
    const pages = new Pages(kind, 40);
    await pages.look();
    pages.open = pages.open.filter((_, index) => index % 4 === 0);
    for (let look = 0; look < 2; look++) await pages.look();
    expect(await pages.look()).toEqual(pages.open);
    expect(pages.reads).toBe(3);
  });

  it('that fail are found anew, and nothing more is asked for', async () => {
    const pages = new Pages(kind, 40);
    await pages.look();
    pages.fails = true;
    expect(await pages.look()).toBeNull();
    expect(pages.reads).toBeLessThan(10);
    pages.fails = false;
    expect(await pages.look()).toEqual(pages.open);
    expect(pages.atOnce).toBe(1);
  });
});
