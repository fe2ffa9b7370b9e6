// The switches of the forge and of the local Batch, as a story needs them: faults, lag, callbacks. A server that was
// killed has forgotten its faults, so that whoever wants one orders it again.
import type { Stack } from '../start/stack.ts';

export type Server = 'forge' | 'batch';

export interface Control {
  /** Nothing happens when the server is just dead. */
  order(server: Server, fault: object): Promise<void>;
  /** @param name of those that are taken back; left out, all */
  clear(server: Server, name?: string): Promise<void>;
  /** Does an order of that name wait to be used? null when the server is just dead. */
  waits(server: Server, name: string): Promise<boolean | null>;
  lag(seconds: number): Promise<void>;
  /** Much happens in an hour: what GitHub allows in one is not what is tried here. */
  liftLimits(): Promise<void>;
  callbacks(mode: 'deliver' | 'drop'): Promise<void>;
}

export function controlOf({ forge, batch, repo }: Stack): Control {
  const base = { forge: `${forge.url}/_forge`, batch: `${batch.url}/_batch` };
  const send = async (url: string, method: string, body?: unknown): Promise<unknown> => {
    try {
      const response = await fetch(url, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    } catch (error) {
      // `fetch failed`: nobody listens, and there is nothing to switch.
      if (error instanceof TypeError) return null;
      throw error;
    }
  };
  return {
    order: async (server, fault) => void (await send(`${base[server]}/faults`, 'POST', fault)),
    clear: async (server, name) =>
      void (await send(`${base[server]}/faults${name ? `?name=${name}` : ''}`, 'DELETE')),
    async waits(server, name) {
      const faults = await send(`${base[server]}/faults`, 'GET');
      return Array.isArray(faults) ? faults.some((fault) => fault.name === name) : null;
    },
    lag: async (seconds) =>
      void (await send(`${base.forge}/knobs/${repo}`, 'PATCH', { read_lag: { seconds } })),
    liftLimits: async () =>
      void (await send(`${base.forge}/limits`, 'PATCH', {
        rest_per_hour: 1_000_000,
        graphql_points_per_hour: 1_000_000,
      })),
    callbacks: async (mode) => void (await send(`${base.batch}/callbacks`, 'PUT', { mode })),
  };
}
