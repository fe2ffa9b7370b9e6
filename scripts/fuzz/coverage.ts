// Which blocks of our own code have run, by V8's own count: nothing has to be instrumented, so that what is fuzzed is
// what is deployed.
import { Session } from 'node:inspector/promises';

const OURS = /\/(src|schemas)\//;

export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many blocks have ever run. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** @returns the blocks that have run since the last call, and never before */
  async news(): Promise<string[]> {
    const ran = await this.ran();
    const news = ran.filter((block) => !this.#seen.has(block));
    for (const block of news) this.#seen.add(block);
    return news;
  }

  /** @returns the blocks that have run since the last call */
  async ran(): Promise<string[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => OURS.test(url))
      .flatMap(({ scriptId, functions }) =>
        functions.flatMap(({ ranges }) =>
          ranges
            .filter(({ count }) => count > 0)
            .map(({ startOffset, endOffset }) => `${scriptId} ${startOffset} ${endOffset}`),
        ),
      );
  }

  stop(): void {
    this.#session.disconnect();
  }
}
