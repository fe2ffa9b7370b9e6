/**
 * The Status objects with which Kubernetes refuses, in its own words. Thrown from wherever it is
 * noticed and written by the app alone.
 */
import { type Kind, qualifiedKind, resourceOf } from './kinds.ts';

export type FailureCode =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 415
  | 422
  | 429
  | 500
  | 503
  | 504;

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { reason: string; message: string; field?: string }[];
  readonly retryAfterSeconds?: number;
}

export class Failure extends Error {
  readonly code: FailureCode;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(code: FailureCode, reason: string, message: string, details?: Details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toJSON() {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

const about = (kind: Kind, name: string): Details => ({
  name,
  ...(kind.group === '' ? {} : { group: kind.group }),
  kind: kind.plural,
});

export const unauthorized = (): Failure => new Failure(401, 'Unauthorized', 'Unauthorized');

export const badRequest = (message: string): Failure => new Failure(400, 'BadRequest', message);

export const notFound = (kind: Kind, name: string): Failure =>
  new Failure(404, 'NotFound', `${resourceOf(kind)} "${name}" not found`, about(kind, name));

export const alreadyExists = (kind: Kind, name: string): Failure =>
  new Failure(
    409,
    'AlreadyExists',
    `${resourceOf(kind)} "${name}" already exists`,
    about(kind, name),
  );

export const conflict = (kind: Kind, name: string, why = modified): Failure =>
  new Failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": ${why}`,
    about(kind, name),
  );
const modified =
  'the object has been modified; please apply your changes to the latest version and try again';

export const forbidden = (kind: Kind, name: string, why: string): Failure =>
  new Failure(
    403,
    'Forbidden',
    `${resourceOf(kind)} "${name}" is forbidden: ${why}`,
    about(kind, name),
  );

export const namespaceEnds = (kind: Kind, name: string, namespace: string): Failure =>
  new Failure(
    403,
    'Forbidden',
    `${resourceOf(kind)} "${name}" is forbidden: unable to create new content in namespace ` +
      `${namespace} because it is being terminated`,
    {
      ...about(kind, name),
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  );

export interface Complaint {
  readonly field: string;
  readonly message: string;
  readonly reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden';
}

/** What is wrong with an object's content; several complaints stand in brackets. */
export function invalid(kind: Kind, name: string, complaints: readonly Complaint[]): Failure {
  const lines = complaints.map(({ field, message }) => `${field}: ${message}`);
  const [only = ''] = lines;
  return new Failure(
    422,
    'Invalid',
    `${qualifiedKind(kind)} "${name}" is invalid: ` +
      (lines.length === 1 ? only : `[${lines.join(', ')}]`),
    {
      name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: complaints,
    },
  );
}

/** Of a watch: what it asks for is no longer remembered. */
export const tooOld = (asked: number, oldest: number): Failure =>
  new Failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`);

export const staleContinue = (): Failure =>
  new Failure(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You must ' +
      'start a new list without the continue parameter.',
  );

export const methodNotAllowed = (): Failure =>
  new Failure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const unsupportedBody = (accepted: readonly string[]): Failure =>
  new Failure(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: ' +
      accepted.join(', '),
  );

const reasons: Readonly<Record<number, [FailureCode, string]>> = {
  400: [400, 'BadRequest'],
  401: [401, 'Unauthorized'],
  403: [403, 'Forbidden'],
  404: [404, 'NotFound'],
  409: [409, 'Conflict'],
  410: [410, 'Expired'],
  429: [429, 'TooManyRequests'],
  500: [500, 'InternalError'],
  503: [503, 'ServiceUnavailable'],
  504: [504, 'Timeout'],
};

/** One that was asked for. */
export function faultOf(status: number): Failure {
  const [code, reason] = reasons[status] ?? [500, 'InternalError'];
  const details = code === 429 ? { retryAfterSeconds: 1 } : undefined;
  return new Failure(code, reason, 'a fault that was asked for', details);
}

/** Of our own making. */
export const internalError = (message: string): Failure =>
  new Failure(500, 'InternalError', `Internal error occurred: ${message}`);
