// The one place where errors get their form: a line of text, as the existing service's clients expect it, or a problem
// document (RFC 9457) for who asks for JSON.
import type { MiddlewareHandler } from 'hono';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  426: 'Upgrade Required',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** `*` does not ask for anything. */
const asksForJson = (accept: string): boolean =>
  /\bapplication\/(?:problem\+)?json\b/i.test(accept);

/** Of a text such as `404: wild is not a watched branch`. */
const detailOf = (text: string): string => text.replace(/^\d{3}: /, '');

export const problems = (): MiddlewareHandler => async (c, next) => {
  await next();
  const { status, headers } = c.res;
  const isText = headers.get('content-type')?.startsWith('text/plain') ?? false;
  if (status < 400 || !isText || !asksForJson(c.req.header('accept') ?? '')) return;
  const problem = {
    type: 'about:blank',
    title: TITLES[status] ?? `Error ${status}`,
    status,
    detail: detailOf(await c.res.text()),
  };
  const answer = new Response(JSON.stringify(problem), c.res);
  answer.headers.set('content-type', 'application/problem+json');
  answer.headers.delete('content-length');
  c.res = undefined;
  c.res = answer;
};
