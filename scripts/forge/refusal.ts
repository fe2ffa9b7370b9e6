// The one way in which the forge says no. It carries GitHub's status and sentence; REST answers it
// as is, GraphQL turns it into an entry of `errors`, git and the pages show the sentence.
// It must only be thrown for what a user of GitHub did wrong: a fault of the forge itself is an Error.

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429;

export class Refusal extends Error {
  readonly status: RefusalStatus;
  /** GitHub's `errors` list, where GitHub sends one. */
  readonly details: readonly (object | string)[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RefusalStatus,
    message: string,
    details: readonly (object | string)[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.details = details;
    this.headers = headers;
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');

/** GitHub's answer to a body that is well-formed JSON but names something impossible. */
export const invalid = (resource: string, field: string, code = 'invalid'): Refusal =>
  new Refusal(422, 'Validation Failed', [{ resource, field, code }]);

/** The same with a sentence of its own. */
export const unprocessable = (resource: string, message: string): Refusal =>
  new Refusal(422, 'Validation Failed', [{ resource, field: 'base', code: 'custom', message }]);
