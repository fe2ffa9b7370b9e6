// What every answer tells the browser it must not do. A page that needs more says so itself, in a header of its own.
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** A WebSocket is no page, and its answer cannot be made anew to have more headers. */
export const safeHeaders = (): MiddlewareHandler => async (c, next) => {
  if (c.req.path.startsWith('/live/')) return next();
  await forPages(c, next);
  // What somebody may read is not for the next one at the same computer, nor for whoever stands between.
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'private, no-cache');
};

const forPages = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // To nobody else; our own forms are told apart from others by it.
  referrerPolicy: 'same-origin',
  strictTransportSecurity: 'max-age=15552000',
  xFrameOptions: 'DENY',
  overwrite: false,
});
