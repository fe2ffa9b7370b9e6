// Every open pull request, page by page. A page is asked for by where the one before it ends, so a first look reads them
// one after the other; a later one asks for all of them at once by where they ended before, and reads on wherever
// they do not meet.
import type { Fault } from '../core/fault.ts';
import { numberOf, type PullRead } from '../core/observation.ts';
import { ok, type Result } from '../core/result.ts';
import { type GitHub, PULLS_PER_REQUEST, type PullPage } from './ports.ts';

/** A Worker may wait for six connections at once; more would only queue. */
const READS_AT_ONCE = 6;
/** Pages overlap more and more as pull requests close; with so many more than are needed they are cut anew. */
const SPARE_PAGES = 0.25;

/** Where the pages ended that the last look read. Whatever it holds, nothing is missed. */
export class PageEnds {
  known: readonly string[] = [];
}

interface ReadPage {
  readonly cursor: string | null;
  readonly page: PullPage;
}

interface AllPages extends Pick<PullPage, 'head' | 'ownRefs'> {
  readonly pulls: readonly PullRead[];
}

/** GitHub gives up when a request takes it too long, and answers with a 5xx or not at all: half of it may not. */
export const isTooMuch = (fault: Fault): boolean => fault.kind === 'unknown';

/** Of one look: what was too much for a request is so for the next one, too. */
class Reading {
  readonly #github: GitHub;
  #size = PULLS_PER_REQUEST;

  constructor(github: GitHub) {
    this.#github = github;
  }

  async page(cursor: string | null): Promise<Result<PullPage, Fault>> {
    for (let size = this.#size; ; size = Math.floor(size / 2)) {
      this.#size = Math.min(this.#size, size);
      const page = await this.#github.readPage(cursor, size);
      if (page.ok || !isTooMuch(page.error) || size === 1) return page;
    }
  }
}

export async function readPages(github: GitHub, ends: PageEnds): Promise<Result<AllPages, Fault>> {
  const reading = new Reading(github);
  const cursors = [null, ...ends.known];
  // After a look that fails, the next one trusts nothing.
  ends.known = [];
  const read = await readSideBySide(reading, cursors);
  if (!read.ok) return read;
  const chain = await joined(reading, read.value);
  if (!chain.ok) return chain;
  const all = chain.value.map(({ page }) => page);
  const reads = all.flatMap(readsOf);
  const pulls = new Map(reads.map((read) => [numberOf(read), read]));
  if (isEconomical(all, pulls.size))
    ends.known = chain.value.flatMap(({ cursor }) => (cursor === null ? [] : [cursor]));
  return ok({
    head: all.at(-1)?.head ?? null,
    pulls: [...pulls.values()],
    ownRefs: all.flatMap(({ ownRefs }) => ownRefs),
  });
}

/** @returns in the order of the cursors, or the first fault, after which no more is asked for */
async function readSideBySide(
  reading: Reading,
  cursors: readonly (string | null)[],
): Promise<Result<ReadPage[], Fault>> {
  const pages: ReadPage[] = [];
  const left = [...cursors.entries()];
  let fault: Result<never, Fault> | null = null;
  const readSome = async (): Promise<void> => {
    for (let next = left.shift(); next && !fault; next = left.shift()) {
      const [place, cursor] = next;
      const page = await reading.page(cursor);
      if (page.ok) pages[place] = { cursor, page: page.value };
      else fault ??= page;
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, readSome));
  return fault ?? ok(pages);
}

/** With whatever lies between two pages that do not meet, and behind the last. */
async function joined(
  reading: Reading,
  pages: readonly ReadPage[],
): Promise<Result<ReadPage[], Fault>> {
  const chain: ReadPage[] = [];
  for (const [index, read] of pages.entries()) {
    chain.push(read);
    const following = pages[index + 1];
    for (let { page } = read; page.next !== null && !meet(page, following); ) {
      const cursor = page.next;
      const more = await reading.page(cursor);
      if (!more.ok) return more;
      page = more.value;
      chain.push({ cursor, page });
    }
    // Nothing was open behind this one any more.
    if (chain.at(-1)?.page.next === null) return ok(chain);
  }
  return ok(chain);
}

/** One begins where the other ends, or before. */
function meet(page: PullPage, following: ReadPage | undefined): boolean {
  if (!following) return false;
  const first = following.page.pulls[0]?.number;
  return page.next === following.cursor || page.pulls.some(({ number }) => number === first);
}

const readsOf = ({ pulls, unreadable }: PullPage): PullRead[] => [
  ...pulls.map((facts): PullRead => ({ kind: 'open', facts })),
  ...unreadable,
];

function isEconomical(pages: readonly PullPage[], pulls: number): boolean {
  const needed = Math.ceil(pulls / Math.max(1, ...pages.map((page) => page.pulls.length)));
  return pages.length <= Math.ceil(needed * (1 + SPARE_PAGES));
}
