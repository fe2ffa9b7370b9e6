// Which blocks of our own code have run, by V8's own count: nothing has to be instrumented, so that what is fuzzed is
// what is deployed. V8 counts for a whole thread, and anew whenever it is asked.
//
// It names a block only where that ran more or less often than what is around it: after a single input most have no name.
// So what it says is painted over the text, and a block is what lies between two places where it has ever told two counts
// apart. Code that ran before the counting began is known by whole functions alone.
import { Session } from 'node:inspector/promises';

const TOP = new URL('../../', import.meta.url).href;
const OURS = [`${TOP}src/`, `${TOP}schemas/`];

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

export class Coverage {
  readonly #session = new Session();
  readonly #scripts = new Map<string, Script>();

  /** Before our code is loaded. */
  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many have ever run of those that were told as news. */
  get blocks(): number {
    return [...this.#scripts.values()].reduce((sum, script) => sum + script.everRan, 0);
  }

  /** @returns the blocks that have run since the last call, and never before */
  async news(): Promise<string[]> {
    const news: string[] = [];
    for (const [id, text] of await this.#take())
      news.push(...text.script.learn(text.painted).map((edge) => `${id} ${edge}`));
    return news;
  }

  /** @returns the blocks that have run since the last call */
  async ran(): Promise<string[]> {
    const ran: string[] = [];
    for (const [id, { script, painted }] of await this.#take())
      ran.push(...script.blocksIn(painted).map((edge) => `${id} ${edge}`));
    return ran;
  }

  async #take(): Promise<Map<string, { script: Script; painted: Uint8Array }>> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const taken = new Map<string, { script: Script; painted: Uint8Array }>();
    for (const { scriptId, url, functions } of result) {
      if (!OURS.some((folder) => url.startsWith(folder))) continue;
      const script = this.#scripts.get(scriptId) ?? new Script();
      this.#scripts.set(scriptId, script);
      const painted = script.paint(functions.flatMap(({ ranges }) => ranges));
      taken.set(scriptId, { script, painted });
    }
    return taken;
  }
}

class Script {
  /** Where blocks begin. */
  readonly #edges = new Set<number>();
  /** By character: 1 is what has run. */
  #ever = new Uint8Array();

  get everRan(): number {
    return this.blocksIn(this.#ever).length;
  }

  /** @param ranges as V8 has them: what is within another comes after it */
  paint(ranges: readonly Range[]): Uint8Array {
    const painted = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)));
    for (const { startOffset, endOffset, count } of ranges) {
      this.#edges.add(startOffset).add(endOffset);
      painted.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
    return painted;
  }

  /** @returns those of which nothing was known */
  learn(painted: Uint8Array): number[] {
    const news = this.blocksIn(painted).filter((edge) => !this.#ever[edge]);
    if (painted.length > this.#ever.length) {
      const longer = new Uint8Array(painted.length);
      longer.set(this.#ever);
      this.#ever = longer;
    }
    for (const [at, ran] of painted.entries()) if (ran) this.#ever[at] = 1;
    return news;
  }

  blocksIn(painted: Uint8Array): number[] {
    return [...this.#edges].filter((edge) => painted[edge] === 1);
  }
}
