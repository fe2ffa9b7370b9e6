/**
 * Tells a batch's owner that it is complete: one POST, five seconds, never repeated, as the real
 * driver does. The switch makes it worse on purpose, so that clients prove they do not rely on it.
 */
const timeoutMs = 5000;

export type CallbackMode =
  | { mode: 'deliver' | 'drop' | 'duplicate' }
  | { mode: 'delay'; delayMs: number };

export class Callbacks {
  mode: CallbackMode = { mode: 'deliver' };
  readonly #log: (line: string) => void;
  readonly #closing = new AbortController();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Returns at once; the POST happens on its own. `body` is the batch as GET shows it. */
  send(url: string, body: unknown): void {
    const text = JSON.stringify(body);
    switch (this.mode.mode) {
      case 'drop':
        return;
      case 'duplicate':
        void this.#post(url, text);
        void this.#post(url, text);
        return;
      case 'deliver':
        void this.#post(url, text);
        return;
      case 'delay': {
        const timer = setTimeout(() => void this.#post(url, text), this.mode.delayMs);
        this.#closing.signal.addEventListener('abort', () => clearTimeout(timer));
        return;
      }
      default:
        throw new Error(`unknown mode ${JSON.stringify(this.mode satisfies never)}`);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #post(url: string, body: string): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    const headers = { 'content-type': 'application/json' };
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal });
      await response.body?.cancel();
      if (response.status >= 400) this.#log(`callback answered ${response.status}`);
    } catch (error) {
      // Best effort by contract: whoever missed it polls.
      this.#log(`callback failed: ${String(error)}`);
    }
  }
}
