// The simulator's GitHub and Batch over HTTP, for a Sluice in workerd: in memory, so that thousands of pull requests cost
// little. It answers what our client asks and nothing else; whether GitHub would, the forge's tests say.
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { batchRequest } from '../sim/world/batch-api.ts';
import type { BatchWorld } from '../sim/world/batch-world.ts';
import type { GithubWorld } from '../sim/world/github-world.ts';
import { graphqlRequests } from '../sim/world/graphql-requests.ts';
import { restRequests } from '../sim/world/rest-requests.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface WorldServer {
  /** How many requests were answered. */
  readonly count: number;
  close(): void;
}

const GraphqlBody = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });
/** What the client sends with a batch that the world does not remember: where to tell that it is over. */
const CreateBody = z.object({ batch: z.object({ token: z.string(), callback: z.string() }) });

const routes = Object.entries(restRequests).map(([route, ask]) => {
  const [method = '', template = ''] = route.split(' ');
  const names: string[] = [];
  const pattern = template.replace(/\{(\+?)(\w+)\}/g, (_, plus: string, name: string) => {
    names.push(name);
    return plus === '' ? '([^/]+)' : '(.+)';
  });
  return { method, pattern: new RegExp(`^${pattern}$`), names, ask };
});

/** @param callbacks by the batch's token: filled with where to tell of it */
export async function serveWorlds(
  port: number,
  github: GithubWorld,
  batch: BatchWorld,
  callbacks: Map<string, string>,
): Promise<WorldServer> {
  let count = 0;
  const answerTo = (method: string, url: URL, body: string): Answer => {
    if (url.pathname === '/graphql') return graphql(github, body);
    if (url.pathname.startsWith('/repos/')) return rest(github, method, url, body);
    if (url.pathname.startsWith('/api/')) return ofBatch(batch, callbacks, method, url, body);
    return { status: 404, body: { message: 'Not Found' } };
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      count += 1;
      const url = new URL(request.url ?? '/', 'http://world');
      const { status, body: answer } = answerTo(request.method ?? 'GET', url, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });
  // A connection that is closed just as it is used again would be a fault that nobody ordered.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    get count() {
      return count;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const read = (request: IncomingMessage): Promise<string> => text(request);

function graphql(world: GithubWorld, body: string): Answer {
  const { query, variables } = GraphqlBody.parse(JSON.parse(body));
  const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
  const given = graphqlRequests[operation]?.(variables, query).effect(world);
  if (given === undefined) return { status: 400, body: { message: `no operation ${operation}` } };
  if ('body' in given) return { status: 200, body: { data: given.body } };
  return { status: 200, body: { errors: [{ message: given.message }] } };
}

function rest(world: GithubWorld, method: string, url: URL, body: string): Answer {
  for (const route of routes) {
    const found = route.method === method ? route.pattern.exec(url.pathname) : null;
    if (found === null) continue;
    const named = route.names.map((name, index) => [
      name,
      decodeURIComponent(found[index + 1] ?? ''),
    ]);
    const given = route
      .ask({
        ...(body === '' ? {} : JSON.parse(body)),
        ...Object.fromEntries(url.searchParams),
        ...Object.fromEntries(named),
      })
      .effect(world);
    if ('message' in given) return { status: given.status, body: { message: given.message } };
    return given.body === undefined
      ? { status: 204, body: undefined }
      : { status: 200, body: given.body };
  }
  return { status: 404, body: { message: 'Not Found' } };
}

function ofBatch(
  world: BatchWorld,
  callbacks: Map<string, string>,
  method: string,
  url: URL,
  body: string,
): Answer {
  const path = url.pathname.replace(/^\/api\/v\d+alpha/, '') + url.search;
  if (path === '/batches/create-fast') {
    const { token, callback } = CreateBody.parse(JSON.parse(body)).batch;
    callbacks.set(token, callback);
  }
  const given = batchRequest(method, path, body).effect(world);
  return given.ok
    ? { status: 200, body: given.value ?? {} }
    : { status: 500, body: { message: given.error.message } };
}
