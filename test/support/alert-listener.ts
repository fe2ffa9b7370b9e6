// Somebody at the other end of an alert channel: a real HTTP server that notes down what comes and answers as it is told.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

interface HeardAlert {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class AlertListener {
  readonly heard: HeardAlert[] = [];
  /** What the next requests get; null: no answer at all. */
  answer: { readonly status: number; readonly text: string; readonly headers?: object } | null = {
    status: 200,
    text: 'ok',
  };
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<AlertListener> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const listener = new AlertListener(server);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      listener.heard.push({ path: request.url ?? '', headers: request.headers, body });
      const { answer } = listener;
      if (answer) response.writeHead(answer.status, { ...answer.headers }).end(answer.text);
    });
    return listener;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
