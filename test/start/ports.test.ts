// Finding ports: beside taken ones, beside those that fetch() refuses, and on the real machine.
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { BAD_PORTS, findPorts, isPortFree } from '../../scripts/start/ports.ts';

const allBut =
  (...taken: number[]) =>
  async (port: number) =>
    !taken.includes(port);

describe('findPorts', () => {
  it('takes the wanted ports when they are free', async () => {
    expect(await findPorts(8787, 4, allBut())).toEqual([8787, 8788, 8789, 8790]);
  });

  it('goes on above a taken port without using one twice', async () => {
    expect(await findPorts(8787, 4, allBut(8788, 8789))).toEqual([8787, 8790, 8791, 8792]);
  });

  it('passes over ports that nobody could be sent to', async () => {
    expect(await findPorts(6000, 2, allBut())).toEqual([6001, 6002]);
    expect(await findPorts(6664, 2, allBut())).toEqual([6664, 6670]);
  });

  it('calls only those ports bad that fetch() refuses', async () => {
    // Refused before anything is connected, so this leaves no trace on the machine.
    const refusals = await Promise.all(
      [...BAD_PORTS].map((port) =>
        fetch(`http://127.0.0.1:${port}`).catch((error: Error) => String(error.cause)),
      ),
    );
    expect(new Set(refusals)).toEqual(new Set(['Error: bad port']));
  });

  it('says so when there are too few', async () => {
    await expect(findPorts(65_534, 4, allBut())).rejects.toThrow('fewer than 4 free ports');
  });

  it('sees a port that something listens on', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await isPortFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port)).toBe(true);
  });
});
