// What every answer tells the browser it must not do. A page that needs more says so itself, in a header of its own.
import { secureHeaders } from 'hono/secure-headers';

export const safeHeaders = () =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
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
