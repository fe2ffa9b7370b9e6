// The whole API as an OpenAPI document, generated from the schemas by which it is parsed and answered.
import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import { COMMANDING } from './commanding.ts';
import { type Operation, pathsOf } from './operation.ts';
import { READING } from './reading.ts';

const text = (says: string) => ({ says, body: z.string(), type: 'text/plain' });

/** What anybody may ask. */
const OPEN: readonly Operation[] = [
  {
    method: 'get',
    path: '/healthcheck',
    summary: 'Whether it is there at all.',
    answers: { 200: { says: 'It is.' } },
    tag: 'Service',
    permission: null,
  },
  {
    method: 'get',
    path: '/api/v1alpha/version',
    summary: 'The version; for who may read, also which deployment it is.',
    answers: { 200: text('Such as 0.1.0, or 0.1.0- and the name of the deployment.') },
    tag: 'Service',
    permission: null,
  },
];

export const openapi = (version: string) =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description:
        'A merge gate: the commit that lands is the commit that was tested. Errors are a line of text, or a problem document (RFC 9457) for who asks for JSON.',
    },
    paths: pathsOf([...OPEN, ...READING, ...COMMANDING]),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'sluice',
          description: 'Of somebody who has signed in with a browser.',
        },
      },
    },
  });
