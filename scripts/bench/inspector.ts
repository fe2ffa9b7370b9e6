// Asks workerd's inspector how much memory the Worker's isolate uses.
import { z } from 'zod';
import type { Workerd } from './workerd.ts';

const Targets = z.array(z.object({ id: z.string(), webSocketDebuggerUrl: z.string() }));
const Usage = z.object({
  id: z.number(),
  result: z.object({
    usedSize: z.number(),
    embedderHeapUsedSize: z.number(),
    backingStorageSize: z.number(),
  }),
});
/** Miniflare's name of the one Worker that it was given, between its own. */
const WORKER = 'core:user:';

export class Inspector {
  readonly #socket: WebSocket;
  #asked = 0;
  #answer = Promise.withResolvers<number>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const usage = Usage.safeParse(JSON.parse(data));
      // It tells of other things, too.
      if (!usage.success || usage.data.id !== this.#asked) return;
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = usage.data.result;
      this.#answer.resolve((usedSize + embedderHeapUsedSize + backingStorageSize) / 1e6);
    });
    socket.addEventListener('close', () => this.#answer.reject(new Error('workerd is gone')));
  }

  static async of(workerd: Workerd): Promise<Inspector> {
    const answer = await fetch(`http://${await workerd.inspector()}/json`);
    const target = Targets.parse(await answer.json()).find(({ id }) => id === WORKER);
    if (!target) throw new Error('workerd has no inspector of the Worker');
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    return new Inspector(socket);
  }

  /**
   * JavaScript's heap with its garbage, the platform's own objects, and buffers with those of WebAssembly; one question
   * at a time.
   */
  memoryMb(): Promise<number> {
    this.#asked += 1;
    this.#answer = Promise.withResolvers();
    this.#socket.send(JSON.stringify({ id: this.#asked, method: 'Runtime.getHeapUsage' }));
    return this.#answer.promise;
  }

  /** Nobody is to be waiting for an answer. */
  close(): void {
    // Its end is then nobody's error.
    this.#answer.resolve(0);
    this.#socket.close();
  }
}
