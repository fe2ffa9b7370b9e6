// The one way in which the forge says no. It carries GitHub's status and sentence; REST answers it
// as is, GraphQL turns it into an entry of `errors`, git and the pages show the sentence.
// It must only be thrown for what a user of GitHub did wrong: a fault of the forge itself is an Error.

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422;

export class Refusal extends Error {
  readonly status: RefusalStatus;
  /** GitHub's `errors` list, where GitHub sends one. */
  readonly details: readonly (object | string)[];

  constructor(status: RefusalStatus, message: string, details: readonly (object | string)[] = []) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.details = details;
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');

/** GitHub's answer to a body that is well-formed JSON but names something impossible. */
export const invalid = (resource: string, field: string, code = 'invalid'): Refusal =>
  new Refusal(422, 'Validation Failed', [{ resource, field, code }]);
