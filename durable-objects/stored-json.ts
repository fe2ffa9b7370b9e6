// What others have written, as a row of it. Cloudflare refuses a row above 2 MB by throwing, and a pass that writes one would
// fail anew for ever.

/** The rest is for the other columns. */
export const JSON_BYTES_MAX = 1_900_000;

/** @returns null where it is too much for a row */
export function storedJson(value: unknown): string | null {
  const json = JSON.stringify(value);
  return new TextEncoder().encode(json).length > JSON_BYTES_MAX ? null : json;
}
