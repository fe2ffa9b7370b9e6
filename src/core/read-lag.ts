/** How long GitHub's reads may show the world as it was before our own write, in milliseconds. */
export const READ_LAG_MS = 60_000;
