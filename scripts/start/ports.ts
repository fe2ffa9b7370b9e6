// Finds a free port on the loopback interface for each service. It only looks: between this
// and the service's own listen() another program may still take the port, which then fails loudly.
import { createServer } from 'node:net';

const LAST_PORT = 65_535;

/**
 * One port for each of `count` services, ascending: the wanted ones (first, first + 1, …) where they are
 * free, else the next free ones above.
 * @throws when fewer than `count` ports are free from `first` up.
 */
export async function findPorts(
  first: number,
  count: number,
  isFree: (port: number) => Promise<boolean> = isPortFree,
): Promise<number[]> {
  const found: number[] = [];
  for (let port = first; found.length < count; port += 1) {
    if (port > LAST_PORT) throw new Error(`fewer than ${count} free ports from ${first} up`);
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/** True when a server could listen on 127.0.0.1:port now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => resolve(true));
    });
  });
}
