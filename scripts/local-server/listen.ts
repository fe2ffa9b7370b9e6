/**
 * One port that speaks HTTP and HTTPS alike: the first byte of a connection tells which. Knows
 * nothing of what is served.
 */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';

export interface Listening {
  readonly port: number;
  /** Ends every connection, whatever is being answered. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  readonly tls: { readonly cert: string; readonly key: string };
}

/** The first byte of a TLS handshake. No HTTP request begins with it. */
const handshake = 0x16;

/** @throws when the port is taken, with a sentence that names it. */
export async function listen(
  listener: RequestListener,
  { port, host, tls }: ListenOptions,
): Promise<Listening> {
  const plain = createHttpServer(listener);
  const secure = createHttpsServer(tls, listener);
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Whoever hangs up in the middle does no harm.
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === handshake ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  await bind(door, port, host);
  const address = door.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      const closed = new Promise((done) => door.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(`port ${port} is taken: choose another, or 0 for any free one`)
          : new Error(`cannot listen on ${host}:${port}: ${error.message}`),
      );
    });
    server.listen(port, host, resolve);
  });
}
