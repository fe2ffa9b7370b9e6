/** What the signature in a batch's callback address is made over. */
export const callbackText = (branch: string, batch: string): string =>
  `batch callback ${batch} of ${branch}`;
