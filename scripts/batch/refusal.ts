/**
 * An answer that is not a success, thrown from wherever it is noticed and written by the app alone.
 * For what the client did wrong; our own faults are plain errors.
 */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 413 | 500 | 501 | 503;

  constructor(status: Refusal['status'], reason: string) {
    super(reason);
    this.status = status;
  }
}

/** Batch says "not found" alike for what does not exist and for what is somebody else's. */
export const notFound = (): Refusal => new Refusal(404, 'Not Found');
