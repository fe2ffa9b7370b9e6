// The demo's live site: takes releases over HTTP and serves the newest one that was made live.
// A release is uploaded file by file out of sight and becomes live in one step, so a visitor
// never sees half of it. Beside it each developer has a preview, at /previews/NAME/. Everything is in
// memory: the demo publishes anew each time it starts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname } from 'node:path';

export interface SiteOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** What a publisher must send as `Authorization: Bearer …`. */
  readonly token: string;
  /** Called with the commit of each release that becomes live. */
  readonly onLive?: (sha: string) => void;
}

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

type Release = ReadonlyMap<string, Buffer>;
/** The live site, or somebody's preview. */
interface Place {
  readonly uploads: Map<string, Map<string, Buffer>>;
  live: Release;
}
/** By what their paths begin with: nothing, or `/previews/NAME`. */
type State = Map<string, Place>;

const MAX_FILE_BYTES = 5 * 1024 * 1024;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};
const EMPTY: Release = new Map([
  ['index.html', Buffer.from('<!doctype html><title>Soon</title><p>Nothing published yet.\n')],
]);

/** Starts the site on 127.0.0.1; rejects when the port is taken. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const state: State = new Map();
  const server = createServer((request, response) => {
    answer(state, options, request).then(
      ({ status, type, body }) => reply(response, status, type, body),
      (error: unknown) => reply(response, 500, 'text/plain', Buffer.from(`${error}\n`)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}
const text = (status: number, sentence: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: Buffer.from(`${sentence}\n`),
});

async function answer(state: State, options: SiteOptions, request: IncomingMessage) {
  const [, preview = '', path = '/'] =
    /^(\/previews\/[\w-]+)?(\/.*)$/.exec(new URL(request.url ?? '/', 'http://site').pathname) ?? [];
  const place = state.get(preview) ?? { uploads: new Map(), live: EMPTY };
  const publish = /^\/releases\/([0-9a-f]{40})\/(live|files\/([\w.-]+))$/.exec(path);
  if (request.method === 'GET' || request.method === 'HEAD') return page(place.live, path);
  if (publish === null) return text(404, 'no such page');
  if (request.headers.authorization !== `Bearer ${options.token}`) {
    return text(401, 'publishing needs the site token');
  }
  const [, sha = '', action, name] = publish;
  state.set(preview, place);
  if (request.method === 'PUT' && name !== undefined) {
    return upload(place, sha, name, await readBody(request));
  }
  if (request.method === 'POST' && action === 'live') return goLive(place, preview, options, sha);
  return text(405, 'PUT a file, or POST to live');
}

function upload(place: Place, sha: string, name: string, body: Buffer | null): Answer {
  if (body === null) return text(413, `a file may have ${MAX_FILE_BYTES} bytes at most`);
  const release = place.uploads.get(sha) ?? new Map<string, Buffer>();
  place.uploads.set(sha, release.set(name, body));
  return text(201, `${name} stored`);
}

function goLive(place: Place, preview: string, options: SiteOptions, sha: string): Answer {
  const release = place.uploads.get(sha);
  if (!release?.has('index.html') || !release.has('version.json')) {
    return text(409, 'a release needs index.html and version.json before it can be live');
  }
  place.live = release;
  place.uploads.delete(sha);
  if (preview === '') options.onLive?.(sha);
  return text(200, `${sha} is live`);
}

function page(live: Release, path: string): Answer {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const body = live.get(name);
  if (body === undefined) return text(404, 'no such page');
  return { status: 200, type: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream', body };
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_FILE_BYTES) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
