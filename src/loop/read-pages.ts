// Every open pull request, page by page. A page is asked for by where the one before it ends, so a first look reads them
// one after the other; a later one asks for all of them at once by where they ended before, and reads on wherever
// they do not meet.
import type { PullFacts } from '../../schemas/state.ts';
import type { Fault } from '../core/fault.ts';
import { ok, type Result } from '../core/result.ts';
import type { Fact } from './fact.ts';
import type { GitHub, PullPage } from './ports.ts';

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

type Pages = Fact<GitHub['readPage']>;

export async function readPages(github: GitHub, ends: PageEnds): Promise<Result<Pages, Fault>> {
  const cursors = [null, ...ends.known];
  // After a look that fails, the next one trusts nothing.
  ends.known = [];
  const read = await readSideBySide(github, cursors);
  if (!read.ok) return read;
  const chain = await joined(github, read.value);
  if (!chain.ok) return chain;
  const all = chain.value.map(({ page }) => page);
  const pulls = new Map<number, PullFacts>();
  for (const page of all) for (const facts of page.pulls) pulls.set(facts.number, facts);
  if (isEconomical(all, pulls.size))
    ends.known = chain.value.flatMap(({ cursor }) => (cursor === null ? [] : [cursor]));
  return ok({
    head: all.at(-1)?.head ?? null,
    pulls: [...pulls.values()],
    ownRefs: all.flatMap(({ ownRefs }) => ownRefs),
    next: null,
  });
}

/** @returns in the order of the cursors, or the first fault, after which no more is asked for */
async function readSideBySide(
  github: GitHub,
  cursors: readonly (string | null)[],
): Promise<Result<ReadPage[], Fault>> {
  const pages: ReadPage[] = [];
  const left = [...cursors.entries()];
  let fault: Result<never, Fault> | null = null;
  const readSome = async (): Promise<void> => {
    for (let next = left.shift(); next && !fault; next = left.shift()) {
      const [place, cursor] = next;
      const page = await github.readPage(cursor);
      if (page.ok) pages[place] = { cursor, page: page.value };
      else fault ??= page;
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, readSome));
  return fault ?? ok(pages);
}

/** With whatever lies between two pages that do not meet, and behind the last. */
async function joined(
  github: GitHub,
  pages: readonly ReadPage[],
): Promise<Result<ReadPage[], Fault>> {
  const chain: ReadPage[] = [];
  for (const [index, read] of pages.entries()) {
    chain.push(read);
    const following = pages[index + 1];
    for (let { page } = read; page.next !== null && !meet(page, following); ) {
      const cursor = page.next;
      const more = await github.readPage(cursor);
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
function meet({ next, pulls }: PullPage, following: ReadPage | undefined): boolean {
  if (!following) return false;
  const first = following.page.pulls[0]?.number;
  return next === following.cursor || pulls.some(({ number }) => number === first);
}

function isEconomical(pages: readonly PullPage[], pulls: number): boolean {
  const needed = Math.ceil(pulls / Math.max(1, ...pages.map((page) => page.pulls.length)));
  return pages.length <= Math.ceil(needed * (1 + SPARE_PAGES));
}
