// Finds a port on the loopback interface for each service: free, and one that fetch() and browsers
// connect to. It only looks: between this and the service's own listen() another program may still take
// the port, which then fails loudly.
import { createServer } from 'node:net';

const LAST_PORT = 65_535;

/** The bad ports of the Fetch standard: they belong to other protocols, and fetch() refuses them. */
export const BAD_PORTS: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
]);

/**
 * One port for each of `count` services, ascending: the wanted ones (first, first + 1, …) where they are
 * free and not bad, else the next such ones above.
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
    if (!BAD_PORTS.has(port) && (await isFree(port))) found.push(port);
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
