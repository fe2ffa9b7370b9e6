// Somebody who listens to webhooks: notes down what comes, whether it was signed rightly, and what GitHub's
// own description has against it.

import { createServer, type Server } from 'node:http';
import { verify } from '@octokit/webhooks-methods';
import { judgeWebhook } from './openapi/judge.ts';

/** One webhook as it arrived. */
export interface Heard {
  readonly event: string;
  readonly signed: boolean;
  readonly body: { readonly action?: string } & Record<string, unknown>;
}

export class HookListener {
  readonly heard: Heard[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param problems where whatever is not as GitHub describes it is added */
  static async start(secret: string, problems: Set<string>): Promise<HookListener> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const listener = new HookListener(server);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const signed = await verify(secret, text, String(request.headers['x-hub-signature-256']));
      const event = String(request.headers['x-github-event']);
      const body = JSON.parse(text);
      listener.heard.push({ event, signed, body });
      for (const problem of judgeWebhook(event, body)) problems.add(problem);
      response.writeHead(202).end();
    });
    return listener;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    return `http://127.0.0.1:${address.port}/`;
  }

  /** `event` or `event.action`, in the order of arrival. */
  events(): string[] {
    return this.heard.map(({ event, body }) =>
      body.action === undefined ? event : `${event}.${body.action}`,
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
