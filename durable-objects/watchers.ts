// The pages that people have open on a branch: each hears that something has changed, and nothing else. Their WebSockets
// hibernate, so that an object that nobody's pull request wakes sleeps on, whoever looks at it.

/** More pages than that have to ask for themselves. */
const WATCHERS_MAX = 2_000;

export class Watchers {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    // Keeps connections alive through proxies, and does not wake the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  accept(): Response {
    if (this.#ctx.getWebSockets().length >= WATCHERS_MAX)
      return new Response('503: too many pages are open on this branch', { status: 503 });
    const { 0: page, 1: ours } = new WebSocketPair();
    this.#ctx.acceptWebSocket(ours);
    return new Response(null, { status: 101, webSocket: page });
  }

  tell(): void {
    for (const socket of this.#ctx.getWebSockets()) {
      try {
        socket.send('changed');
      } catch {
        // It is being closed: who looks at that page will connect again.
      }
    }
  }
}
